#include "boot.h"

#include <stdio.h>
#include <string.h>

#include "ipxe.h"
#include "match.h"
#include "menu.h"

bool
boot_fill(const char *text, const struct boot_view *view, char *out, size_t size)
{
	const struct client *c = view->client;
	char server_text[NUM_IP4_TEXT], ip_text[NUM_IP4_TEXT], dashes[NUM_MAC_TEXT] = "";
	const char *arch = client_arch(c), *name = client_host_name(c);
	struct template_values v = { { NULL } };

	if (c->has_mac)
		num_mac_text(c->mac, '-', dashes);
	v.of[TEMPLATE_SERVER] = num_ip4_text(view->server, server_text);
	v.of[TEMPLATE_MAC] = c->mac_text;
	v.of[TEMPLATE_MAC_DASHES] = dashes;
	v.of[TEMPLATE_UUID] = c->uuid_text;
	v.of[TEMPLATE_ARCH] = arch[0] == '-' ? NULL : arch;
	v.of[TEMPLATE_IP] = view->ip ? num_ip4_text(view->ip, ip_text) : NULL;
	v.of[TEMPLATE_HOST] = name ? name : c->name;
	v.of[TEMPLATE_SERIAL] = c->serial;
	return template_expand(text, &v, out, size);
}

static bool
boot_take(const struct rule *rule, const struct client *c, uint32_t self, uint32_t ip, struct boot *out)
{
	const struct boot_line *b = rule->boot;
	const struct boot_view view = { c, b->server ? b->server : self, ip };

	/* a file that the client cannot load at all */
	if (c->pxe.client == PXE_CLIENT_HTTP ? !b->http : b->url && c->pxe.client != PXE_CLIENT_IPXE)
		return false;
	if (!match_fits(rule->match, c))
		return false;
	if (!boot_fill(b->file, &view, out->file, sizeof(out->file))) {
		out->too_long = rule;
		return false;
	}
	if (c->pxe.client == PXE_CLIENT_IPXE && ipxe_binary(out->file)) {
		out->refused = rule;
		return false;
	}
	out->rule = rule;
	out->server = view.server;
	return true;
}

static bool
take_first(const struct rules *rules, const struct client *c, uint32_t self, uint32_t ip, struct boot *out)
{
	for (size_t i = 0; i < rules->n[RULE_BOOT]; i++)
		if (boot_take(rules_line(rules, RULE_BOOT, i), c, self, ip, out))
			return true;
	return false;
}

void
boot_choose(const struct rules *rules, const struct client *c, uint32_t self, uint32_t ip, struct boot *out)
{
	*out = (struct boot){ .rule = NULL };
	if (!c->file || !take_first(c->file->own, c, self, ip, out))
		take_first(rules, c, self, ip, out);
	if (!out->rule)
		out->file[0] = '\0';
	out->menu = menu_fits(rules, c) &&
	    (c->pxe.client == PXE_CLIENT_PXE || (c->pxe.client == PXE_CLIENT_IPXE && !out->rule));
}

void
boot_choose_item(const struct rules *rules, const struct client *c, uint32_t self, uint32_t ip, struct boot *out)
{
	const struct rule *item = menu_item(rules, c, c->pxe.boot_item);
	struct boot_view view = { c, self, ip };

	*out = (struct boot){ .rule = NULL };
	/* we have a menu: another type is another server's, or the local disk */
	if (!item && !menu_fits(rules, c))
		boot_choose(rules, c, self, ip, out);
	if (!item || !item->menu->file)
		return;
	if (item->menu->server)
		view.server = item->menu->server;
	if (!boot_fill(item->menu->file, &view, out->file, sizeof(out->file))) {
		out->too_long = item;
		return;
	}
	out->rule = item;
	out->server = view.server;
}

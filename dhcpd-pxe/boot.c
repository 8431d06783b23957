#include "boot.h"

#include <stdio.h>
#include <string.h>

#include "match.h"
#include "menu.h"

bool
boot_fill(const char *text, const struct boot_view *view, char *out, size_t size)
{
	const struct client *c = view->client;
	char server_text[NUM_IP4_TEXT], ip_text[NUM_IP4_TEXT], dashes[NUM_MAC_TEXT] = "";
	const char *arch = client_arch(c), *name = hosts_name(&c->found);
	struct template_values v = { { NULL } };

	if (c->has_mac)
		num_mac_text(c->mac, '-', dashes);
	v.of[TEMPLATE_SERVER] = view->name ? view->name : num_ip4_text(view->server, server_text);
	v.of[TEMPLATE_MAC] = c->mac_text;
	v.of[TEMPLATE_MAC_DASHES] = dashes;
	v.of[TEMPLATE_UUID] = c->uuid_text;
	v.of[TEMPLATE_ARCH] = arch[0] == '-' ? NULL : arch;
	v.of[TEMPLATE_IP] = view->ip ? num_ip4_text(view->ip, ip_text) : NULL;
	v.of[TEMPLATE_HOST] = name ? name : c->name;
	v.of[TEMPLATE_SERIAL] = c->serial;
	return template_expand(text, &v, out, size);
}

/* iPXE, by its name, for an iPXE, by a line that says neither that it is for
 * iPXE nor that this is meant. */
static bool
is_plain_chain(const struct rule *rule, const struct client *c)
{
	return c->pxe.client == PXE_CLIENT_IPXE && rule->kind == RULE_BOOT && rule->boot->ipxe && !rule->boot->chain &&
	    !match_names_ipxe(rule->match);
}

/* The server that a line names.  Of one whose address is not known, we are the
 * address: who reads siaddr needs one, and who wants the name reads option 66. */
static struct boot_view
boot_view_of(const struct boot_view *v, const struct boot_server *s, const struct names *names)
{
	struct boot_view view = *v;
	uint32_t addr = s->name ? names_find(names, s->name) : s->addr;

	view.name = s->name;
	view.server = addr ? addr : v->server;
	return view;
}

static bool
boot_take(const struct rule *rule, const struct boot_view *v, struct boot *out)
{
	const struct boot_line *b = rule->boot;
	const struct client *c = v->client;
	const struct boot_view view = boot_view_of(v, &b->server, v->names);

	/* a file that the client cannot load at all; of a telephone or a switch, those
	 * who name it know better */
	if (c->pxe.client == PXE_CLIENT_HTTP ? !b->http :
	                                       b->url && c->pxe.client != PXE_CLIENT_IPXE &&
	            !(c->pxe.client == PXE_CLIENT_OTHER && match_names_machines(rule->match)))
		return false;
	if (!match_fits(rule->match, c))
		return false;
	out->file[0] = '\0';
	if (b->file && !boot_fill(b->file, &view, out->file, sizeof(out->file))) {
		out->too_long = rule;
		return false;
	}
	out->server = view.server;
	out->server_name = view.name;
	if (c->loops && is_plain_chain(rule, c)) {
		out->refused = rule;
		return false;
	}
	out->rule = rule;
	return true;
}

/* The first line that the client can use; `named`: of those that name iPXE. */
static bool
take_first(const struct rules *rules, const struct boot_view *v, bool named, struct boot *out)
{
	for (size_t i = 0; (i = match_next(rules, RULE_BOOT, i, v->client)) < rules->n[RULE_BOOT]; i++) {
		const struct rule *rule = rules_line(rules, RULE_BOOT, i);

		if ((!named || match_names_ipxe(rule->match)) && boot_take(rule, v, out))
			return true;
	}
	return false;
}

static bool
find_line(const struct rules *rules, const struct boot_view *v, bool named, struct boot *out)
{
	const struct host *own = v->client->found.file;

	*out = (struct boot){ .rule = NULL };
	return (own && take_first(own->own, v, named, out)) || take_first(rules, v, named, out);
}

void
boot_choose(const struct rules *rules, const struct client *c, uint32_t self, uint32_t ip, struct boot *out)
{
	const struct boot_view view = { .client = c, .server = self, .ip = ip, .names = rules->names };
	struct boot meant;

	/* a line, or a menu, that says that it is for iPXE comes first */
	if (find_line(rules, &view, false, out) && is_plain_chain(out->rule, c)) {
		if (find_line(rules, &view, true, &meant))
			*out = meant;
		else if (menu_is_for_ipxe(rules, c))
			out->rule = NULL;
	}
	if (!out->rule)
		out->file[0] = '\0';
	out->menu = menu_fits(rules, c) &&
	    (c->pxe.client == PXE_CLIENT_PXE || (c->pxe.client == PXE_CLIENT_IPXE && !out->rule));
}

void
boot_choose_item(const struct rules *rules, const struct client *c, uint32_t self, uint32_t ip, struct boot *out)
{
	const struct rule *item = menu_item(rules, c, c->pxe.boot_item);
	struct boot_view view = { .client = c, .server = self, .ip = ip, .names = rules->names };

	*out = (struct boot){ .rule = NULL };
	/* we have a menu: another type is another server's, or the local disk */
	if (!item && !menu_fits(rules, c))
		boot_choose(rules, c, self, ip, out);
	if (!item || !item->menu->file)
		return;
	view = boot_view_of(&view, &item->menu->server, rules->names);
	if (!boot_fill(item->menu->file, &view, out->file, sizeof(out->file))) {
		out->too_long = item;
		return;
	}
	out->rule = item;
	out->server = view.server;
	out->server_name = view.name;
}

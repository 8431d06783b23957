#include "boot6.h"

#include <stdio.h>
#include <string.h>

#include "addr6.h"
#include "match6.h"

bool
boot6_fill(const char *text, const struct boot_view *view, char *out, size_t size)
{
	const struct client *c = view->client;
	const char *name = hosts_name(&c->found), *arch;
	char server[INET6_ADDRSTRLEN + 2], plain[INET6_ADDRSTRLEN], ip[INET6_ADDRSTRLEN], dashes[NUM_MAC_TEXT] = "",
	                                                                                  number[16];
	struct template_values v = { { NULL } };

	snprintf(server, sizeof(server), strstr(text, "://{server}") ? "[%s]" : "%s", addr6_text(&view->server, plain));
	if (c->has_mac)
		num_mac_text(c->mac, '-', dashes);
	arch = client6_arch(c, number);
	v.of[TEMPLATE_SERVER] = view->name ? view->name : server;
	v.of[TEMPLATE_MAC] = c->mac_text;
	v.of[TEMPLATE_MAC_DASHES] = dashes;
	v.of[TEMPLATE_UUID] = c->uuid_text;
	v.of[TEMPLATE_ARCH] = arch[0] == '-' ? NULL : arch;
	v.of[TEMPLATE_IP] = view->ip ? addr6_text(view->ip, ip) : NULL;
	v.of[TEMPLATE_HOST] = name ? name : c->name;
	return template_expand(text, &v, out, size);
}

/* iPXE, by its name, for an iPXE, by a line that says neither that it is for
 * iPXE nor that this is meant. */
static bool
boot6_is_plain_chain(const struct rule *rule, const struct client *c)
{
	return c->kind == PXE_CLIENT_IPXE && rule->boot->ipxe && !rule->boot->chain && !match_names_ipxe(rule->match);
}

/* A file that the client cannot load at all; of a telephone or a switch, those
 * who name it know better. */
static bool
can_load(const struct rule *rule, const struct client *c)
{
	const struct boot_line *b = rule->boot;

	switch (c->kind) {
	case PXE_CLIENT_HTTP:
		return b->http;
	case PXE_CLIENT_IPXE:
		return true;
	case PXE_CLIENT_PXE:
		return !b->url || b->tftp;
	default:
		return !b->url || b->tftp || match_names_machines(rule->match);
	}
}

/* A plain name becomes the URL that PXE over IPv6 wants. */
static bool
write_url(const struct boot_line *b, const struct boot_view *view, char out[BOOT_URL])
{
	char server[INET6_ADDRSTRLEN], file[BOOT_URL];
	const char *path = file;
	int n;

	if (b->url)
		return boot6_fill(b->file, view, out, BOOT_URL);
	if (!boot6_fill(b->file, view, file, sizeof(file)))
		return false;
	path += strspn(path, "/");
	if (view->name)
		n = snprintf(out, BOOT_URL, "tftp://%s/%s", view->name, path);
	else
		n = snprintf(out, BOOT_URL, "tftp://[%s]/%s", addr6_text(&view->server, server), path);
	return n >= 0 && n < BOOT_URL;
}

static bool
boot6_take(const struct rule *rule, const struct boot_view *v, struct boot *out)
{
	const struct boot_line *b = rule->boot;
	struct boot_view view = *v;

	if (!b->file || !can_load(rule, v->client) || !match6_fits(rule->match, v->client))
		return false;
	if (b->server.has_addr6)
		view.server = b->server.addr6;
	else if (b->server.name)
		view.name = b->server.name;
	else if (b->server.addr)
		return false; /* a server that has only an IPv4 address */
	if (!write_url(b, &view, out->url)) {
		out->too_long = rule;
		return false;
	}
	if (v->client->loops && boot6_is_plain_chain(rule, v->client)) {
		out->refused = rule;
		return false;
	}
	out->rule = rule;
	return true;
}

/* The first line that the client can use; `named`: of those that name iPXE. */
static bool
boot6_take_first(const struct rules *rules, const struct boot_view *v, bool named, struct boot *out)
{
	for (size_t i = 0; i < rules->n[RULE_BOOT]; i++) {
		const struct rule *rule = rules_line(rules, RULE_BOOT, i);

		if ((!named || match_names_ipxe(rule->match)) && boot6_take(rule, v, out))
			return true;
	}
	return false;
}

static bool
boot6_find(const struct rules *rules, const struct boot_view *v, bool named, struct boot *out)
{
	const struct host *own = v->client->found.file;

	*out = (struct boot){ .rule = NULL };
	return (own && boot6_take_first(own->own, v, named, out)) || boot6_take_first(rules, v, named, out);
}

void
boot6_choose(const struct rules *rules, const struct boot_view *view, struct boot *out)
{
	struct boot meant;

	/* a line that says that it is for iPXE comes first */
	if (boot6_find(rules, view, false, out) && boot6_is_plain_chain(out->rule, view->client) &&
	    boot6_find(rules, view, true, &meant))
		*out = meant;
	if (!out->rule)
		out->url[0] = '\0';
}

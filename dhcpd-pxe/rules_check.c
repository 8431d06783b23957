/* What only shows when a line, or all lines, are complete. */
#include <stdlib.h>
#include <string.h>

#include "num.h"
#include "pxe.h"
#include "reader.h"

#define LEASE_S 3600         /* lease= when it is not said */
#define LEASE_MIN_S 120      /* lease-min=, unless lease= is less */
#define DECLINE_S 86400      /* decline= */

static bool
in_net(uint32_t addr, uint32_t net, uint8_t prefix)
{
	return (addr & num_mask4(prefix)) == net;
}

/* ---- one line ---------------------------------------------------------- */

static bool
range_fits(struct reader *r, const struct subnet *s, const struct rule_range *range)
{
	uint32_t last = s->net | ~num_mask4(s->prefix);
	char net[NUM_IP4_TEXT], addr[NUM_IP4_TEXT];

	num_ip4_text(s->net, net);
	if (!in_net(range->low, s->net, s->prefix) || !in_net(range->high, s->net, s->prefix))
		return reader_refuse(r, "%s is outside of %s/%u",
		    num_ip4_text(in_net(range->low, s->net, s->prefix) ? range->high : range->low, addr),
		    net, s->prefix);
	if (range->low == s->net)
		return reader_refuse(r, "%s is the network's own address", net);
	if (range->high == last)
		return reader_refuse(r, "%s is the broadcast address", num_ip4_text(last, addr));
	return true;
}

static void
range_text(const struct rule_range *range, char out[2 * NUM_IP4_TEXT])
{
	num_ip4_text(range->low, out);
	out[strlen(out) + 1] = '\0';
	out[strlen(out)] = '-';
	num_ip4_text(range->high, out + strlen(out));
}

/* What is not said of lease times. */
static void
end_times(struct reader *r)
{
	struct subnet *s = r->rule.subnet;

	if (s->lease_s == 0)
		s->lease_s = s->lease_max_s && s->lease_max_s < LEASE_S ? s->lease_max_s :
		    s->lease_min_s > LEASE_S ? s->lease_min_s : LEASE_S;
	if (s->lease_min_s == 0)
		s->lease_min_s = s->lease_s < LEASE_MIN_S ? s->lease_s : LEASE_MIN_S;
	if (s->lease_max_s == 0)
		s->lease_max_s = s->lease_s;
	if (s->decline_s == 0)
		s->decline_s = DECLINE_S;
	if (s->lease_min_s <= s->lease_s && s->lease_s <= s->lease_max_s)
		return;
	reader_refuse(r, "lease-min=, lease= and lease-max= must not fall: they are %u, %u and %u seconds",
	    s->lease_min_s, s->lease_s, s->lease_max_s);
	reader_fault(r, false, "lease", "");
}

static bool
gives_something(const struct subnet *s)
{
	return s->ranges || s->router.n || s->dns.n || s->domain || s->lease_s || s->lease_min_s ||
	    s->lease_max_s || s->decline_s || s->max_leases || s->offers || s->probe_off ||
	    s->bootp_dynamic || s->authoritative;
}

static void
end_subnet(struct reader *r)
{
	struct subnet *s = r->rule.subnet;
	char text[2 * NUM_IP4_TEXT];

	if (s->prefix == 0) {
		reader_refuse(r, "which network? subnet 10.0.0.0/24 ...");
		reader_fault(r, false, "subnet", "");
		return;
	}
	if (s->proxy && gives_something(s)) {
		reader_refuse(r, "a proxy gives no addresses: range, router, dns, domain, lease, decline, probe, "
		    "max-leases, offers, bootp and authoritative are the other server's");
		reader_fault(r, false, "subnet", "proxy");
	}
	for (size_t i = 0; i < s->ranges; i++)
		if (!range_fits(r, s, &s->range[i])) {
			range_text(&s->range[i], text);
			reader_fault(r, false, "range", text);
		}
	for (size_t i = 0; i < s->router.n; i++)
		if (!in_net(s->router.addr[i], s->net, s->prefix)) {
			reader_refuse(r, "outside of the subnet: clients could not reach it");
			reader_fault(r, false, "router", num_ip4_text(s->router.addr[i], text));
		}
	if (!s->proxy)
		end_times(r);
}

static void
need(struct reader *r, const char *key, const char *why)
{
	reader_refuse(r, "%s", why);
	reader_fault(r, false, key, "");
}

/* The machine's file stands for mac=. */
static void
end_host(struct reader *r)
{
	struct host *h = r->rule.host;

	if (r->mac && h->macs + h->has_uuid + h->id_len > 0) {
		need(r, "host", "this file is for the machine it is named after: no mac=, uuid= or client-id= here");
		return;
	}
	if (r->mac) {
		h->mac = arena_alloc(&r->rules->arena, sizeof(h->mac[0]));
		if (!h->mac) {
			need(r, "host", "out of memory");
			return;
		}
		memcpy(h->mac[0], r->mac, sizeof(h->mac[0]));
		h->macs = 1;
		h->own = r->rules;
	}
	if (h->macs + h->has_uuid + h->id_len == 0)
		need(r, "host", "which one? mac=, uuid= or client-id=");
	h->where = r->rule.where;
}

static void
end_menu(struct reader *r)
{
	const struct menu_line *m = r->rule.menu;

	if (!m->prompt == !m->item)
		need(r, "menu", "either prompt= or item=");
	else if (m->prompt && (m->file || m->server))
		need(r, "menu", "file= and server= go with item=");
	else if (m->prompt && m->local)
		need(r, "menu", "local goes with item=");
	else if (m->item && !m->file && !m->local)
		need(r, "menu", "what does this item boot? file=, or the word local");
	else if (m->item && m->local && (m->file || m->server))
		need(r, "menu", "an item is either local or has file= and server=");
}

void
reader_end_line(struct reader *r)
{
	const struct rule *rule = &r->rule;

	switch (rule->kind) {
	case RULE_SUBNET:
		end_subnet(r);
		break;
	case RULE_HOST:
		end_host(r);
		break;
	case RULE_MENU:
		end_menu(r);
		break;
	case RULE_BOOT:
		if (!rule->boot->file)
			need(r, "boot", "which file? file=");
		break;
	case RULE_OPTION:
		if (rule->option->code == 0)
			need(r, "option", "which one? option 209 text=...");
		else if (!rule->option->text && !rule->option->bytes)
			need(r, "option", "no value: text=, ip=, u8=, u16=, u32= or hex=");
		break;
	case RULE_INTERFACE:
		if (!rule->interface)
			need(r, "interface", "which one?");
		break;
	case RULE_HOSTS:
		if (!rule->dir)
			need(r, "hosts", "which folder?");
		break;
	default:
		break;
	}
}

/* ---- all lines --------------------------------------------------------- */

static bool
index_lines(struct rules *r)
{
	for (size_t i = 0; i < r->lines; i++)
		r->n[r->line[i].kind]++;
	for (size_t k = 0; k < RULE_KINDS; k++) {
		r->of[k] = r->n[k] ? calloc(r->n[k], sizeof(r->of[k][0])) : NULL;
		if (r->n[k] && !r->of[k])
			return false;
		r->n[k] = 0;
	}
	for (size_t i = 0; i < r->lines; i++) {
		enum rule_kind k = r->line[i].kind;

		if (k == RULE_SUBNET)
			r->line[i].subnet->index = r->n[k];
		r->of[k][r->n[k]++] = i;
	}
	return true;
}

/* Is some subnet line's network within this one? */
static bool
has_subnet(const struct rules *r, uint32_t net, uint8_t prefix)
{
	for (size_t i = 0; i < r->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(r, RULE_SUBNET, i)->subnet;

		if (s->prefix >= prefix && in_net(s->net, net, prefix))
			return true;
	}
	return false;
}

static const struct subnet *
subnet_of(const struct rules *r, uint32_t addr)
{
	for (size_t i = 0; i < r->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(r, RULE_SUBNET, i)->subnet;

		if (s->prefix && in_net(addr, s->net, s->prefix))
			return s;
	}
	return NULL;
}

static void
check_match_net(struct reader *r)
{
	const struct match *m = r->rule.match;
	char net[NUM_IP4_TEXT];

	if (!m->has_net || has_subnet(r->rules, m->net, m->prefix))
		return;
	reader_refuse(r, "no subnet line lies within it");
	reader_fault(r, false, "subnet", num_ip4_text(m->net, net));
}

static void
check_host(struct reader *r)
{
	const struct host *h = r->rule.host;
	const struct subnet *s = subnet_of(r->rules, h->addr);
	char text[NUM_IP4_TEXT];

	if (!h->addr || h->own)
		return;
	num_ip4_text(h->addr, text);
	if (!s)
		reader_refuse(r, "no subnet line holds this address");
	else if (h->addr == s->net || h->addr == (s->net | ~num_mask4(s->prefix)))
		reader_refuse(r, "the network's own or broadcast address");
	else if (s->proxy)
		reader_refuse(r, "its subnet is a proxy one, which gives no addresses");
	else
		return;
	reader_fault(r, false, "addr", text);
}

/* A name or a MAC address of a host line, to be seen twice. */
struct seen {
	uint64_t what;
	size_t line;
};

static int
by_what(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->what != y->what)
		return x->what < y->what ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static uint64_t
mac_number(const uint8_t mac[6])
{
	uint64_t n = 1;

	for (int i = 0; i < 6; i++)
		n = n << 8 | mac[i];
	return n;
}

/* Sorted, so that a hundred thousand hosts are no quadratic matter. */
static size_t
gather(const struct rules *r, struct seen *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n[RULE_HOST]; i++) {
		const struct host *h = rules_line(r, RULE_HOST, i)->host;

		for (size_t m = 0; m < h->macs; m++) {
			if (out)
				out[n] = (struct seen){ mac_number(h->mac[m]), r->of[RULE_HOST][i] };
			n++;
		}
		if (h->addr) {
			if (out)
				out[n] = (struct seen){ h->addr, r->of[RULE_HOST][i] };
			n++;
		}
	}
	return n;
}

static void
check_twice(struct reader *r)
{
	size_t n = gather(r->rules, NULL);
	struct seen *seen = n ? calloc(n, sizeof(*seen)) : NULL;

	if (!seen)
		return;
	gather(r->rules, seen);
	qsort(seen, n, sizeof(*seen), by_what);
	for (size_t i = 1; i < n; i++) {
		const struct rule *first = &r->rules->line[seen[i - 1].line];
		char text[NUM_MAC_TEXT];
		uint8_t mac[6];

		if (seen[i].what != seen[i - 1].what)
			continue;
		r->rule = r->rules->line[seen[i].line];
		reader_refuse(r, "given already at %s:%u", first->where.file, first->where.line);
		for (int b = 0; b < 6; b++)
			mac[b] = (uint8_t)(seen[i].what >> (40 - 8 * b));
		if (seen[i].what <= UINT32_MAX)
			reader_fault(r, false, "addr", num_ip4_text((uint32_t)seen[i].what, text));
		else
			reader_fault(r, false, "mac", num_mac_text(mac, ':', text));
	}
	free(seen);
}

/* Will a client that is iPXE already find something to boot, once another
 * line has made it iPXE? */
static void
check_ipxe(struct reader *r)
{
	const unsigned ipxe = 1u << PXE_CLIENT_IPXE;
	const struct rule *chain = NULL;
	bool served = false;

	for (size_t i = 0; i < r->rules->n[RULE_BOOT]; i++) {
		const struct rule *rule = rules_line(r->rules, RULE_BOOT, i);
		unsigned clients = rule->match->clients;

		if (!rule->boot->file)
			continue;
		r->rule = *rule;
		if (rule->boot->ipxe && clients == ipxe) {
			reader_refuse(r, "this sends iPXE to iPXE, which would load itself for ever; it is never sent");
			reader_fault(r, true, "file", rule->boot->file);
		}
		if (rule->boot->ipxe && !chain && clients != ipxe)
			chain = rule;
		served |= !rule->boot->ipxe && (clients == 0 || (clients & ipxe));
	}
	if (!chain || served || r->rules->n[RULE_HOSTS] > 0)
		return;
	r->rule = *chain;
	reader_refuse(r, "this is iPXE, which then asks again and finds nothing to boot: "
	    "add a line such as `boot client=ipxe file=http://{server}/boot.ipxe'");
	reader_fault(r, true, "file", chain->boot->file);
}

/* A line that no client can use is a slip of the pen. */
static void
check_boot(struct reader *r)
{
	const struct boot_line *b = r->rule.boot;
	unsigned clients = r->rule.match->clients;
	const unsigned http = 1u << PXE_CLIENT_HTTP, ipxe = 1u << PXE_CLIENT_IPXE;

	if (!b->file || clients == 0)
		return;
	if (clients == http && !b->http)
		reader_refuse(r, "HTTP Boot clients need a URL, as in http://{server}/ipxe.efi; this is sent to nobody");
	else if (b->url && !(clients & ipxe) && !(b->http && (clients & http)))
		reader_refuse(r, "only iPXE and HTTP Boot clients take a URL; this is sent to nobody");
	else
		return;
	reader_fault(r, true, "file", b->file);
}

void
rules_finish(struct rules *rules, struct faults *faults)
{
	struct reader r = { .rules = rules, .faults = faults };

	if (!index_lines(rules)) {
		faults_add(faults, false, "rules: out of memory");
		return;
	}
	for (size_t i = 0; i < rules->lines; i++) {
		r.rule = rules->line[i];
		check_match_net(&r);
		if (r.rule.kind == RULE_HOST)
			check_host(&r);
		if (r.rule.kind == RULE_BOOT)
			check_boot(&r);
	}
	check_twice(&r);
	check_ipxe(&r);
}

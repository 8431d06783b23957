#include "line_check.h"

#include <stdio.h>
#include <string.h>

#include "addr6.h"
#include "dhcp.h"
#include "num.h"
#include "pxe.h"

#define LEASE_S 3600    /* default of lease= */
#define LEASE_MIN_S 120 /* of lease-min=, unless lease= is less */
#define DECLINE_S 600   /* of decline= */
#define SHARE_DELAY_S 2 /* of delay=, with share= */
#define NETBOOT_S 600   /* of lease= of a netboot subnet of IPv6: until the system runs */

static void
line_fault(struct reader *r, const char *key, const char *why)
{
	reader_refuse(r, "%s", why);
	reader_report(r, false, key, "");
}

static void
line_range(struct reader *r, const struct subnet *s, const struct rule_range *range)
{
	uint32_t last = s->net | ~num_mask4(s->prefix);
	char net[NUM_IP4_TEXT], low[NUM_IP4_TEXT], high[NUM_IP4_TEXT], text[2 * NUM_IP4_TEXT];

	num_ip4_text(s->net, net);
	num_ip4_text(range->low, low);
	num_ip4_text(range->high, high);
	if (!subnet_holds(s, range->low) || !subnet_holds(s, range->high))
		reader_refuse(r, "%s is outside %s/%u", subnet_holds(s, range->low) ? high : low, net, s->prefix);
	else if (range->low == s->net)
		reader_refuse(r, "%s is the network's own address", net);
	else if (range->high == last)
		reader_refuse(r, "%s is the broadcast address", high);
	else
		return;
	snprintf(text, sizeof(text), "%s-%s", low, high);
	reader_report(r, false, "range", text);
}

static void
line_times(struct reader *r)
{
	struct subnet *s = r->rule.subnet;

	if (s->lease_s == 0)
		s->lease_s = s->lease_max_s && s->lease_max_s < LEASE_S ? s->lease_max_s :
		    s->lease_min_s > LEASE_S                            ? s->lease_min_s :
		                                                          LEASE_S;
	if (s->lease_min_s == 0)
		s->lease_min_s = s->lease_s < LEASE_MIN_S ? s->lease_s : LEASE_MIN_S;
	if (s->lease_max_s == 0)
		s->lease_max_s = s->lease_s;
	if (s->decline_s == 0)
		s->decline_s = DECLINE_S;
	if (s->lease_min_s <= s->lease_s && s->lease_s <= s->lease_max_s)
		return;
	reader_refuse(r, "lease-min=, lease= and lease-max= must not decrease: they are %u, %u and %u seconds",
	    s->lease_min_s, s->lease_s, s->lease_max_s);
	reader_report(r, false, "lease", "");
}

/* Each server has a part of each range, of nearly equal size. */
static bool
split_ranges(struct reader *r)
{
	struct subnet *s = r->rule.subnet;
	unsigned n = s->share_n;

	s->own = arena_alloc(&r->rules->arena, s->ranges * sizeof(s->own[0]));
	s->others = arena_alloc(&r->rules->arena, s->ranges * n * sizeof(s->others[0]));
	if (!s->own || !s->others)
		return reader_no_memory(r);
	for (size_t i = 0; i < s->ranges; i++) {
		uint64_t size = (uint64_t)s->range[i].high - s->range[i].low + 1;

		if (size < n)
			return reader_refuse(r, "a range has fewer addresses than there are servers");
		for (unsigned k = 0; k < n; k++) {
			struct rule_range part = { (uint32_t)(s->range[i].low + size * k / n),
				(uint32_t)(s->range[i].low + size * (k + 1) / n - 1) };

			if (k + 1 == s->share_k)
				s->own[s->owns++] = part;
			else
				s->others[s->other++] = part;
		}
	}
	return s->ranges > 0 || reader_refuse(r, "there is no range= to share");
}

static void
line_share(struct reader *r)
{
	struct subnet *s = r->rule.subnet;

	if (!s->share_n) {
		s->own = s->range;
		s->owns = s->ranges;
		return;
	}
	if (s->delay_s == 0)
		s->delay_s = SHARE_DELAY_S;
	if (!split_ranges(r))
		reader_report(r, false, "share", "");
}

static void
line_subnet(struct reader *r)
{
	struct subnet *s = r->rule.subnet;
	char text[NUM_IP4_TEXT];

	if (s->prefix == 0) {
		line_fault(r, "subnet", "which network? subnet 10.0.0.0/24 ...");
		return;
	}
	if (s->proxy &&
	    (s->ranges || s->router.n || s->dns.n || s->domain || s->lease_s || s->lease_min_s || s->lease_max_s ||
	        s->decline_s || s->max_leases || s->share_n || s->offers || s->probe_off || s->key_mac ||
	        s->bootp_dynamic || s->authoritative)) {
		reader_refuse(r,
		    "a proxy gives no addresses: range, router, dns, domain, lease, decline, probe, key, share, "
		    "max-leases, offers, bootp and authoritative are the other server's");
		reader_report(r, false, "subnet", "proxy");
	}
	for (size_t i = 0; i < s->ranges; i++)
		line_range(r, s, &s->range[i]);
	for (size_t i = 0; i < s->router.n; i++)
		if (!subnet_holds(s, s->router.addr[i])) {
			reader_refuse(r, "outside the subnet: clients could not reach it");
			reader_report(r, false, "router", num_ip4_text(s->router.addr[i], text));
		}
	if (!s->proxy) {
		line_times(r);
		line_share(r);
	}
}

static void
line_range6(struct reader *r, const struct subnet6 *s, const struct rule_range6 *range)
{
	char net[INET6_ADDRSTRLEN], low[INET6_ADDRSTRLEN], high[INET6_ADDRSTRLEN], text[2 * INET6_ADDRSTRLEN];

	addr6_text(&s->net, net);
	addr6_text(&range->low, low);
	addr6_text(&range->high, high);
	if (!subnet6_holds(s, &range->low) || !subnet6_holds(s, &range->high))
		reader_refuse(r, "%s is outside %s/%u", subnet6_holds(s, &range->low) ? high : low, net, s->prefix);
	else if (addr6_cmp(&range->low, &s->net) == 0 && s->prefix < 127)
		reader_refuse(r, "%s is the anycast address of the network's routers (RFC 4291, 2.6.1)", net);
	else
		return;
	snprintf(text, sizeof(text), "%s-%s", low, high);
	reader_report(r, false, "range", text);
}

static void
line_subnet6(struct reader *r)
{
	struct subnet6 *s = r->rule.subnet6;

	for (size_t i = 0; i < s->ranges; i++)
		line_range6(r, s, &s->range[i]);
	if (s->lease_s == 0)
		s->lease_s = s->netboot ? NETBOOT_S : LEASE_S;
	if (s->decline_s == 0)
		s->decline_s = DECLINE_S;
}

static void
line_ra(struct reader *r)
{
	const struct ra_line *ra = r->rule.ra;

	if (!ra->none == !ra->prefix)
		line_fault(r, "ra", "either prefix= or none");
	else if (ra->none && ra->dns.n)
		line_fault(r, "dns", "it goes with prefix=");
}

/* An address is of use to whom the other protocol can tell apart only. */
static void
line_host_addrs(struct reader *r)
{
	const struct host *h = r->rule.host;

	if (h->macs || h->has_uuid)
		return;
	if (h->addrs.n && !h->id_len)
		line_fault(r, "addr", "for an IPv4 address the machine needs mac=, uuid= or client-id=");
	if (h->addrs6.n && !h->duid_len)
		line_fault(r, "addr", "for an IPv6 address the machine needs mac=, uuid= or duid=");
}

/* In a machine's own file, the file's name stands for mac=. */
static void
line_host(struct reader *r)
{
	struct host *h = r->rule.host;
	struct machineid *id;

	h->where = r->rule.where;
	if (!r->machine) {
		if (h->macs + h->has_uuid + h->id_len + h->duid_len == 0)
			line_fault(r, "host", "which one? mac=, uuid=, client-id= or duid=");
		else
			line_host_addrs(r);
		return;
	}
	if (h->macs + h->has_uuid + h->id_len + h->duid_len > 0) {
		line_fault(r, "host",
		    "this file is for the machine it is named after: no mac=, uuid=, client-id= or duid= here");
		return;
	}
	id = arena_alloc(&r->rules->arena, sizeof(*id));
	if (!id) {
		r->diag->no_memory = true;
		line_fault(r, "host", "out of memory");
		return;
	}
	*id = *r->machine;
	rules_host_is(h, id);
	h->own = r->rules;
	line_host_addrs(r);
}

static void
line_boot(struct reader *r)
{
	const struct boot_line *b = r->rule.boot;

	if (b->file)
		return;
	if (!rules_has_server(&b->server))
		line_fault(r, "boot", "which file? file=; or the server alone: server=");
	else if (b->once || b->chain)
		line_fault(r, b->once ? "once" : "chain", "it goes with file=");
}

static void
line_menu(struct reader *r)
{
	const struct menu_line *m = r->rule.menu;
	const bool server = rules_has_server(&m->server);

	if (!m->prompt == !m->item)
		line_fault(r, "menu", "either prompt= or item=");
	else if (m->prompt && (m->file || server))
		line_fault(r, "menu", "file= and server= go with item=");
	else if (m->prompt && m->local)
		line_fault(r, "menu", "local goes with item=");
	else if (m->item && m->timeout_s)
		line_fault(r, "menu", "timeout= goes with prompt=");
	else if (m->item && !m->file && !m->local)
		line_fault(r, "menu", "what does this item boot? file=, or the word local");
	else if (m->item && m->local && (m->file || server))
		line_fault(r, "menu", "an item is either local or has file= and server=");
}

/* ---- which clients can meet all conditions of the line ----------------- */

#define CLIENT(c) (1u << PXE_CLIENT_##c)

/* Can text that begins so match; must it begin so to match? */
static bool
may_begin(const struct pattern *p, const char *s)
{
	for (size_t i = 0; s[i]; i++) {
		if (i < p->symbols && p->symbol[i] == PATTERN_ANY)
			return true;
		if (i >= p->symbols || p->symbol[i] != (uint8_t)s[i])
			return false;
	}
	return true;
}

static bool
must_begin(const struct pattern *p, const char *s)
{
	for (size_t i = 0; s[i]; i++)
		if (i >= p->symbols || p->symbol[i] != (uint8_t)s[i])
			return false;
	return true;
}

/* Does all text that begins so match? */
static bool
pattern_covers(const struct pattern *p, const char *s)
{
	size_t i = 0;

	while (s[i] && i < p->symbols && p->symbol[i] == (uint8_t)s[i])
		i++;
	return i + 1 == p->symbols && p->symbol[i] == PATTERN_ANY;
}

/* Those whose option 60 can be other than that. */
static unsigned
other_class_clients(const struct rule_option *o)
{
	unsigned cannot = 0;

	for (size_t i = 0; i < o->n; i++) {
		cannot |= pattern_covers(&o->is[i], "PXEClient") ? CLIENT(PXE) : 0;
		cannot |= pattern_covers(&o->is[i], "HTTPClient") ? CLIENT(HTTP) : 0;
	}
	return ~cannot;
}

/* Those whose option 60 can be like that: iPXE and BOOTP clients are known by
 * something else (lib/pxe.c). */
static unsigned
class_clients(const struct rule_option *o)
{
	unsigned can = CLIENT(IPXE) | CLIENT(BOOTP);

	for (size_t i = 0; i < o->n; i++) {
		const struct pattern *p = &o->is[i];

		can |= may_begin(p, "PXEClient") ? CLIENT(PXE) : 0;
		can |= may_begin(p, "HTTPClient") ? CLIENT(HTTP) : 0;
		can |= must_begin(p, "PXEClient") || must_begin(p, "HTTPClient") ? 0 : CLIENT(OTHER);
	}
	return can;
}

static unsigned
match_clients(const struct match *m)
{
	unsigned can = (1u << (PXE_CLIENT_BOOTP + 1)) - 1;

	if ((m->ipxe && !(m->negated & NOT_IPXE)) ||
	    (m->user_class && !(m->negated & NOT_USER_CLASS) && strcmp(m->user_class->text, "iPXE") == 0))
		can = CLIENT(IPXE);
	for (size_t i = 0; i < m->options; i++) {
		const struct rule_option *o = &m->option[i];

		if (!o->negated && o->code == DHCP_IPXE)
			can &= CLIENT(IPXE);
		if (o->code == DHCP_CLASS && !o->sub)
			can &= o->negated ? other_class_clients(o) : class_clients(o);
	}
	return can;
}

/* A client= that the other conditions of the line, or what it is for, leave nobody of. */
static void
line_clients(struct reader *r)
{
	unsigned clients = r->rule.match->clients, can = match_clients(r->rule.match), c = 0;

	if (!clients)
		return;
	if (!(clients & can))
		reader_refuse(r, "no such client meets the other conditions of this line");
	else if (r->rule.kind == RULE_MENU && !(clients & (CLIENT(PXE) | CLIENT(IPXE))))
		reader_refuse(r, "only PXE and iPXE clients are shown a menu");
	else if (r->rule.kind == RULE_MENU && r->rule.menu->url && !(clients & CLIENT(IPXE)))
		reader_refuse(r, "in a menu, a URL is for iPXE alone");
	else
		return;
	while (!(clients & 1u << c))
		c++;
	reader_report(r, true, "client", pxe_client_name((enum pxe_client)c));
}

/* Tags come from host lines, which make a machine known. */
static void
line_tags(struct reader *r)
{
	const struct match *m = r->rule.match;

	if (m->known != RULE_UNKNOWN || m->tag.n == 0 || m->negated & NOT_TAG)
		return;
	reader_refuse(r, "a machine with a tag has a host line, so none is unknown");
	reader_report(r, true, "tag", m->tag.item[0]);
}

void
line_check(struct reader *r)
{
	const struct rule *rule = &r->rule;

	line_clients(r);
	line_tags(r);
	switch (rule->kind) {
	case RULE_SUBNET:
		line_subnet(r);
		break;
	case RULE_HOST:
		line_host(r);
		break;
	case RULE_MENU:
		line_menu(r);
		break;
	case RULE_BOOT:
		line_boot(r);
		break;
	case RULE_OPTION:
	case RULE_OPTION6:
		if (rule->option->code == 0)
			line_fault(r, rules_word[rule->kind], "which one? option 209 text=...");
		else if (!rule->option->text && !rule->option->bytes)
			line_fault(r, rules_word[rule->kind], "no value: text=, ip=, u8=, u16=, u32= or hex=");
		break;
	case RULE_SUBNET6:
		line_subnet6(r);
		break;
	case RULE_RA:
		line_ra(r);
		break;
	case RULE_INTERFACE:
		if (!rule->interface)
			line_fault(r, "interface", "which one?");
		break;
	case RULE_INCLUDE:
		if (!rule->include)
			line_fault(r, "include", "which file?");
		break;
	case RULE_HOSTS:
		if (!rule->dir)
			line_fault(r, "hosts", "which directory?");
		break;
	default:
		break;
	}
}

/* What only shows when a line is complete. */
#include <string.h>

#include "num.h"
#include "reader.h"

#define LEASE_S 3600    /* lease= when it is not said */
#define LEASE_MIN_S 120 /* lease-min=, unless lease= is less */
#define DECLINE_S 86400 /* decline= */

static bool
range_fits(struct reader *r, const struct subnet *s, const struct rule_range *range)
{
	uint32_t last = s->net | ~num_mask4(s->prefix);
	char net[NUM_IP4_TEXT], addr[NUM_IP4_TEXT];

	num_ip4_text(s->net, net);
	if (!subnet_holds(s, range->low) || !subnet_holds(s, range->high))
		return reader_refuse(r, "%s is outside of %s/%u",
		    num_ip4_text(subnet_holds(s, range->low) ? range->high : range->low, addr), net, s->prefix);
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
	reader_refuse(r, "lease-min=, lease= and lease-max= must not fall: they are %u, %u and %u seconds",
	    s->lease_min_s, s->lease_s, s->lease_max_s);
	reader_fault(r, false, "lease", "");
}

static bool
gives_something(const struct subnet *s)
{
	return s->ranges || s->router.n || s->dns.n || s->domain || s->lease_s || s->lease_min_s || s->lease_max_s ||
	    s->decline_s || s->max_leases || s->offers || s->probe_off || s->bootp_dynamic || s->authoritative;
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
		reader_refuse(r,
		    "a proxy gives no addresses: range, router, dns, domain, lease, decline, probe, "
		    "max-leases, offers, bootp and authoritative are the other server's");
		reader_fault(r, false, "subnet", "proxy");
	}
	for (size_t i = 0; i < s->ranges; i++)
		if (!range_fits(r, s, &s->range[i])) {
			range_text(&s->range[i], text);
			reader_fault(r, false, "range", text);
		}
	for (size_t i = 0; i < s->router.n; i++)
		if (!subnet_holds(s, s->router.addr[i])) {
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
	else if (m->item && m->timeout_s)
		need(r, "menu", "timeout= goes with prompt=");
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

/* Which address a client gets, and may keep. */
#include <string.h>

#include "ask.h"
#include "match.h"

static bool
in_subnet(uint32_t addr, const struct subnet *s)
{
	return (addr & num_mask4(s->prefix)) == s->net;
}

struct lease_key
ask_key(const struct client *c)
{
	return (struct lease_key){ c->key, c->key_len };
}

static bool
in_range(const struct subnet *s, uint32_t addr)
{
	for (size_t i = 0; i < s->ranges; i++)
		if (addr >= s->range[i].low && addr <= s->range[i].high)
			return true;
	return false;
}

const struct subnet *
address_place(const struct ask *k, uint32_t addr)
{
	bool kept = addr && addr == client_host_addr(k->c);

	for (size_t i = 0; i < k->s->rules->n[RULE_SUBNET]; i++) {
		const struct rule *rule = rules_line(k->s->rules, RULE_SUBNET, i);

		if (!rule->subnet->proxy && in_subnet(addr, rule->subnet) &&
		    (kept || in_range(rule->subnet, addr)) && server_serves(rule, k->q, k->c))
			return rule->subnet;
	}
	return NULL;
}

static bool
in_list(const struct rule_addrs *list, uint32_t addr)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->addr[i] == addr)
			return true;
	return false;
}

/* Addresses of a range that are somebody's for good: ours, a router's, a
 * name server's, another host's. */
static bool
is_kept(const void *arg, uint32_t addr)
{
	const struct ask *k = arg;
	const struct subnet *s = k->c->subnet;

	for (size_t i = 0; i < k->s->owns; i++)
		if (k->s->own[i] == addr)
			return true;
	return in_list(&s->router, addr) || in_list(&s->dns, addr) ||
	    hosts_reserved(k->s->hosts, addr, k->c);
}

static bool
is_mine_by_mac(const struct ask *k, const struct lease *lease)
{
	/* a ROM and the system it boots send different identifiers; a host
	 * line is for the machine */
	return lease->addr == client_host_addr(k->c) && k->c->has_mac &&
	    memcmp(lease->mac, k->c->mac, sizeof(lease->mac)) == 0;
}

bool
address_may_have(const struct ask *k, uint32_t addr)
{
	const struct lease *lease = leases_at(k->s->leases, addr);

	if (!address_place(k, addr) || is_kept(k, addr))
		return false;
	if (!lease || lease_is_free(lease, k->now))
		return true;
	if (lease->state == LEASE_DECLINED)
		return false;
	return lease_has_key(lease, ask_key(k->c)) || is_mine_by_mac(k, lease);
}

/* The client's last address: a lease of it that it may still have. */
static bool
last_address(const struct ask *k, uint32_t *addr)
{
	const struct lease *lease = leases_of(k->s->leases, ask_key(k->c));

	for (; lease; lease = leases_more(k->s->leases, lease))
		if (lease->state != LEASE_DECLINED && address_may_have(k, lease->addr)) {
			*addr = lease->addr;
			return true;
		}
	return false;
}

static bool
fresh_address(struct ask *k, uint32_t *addr)
{
	struct lease_wish wish = { .now = k->now, .avoid = is_kept, .arg = k };
	const struct subnet *first = k->c->subnet;

	for (size_t i = 0; i < k->s->rules->n[RULE_SUBNET]; i++) {
		const struct rule *rule = rules_line(k->s->rules, RULE_SUBNET, i);

		if (rule->subnet->proxy || !server_serves(rule, k->q, k->c))
			continue;
		k->c->subnet = rule->subnet;
		for (size_t n = 0; n < rule->subnet->ranges; n++) {
			wish.range = rule->subnet->range[n];
			if (leases_pick(k->s->leases, &wish, addr))
				return true;
		}
	}
	k->c->subnet = first;
	return false;
}

bool
address_choose(struct ask *k, uint32_t *addr)
{
	uint32_t host = client_host_addr(k->c), asked;

	if (host && address_may_have(k, host)) {
		*addr = host;
		return true;
	}
	if (last_address(k, addr))
		return true;
	if (dhcp_get_addr(&k->q->msg, DHCP_REQUESTED_ADDR, &asked) && address_may_have(k, asked)) {
		*addr = asked;
		return true;
	}
	return fresh_address(k, addr);
}

bool
address_keep(const struct ask *k, uint32_t addr)
{
	struct lease *lease = leases_at(k->s->leases, addr);

	if (lease && lease_has_key(lease, ask_key(k->c))) {
		if (lease_is_free(lease, k->now) || lease->state == LEASE_OFFERED) {
			lease->state = LEASE_OFFERED;
			lease->expiry = k->now + LEASES_OFFER_S;
		}
		leases_touch(k->s->leases, lease);
	} else {
		lease = leases_offer(k->s->leases, addr, ask_key(k->c),
		    k->c->has_mac ? k->c->mac : NULL, k->now + LEASES_OFFER_S);
	}
	if (!lease)
		return false;
	lease->sent_id = k->c->sent_id;
	if (k->c->has_mac)
		memcpy(lease->mac, k->c->mac, sizeof(lease->mac));
	return true;
}

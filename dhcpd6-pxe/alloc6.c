#include "alloc6.h"

#include <string.h>

#include "addr6.h"

struct lease_key
alloc6_key(const struct client *c, uint32_t iaid)
{
	return (struct lease_key){ c->key, c->key_len, iaid };
}

struct lease *
alloc6_lease(const struct query *k, uint32_t iaid, const struct in6_addr *addr)
{
	struct lease *lease = leases6_of(k->from->leases, alloc6_key(k->c, iaid));

	for (; lease; lease = leases6_more(lease))
		if (lease->state == LEASE_BOUND && !lease6_is_free(lease, k->now) &&
		    (addr ? addr6_cmp(&lease->addr, addr) == 0 : subnet6_holds(k->c->subnet, &lease->addr)))
			return lease;
	return NULL;
}

static bool
is_own(const struct query *k, const struct in6_addr *addr)
{
	const struct netif *net = k->q->iface;

	for (size_t i = 0; i < net->addrs6; i++)
		if (addr6_cmp(&net->addr6[i].addr, addr) == 0)
			return true;
	return false;
}

/* Is it the address of this machine's host line? */
static bool
is_hosts(const struct query *k, const struct in6_addr *addr)
{
	const struct host *h = k->c->found.addr_of;

	for (size_t i = 0; h && i < h->addrs6.n; i++)
		if (addr6_cmp(&h->addrs6.addr[i], addr) == 0)
			return true;
	return false;
}

/* Is it the same machine that has the lease: another of its programs, with a DUID of
 * its own (firmware, iPXE, a system)? */
static bool
alloc6_is_same_machine(const struct query *k, const struct lease *lease)
{
	uint8_t mac[6];
	bool known = lease->has_mac;
	struct hosts_found found;
	struct hosts_who who = { .duid = lease->bytes, .duid_len = lease->key_len };

	if (known)
		memcpy(mac, lease->mac, sizeof(mac));
	else
		known = dhcp6_duid_mac((struct dhcp6_bytes){ lease->bytes, lease->key_len }, mac);
	if (known && k->c->has_mac && memcmp(mac, k->c->mac, sizeof(mac)) == 0)
		return true;
	who.mac = known ? mac : NULL;
	hosts_find6(k->from->hosts, &who, NULL, &found);
	return found.addr_of && found.addr_of == k->c->found.addr_of;
}

/* Nobody else has it now.  The address of a host line goes on to the program of that
 * machine that asks last, where its subnet has no range for a second one. */
static bool
nobody_has(const struct query *k, uint32_t iaid, const struct in6_addr *addr)
{
	const struct lease *lease = leases6_at(k->from->leases, addr);
	bool same_client;

	if (!lease || lease6_is_free(lease, k->now) || lease6_has_key(lease, alloc6_key(k->c, iaid)))
		return true;
	if (lease->state == LEASE_DECLINED || !is_hosts(k, addr) || !alloc6_is_same_machine(k, lease))
		return false;
	same_client = lease6_has_key(lease, alloc6_key(k->c, lease->iaid));
	return !same_client || k->c->subnet->ranges == 0;
}

bool
alloc6_may_have(const struct query *k, uint32_t iaid, const struct in6_addr *addr)
{
	if (!subnet6_holds(k->c->subnet, addr) || is_own(k, addr))
		return false;
	if (!is_hosts(k, addr) &&
	    (!subnet6_ranges_hold(k->c->subnet, addr) || hosts_reserved6(k->from->hosts, addr, &k->c->found)))
		return false;
	return nobody_has(k, iaid, addr);
}

static bool
is_avoided(const void *arg, const struct in6_addr *addr)
{
	const struct query *k = arg;

	return is_own(k, addr) || hosts_reserved6(k->from->hosts, addr, &k->c->found);
}

/* The one that it had last, though that is over. */
static const struct in6_addr *
last_addr(const struct query *k, uint32_t iaid)
{
	const struct lease *lease = leases6_of(k->from->leases, alloc6_key(k->c, iaid)), *last = NULL;

	for (; lease; lease = leases6_more(lease))
		if (alloc6_may_have(k, iaid, &lease->addr) && (!last || lease->expiry > last->expiry))
			last = lease;
	return last ? &last->addr : NULL;
}

/* Of its ranges, the one that it asks for first; within its limits. */
static bool
choose_new(const struct query *k, uint32_t iaid, const struct in6_addr *wish, struct alloc_choice *out)
{
	const struct subnet6 *s = k->c->subnet;
	struct quotas *quotas = k->from->quotas;
	bool found;

	out->why = "max-leases= addresses are in use";
	if (quota6_is_full(quotas, s, k->from->leases, k->now))
		return false;
	out->why = "too many offers that nobody takes up (offers=)";
	if (!quota6_take(quotas, s, k->now))
		return false;
	found = wish && alloc6_may_have(k, iaid, wish);
	if (found)
		out->addr = *wish;
	for (size_t i = 0; i < s->ranges && !found; i++) {
		const struct lease_wish w = {
			.range = { s->range[i].low, s->range[i].high }, .now = k->now, .avoid = is_avoided, .arg = k
		};

		found = leases6_pick(k->from->leases, &w, &out->addr);
	}
	out->why = "no address is free";
	out->owes = found;
	if (found)
		quota6_count(quotas, s);
	else
		quota6_give(quotas, s);
	return found;
}

bool
alloc6_choose(const struct query *k, uint32_t iaid, const struct in6_addr *wish, struct alloc_choice *out)
{
	const struct host *h = k->c->found.addr_of;
	const struct in6_addr *last;

	*out = (struct alloc_choice){ .owes = false };
	for (size_t i = 0; h && i < h->addrs6.n; i++)
		if (alloc6_may_have(k, iaid, &h->addrs6.addr[i])) {
			out->addr = h->addrs6.addr[i];
			return true;
		}
	last = last_addr(k, iaid);
	if (!last)
		return choose_new(k, iaid, wish, out);
	out->addr = *last;
	return true;
}

bool
alloc6_keep(const struct query *k, uint32_t iaid, const struct alloc_choice *choice, bool must)
{
	struct leases *leases = k->from->leases;
	const struct lease *lease = leases6_at(leases, &choice->addr);
	struct lease_entry e = { .addr = choice->addr,
		.key = alloc6_key(k->c, iaid),
		.name = "",
		.mac = k->c->has_mac ? k->c->mac : NULL,
		.expiry = k->now + LEASES_OFFER_S,
		.state = LEASE_OFFERED,
		.owes = choice->owes };

	if (lease && lease->state == LEASE_BOUND && lease6_has_key(lease, e.key) && !lease6_is_free(lease, k->now))
		return true;
	e.owes |= lease && lease->owes && lease6_has_key(lease, e.key);
	/* a flood of strangers: what is not remembered is looked for again */
	if (!must && leases->offers >= LEASES_OFFERS && !(lease && lease->state == LEASE_OFFERED))
		return true;
	return leases6_put(leases, &e) != NULL;
}

bool
alloc6_decline(const struct query *k, const struct in6_addr *addr)
{
	const struct subnet6 *s = rules_network6(k->from->rules, addr);
	const struct lease_entry e = { .addr = *addr,
		.name = "",
		.expiry = k->now + (s ? s->decline_s : k->c->subnet->decline_s),
		.state = LEASE_DECLINED };

	return leases6_put(k->from->leases, &e) != NULL;
}

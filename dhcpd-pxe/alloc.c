#include "alloc.h"

#include <string.h>

#include "match.h"

struct lease_key
alloc_key(const struct client *c)
{
	return (struct lease_key){ c->key, c->key_len };
}

const struct subnet *
alloc_place(const struct query *k, uint32_t addr)
{
	bool kept = addr && addr == k->c->found.addr;

	for (size_t i = 0; i < k->from->rules->n[RULE_SUBNET]; i++) {
		const struct rule *rule = rules_line(k->from->rules, RULE_SUBNET, i);

		if (!rule->subnet->proxy && subnet_holds(rule->subnet, addr) &&
		    (kept || subnet_ranges_hold(rule->subnet, addr)) && match_serves(rule, k->q, k->c))
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

/* Addresses that are reserved: ours, another host's, a router's or a name
 * server's, unless a host line gives the client just that one. */
static bool
is_reserved(const void *arg, uint32_t addr)
{
	const struct query *k = arg;
	const struct subnet *s = k->c->subnet;

	for (size_t i = 0; i < k->from->owns; i++)
		if (k->from->own[i] == addr)
			return true;
	if (addr == k->c->found.addr)
		return hosts_reserved(k->from->hosts, addr, &k->c->found);
	return in_list(&s->router, addr) || in_list(&s->dns, addr) ||
	    hosts_reserved(k->from->hosts, addr, &k->c->found);
}

/* True if max-leases= of the line lets no further address come into use. */
static bool
is_full(struct query *k, const struct subnet *s)
{
	struct leases *l = k->from->leases;

	if (!quota_is_full(&l->quotas, s))
		return false;
	leases_sweep(l, s, k->now);
	if (!quota_is_full(&l->quotas, s))
		return false;
	k->full = true;
	return true;
}

/* True if the lease is of the machine for which a host line reserves its address:
 * under another identifier (a ROM and the system that it boots), or through another
 * of its cards (a bond, a dock). */
static bool
is_same_machine(const struct client *c, const struct lease *lease)
{
	const struct host *h = c->found.addr_of;

	if (lease->reserved || (c->has_mac && memcmp(lease->mac, c->mac, sizeof(lease->mac)) == 0))
		return true;
	for (size_t i = 0; i < h->macs; i++)
		if (memcmp(lease->mac, h->mac[i], sizeof(lease->mac)) == 0)
			return true;
	return h->id_len && lease_has_key(lease, (struct lease_key){ h->id, h->id_len });
}

/* True if another server may have lent it since its lease was over here: to the client
 * that had it last, or to one that had it before. */
static bool
is_lent(const struct query *k, const struct subnet *place, const struct lease *lease)
{
	return k->settling && place->share_n && !subnet_is_others(place, lease->addr) &&
	    lease->addr != k->c->found.addr && lease_is_free(lease, k->now) && !lease_has_key(lease, alloc_key(k->c));
}

bool
alloc_may_have(struct query *k, uint32_t addr)
{
	const struct lease *lease = leases_at(k->from->leases, addr);
	const struct subnet *place = alloc_place(k, addr);

	if (!place || is_reserved(k, addr))
		return false;
	if (!k->claims && subnet_is_others(place, addr) && addr != k->c->found.addr &&
	    !(lease && lease_has_key(lease, alloc_key(k->c))))
		return false;
	if (lease && is_lent(k, place, lease))
		return false;
	if (!lease || lease_is_free(lease, k->now))
		return addr == k->c->found.addr || !is_full(k, place);
	if (lease->state == LEASE_DECLINED)
		return false;
	if (lease_has_key(lease, alloc_key(k->c)))
		return true;
	return addr == k->c->found.addr && is_same_machine(k->c, lease);
}

bool
alloc_is_later(const struct lease *a, const struct lease *b)
{
	return a->expiry == LEASES_FOREVER || (b->expiry != LEASES_FOREVER && a->expiry > b->expiry);
}

/* The client's last address, if it may still have it.  An offer that it did not
 * take up in time does not count as known. */
static bool
last_address(struct query *k, bool known, uint32_t *addr)
{
	const struct lease *lease = leases_of(k->from->leases, alloc_key(k->c)), *last = NULL;

	for (; lease; lease = leases_more(k->from->leases, lease))
		if ((lease->state == LEASE_BOUND || !lease_is_free(lease, k->now)) == known &&
		    (!last || alloc_is_later(lease, last)) && alloc_may_have(k, lease->addr))
			last = lease;
	if (!last)
		return false;
	*addr = last->addr;
	k->out->fresh = last->owes || last->theirs;
	return true;
}

typedef bool pick_fn(struct leases *l, const struct lease_wish *wish, uint32_t *addr);

/* An address of the ranges of the subnet lines for this client, in their order. */
static bool
pick_address(struct query *k, pick_fn *pick, uint32_t *addr)
{
	struct lease_wish wish = { .now = k->now, .avoid = is_reserved, .arg = k };
	const struct subnet *first = k->c->subnet;

	for (size_t i = 0; i < k->from->rules->n[RULE_SUBNET]; i++) {
		const struct rule *rule = rules_line(k->from->rules, RULE_SUBNET, i);

		if (rule->subnet->proxy || !match_serves(rule, k->q, k->c) || is_full(k, rule->subnet))
			continue;
		k->c->subnet = rule->subnet;
		wish.unused = k->settling && rule->subnet->share_n;
		for (size_t n = 0; n < rule->subnet->owns; n++) {
			wish.range = rule->subnet->own[n];
			if (pick(k->from->leases, &wish, addr))
				return true;
		}
	}
	k->c->subnet = first;
	return false;
}

/* While others may have lent what was used once, only a client that asks for longer than
 * they take to answer gets such an address: they are gone, it seems. */
static bool
pick_any(struct query *k, uint32_t *addr)
{
	if (k->settling && share_asked_s(k->shares, k->c, 0, 0, k->now) > k->c->subnet->delay_s)
		k->settling = false;
	return pick_address(k, leases_pick, addr) || (!k->settling && pick_address(k, leases_rested, addr));
}

/* Why there is no address for it: each is mended in another place. */
static enum server_result
why_none(const struct query *k)
{
	uint32_t host = k->c->found.addr;
	const struct lease *lease = host ? leases_at(k->from->leases, host) : NULL;
	bool ranges = false;
	size_t resting = 0;

	if (k->full)
		return SERVER_FULL;
	if (host && !alloc_place(k, host))
		return SERVER_HOST_ELSEWHERE;
	if (lease && lease->state == LEASE_DECLINED && !lease_is_free(lease, k->now))
		return SERVER_HOST_RESTS;
	for (size_t i = 0; i < k->from->rules->n[RULE_SUBNET]; i++) {
		const struct rule *rule = rules_line(k->from->rules, RULE_SUBNET, i);

		if (rule->subnet->proxy || !rule->subnet->ranges || !match_serves(rule, k->q, k->c))
			continue;
		ranges = true;
		resting += leases_resting_in(k->from->leases, rule->subnet, k->now);
	}
	return !ranges ? SERVER_NO_RANGE : resting > 0 ? SERVER_ALL_REST : SERVER_NO_ADDRESS;
}

enum server_result
alloc_choose(struct query *k, uint32_t *addr)
{
	uint32_t host = k->c->found.addr, asked;
	const struct subnet *place;

	if (host && alloc_may_have(k, host)) {
		*addr = host;
		return SERVER_ANSWER;
	}
	if (last_address(k, true, addr))
		return SERVER_ANSWER;
	/* a client that we do not know */
	if (last_address(k, false, addr))
		place = alloc_place(k, *addr);
	else if (dhcp_get_addr(&k->q->msg, DHCP_REQUESTED_ADDR, &asked) && alloc_may_have(k, asked))
		place = alloc_place(k, *addr = asked);
	else if (pick_any(k, addr))
		place = k->c->subnet;
	else
		return k->settling ? SERVER_ASKS_AGAIN : why_none(k);
	k->out->fresh = true;
	return quota_take(&k->from->leases->quotas, place, k->now) ? SERVER_ANSWER : SERVER_FLOOD;
}

bool
alloc_keep(const struct query *k, uint32_t addr)
{
	struct lease *lease = leases_at(k->from->leases, addr);

	k->out->noted = true;
	if (lease && lease_has_key(lease, alloc_key(k->c))) {
		k->out->noted = lease_is_free(lease, k->now);
		if (lease_is_free(lease, k->now) || lease->state == LEASE_OFFERED)
			leases_offer_again(k->from->leases, lease, k->now + LEASES_OFFER_S);
		leases_touch(k->from->leases, lease);
	} else {
		lease = leases_offer(
		    k->from->leases, addr, alloc_key(k->c), k->c->has_mac ? k->c->mac : NULL, k->now + LEASES_OFFER_S);
	}
	if (!lease)
		return false;
	lease->owes |= k->out->fresh;
	lease->reserved = addr == k->c->found.addr;
	lease->sent_id = k->c->sent_id;
	if (k->c->has_mac)
		memcpy(lease->mac, k->c->mac, sizeof(lease->mac));
	return true;
}

/* A machine's own address comes back by the time that the machine does (RFC 2131,
 * section 3.1: it waits ten seconds): it has no other. */
static const struct lease *
set_aside(const struct alloc *from, uint32_t addr, int64_t now, bool heard)
{
	const struct subnet *of = rules_giver(from->rules, addr);
	uint32_t rest_s = of ? of->decline_s : 0;

	if (rest_s > ALLOC_RESERVED_REST_S && hosts_have_addr(from->hosts, addr))
		rest_s = ALLOC_RESERVED_REST_S;
	return of ? leases_decline(from->leases, addr, now, rest_s, heard) : NULL;
}

const struct lease *
alloc_decline(const struct alloc *from, uint32_t addr, int64_t now)
{
	return set_aside(from, addr, now, false);
}

const struct lease *
alloc_conflict(const struct alloc *from, uint32_t addr, int64_t now)
{
	const struct lease *lease = leases_at(from->leases, addr);

	if (lease && lease->state != LEASE_OFFERED && !lease_is_free(lease, now))
		return NULL;
	return set_aside(from, addr, now, true);
}

const struct lease *
alloc_wake(const struct alloc *from, uint32_t addr, bool heard, int64_t now)
{
	struct lease *lease = leases_at(from->leases, addr);

	if (!lease || !lease->resting || lease->heard != heard)
		return NULL;
	leases_end(from->leases, lease, now);
	return lease;
}

size_t
alloc_ahead(const struct alloc *from, const struct answer *a, int64_t now, uint32_t *out, size_t room)
{
	struct client client = *a->client;
	const struct query k = { .from = from, .q = a->request, .c = &client, .now = now };
	const struct subnet *subnet = a->client->subnet;
	struct lease_wish wish = { .now = now, .avoid = is_reserved, .arg = &k };

	for (size_t i = 0; i < subnet->owns; i++) {
		wish.range = subnet->own[i];
		if (a->yiaddr >= wish.range.low && a->yiaddr <= wish.range.high)
			return leases_ahead(from->leases, &wish, out, room);
	}
	return 0;
}

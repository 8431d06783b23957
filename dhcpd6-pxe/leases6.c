#include "leases6.h"

#include <stdlib.h>
#include <string.h>

#include "addr6.h"

#define SCAN 64 /* leases that one pick looks at, at most */

static uint64_t
leases6_hash_addr(const struct leases *l, const struct in6_addr *addr)
{
	return hashtab_hash(l->seed, addr, sizeof(*addr));
}

static uint64_t
leases6_hash_key(const struct leases *l, struct lease_key key)
{
	return hashtab_hash(l->seed + 1 + key.iaid, key.duid, key.len);
}

/* ---- pools ------------------------------------------------------------- */

static bool
range_holds(const struct lease_range *r, const struct in6_addr *addr)
{
	return addr6_cmp(addr, &r->low) >= 0 && addr6_cmp(addr, &r->high) <= 0;
}

static uint32_t
leases6_pool_of(const struct leases *l, const struct in6_addr *addr)
{
	for (size_t i = 0; i < l->pools; i++)
		if (range_holds(&l->pool[i].range, addr))
			return (uint32_t)i;
	return LEASES_NO_POOL;
}

static void
leases6_unlink_used(struct leases *l, struct lease *lease)
{
	struct pool *p;

	if (lease->pool == LEASES_NO_POOL)
		return;
	p = &l->pool[lease->pool];
	*(lease->older ? &lease->older->newer : &p->oldest) = lease->newer;
	*(lease->newer ? &lease->newer->older : &p->newest) = lease->older;
	if (p->hand == lease)
		p->hand = lease->newer;
	lease->older = lease->newer = NULL;
}

static void
leases6_link_newest(struct leases *l, struct lease *lease)
{
	struct pool *p;

	if (lease->pool == LEASES_NO_POOL)
		return;
	p = &l->pool[lease->pool];
	lease->older = p->newest;
	lease->newer = NULL;
	*(p->newest ? &p->newest->newer : &p->oldest) = lease;
	p->newest = lease;
}

static int
leases6_by_expiry(const void *a, const void *b)
{
	const struct lease *x = *(struct lease *const *)a, *y = *(struct lease *const *)b;

	return x->expiry < y->expiry ? -1 : x->expiry > y->expiry;
}

int
leases6_bind(struct leases *l, const struct lease_range *range, size_t ranges)
{
	struct pool *pool = calloc(ranges ? ranges : 1, sizeof(*pool));
	struct lease **all = calloc(l->by_addr.n ? l->by_addr.n : 1, sizeof(struct lease *));
	struct hashtab_walk walk = { 0 };
	size_t n = 0;

	if (!pool || !all) {
		free(pool);
		free(all);
		return -1;
	}
	for (size_t i = 0; i < ranges; i++) {
		pool[i].range = range[i];
		pool[i].last = addr6_distance(&range[i].low, &range[i].high);
	}
	free(l->pool);
	l->pool = pool;
	l->pools = ranges;
	for (struct hashtab_node *t; (t = hashtab_step(&l->by_addr, &walk));)
		all[n++] = HASHTAB_ENTRY(t, struct lease, by_addr);
	qsort(all, n, sizeof(struct lease *), leases6_by_expiry);
	for (size_t i = 0; i < n; i++) {
		all[i]->pool = leases6_pool_of(l, &all[i]->addr);
		leases6_link_newest(l, all[i]);
	}
	free(all);
	return 0;
}

void
leases6_free(struct leases *l)
{
	struct hashtab_walk walk = { 0 };

	for (struct hashtab_node *t; (t = hashtab_step(&l->by_addr, &walk));)
		free(HASHTAB_ENTRY(t, struct lease, by_addr));
	hashtab_free(&l->by_addr);
	hashtab_free(&l->by_key);
	free(l->pool);
	*l = (struct leases){ 0 };
}

void
leases6_shift(struct leases *l, int64_t by, int64_t latest)
{
	struct hashtab_walk walk = { 0 };

	for (struct hashtab_node *t; (t = hashtab_step(&l->by_addr, &walk));) {
		struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);

		lease->expiry = lease->expiry + by < latest ? lease->expiry + by : latest;
	}
}

size_t
leases6_cut(struct leases *l, int64_t latest)
{
	struct hashtab_walk walk = { 0 };
	size_t n = 0;

	for (struct hashtab_node *t; (t = hashtab_step(&l->by_addr, &walk));) {
		struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);

		if (lease->expiry <= latest)
			continue;
		lease->expiry = latest;
		n++;
	}
	return n;
}

/* ---- finding ----------------------------------------------------------- */

struct lease *
leases6_at(const struct leases *l, const struct in6_addr *addr)
{
	struct hashtab_node *t = hashtab_first(&l->by_addr, leases6_hash_addr(l, addr));

	for (; t; t = hashtab_next(t)) {
		struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);

		if (addr6_cmp(&lease->addr, addr) == 0)
			return lease;
	}
	return NULL;
}

bool
lease6_has_key(const struct lease *lease, struct lease_key key)
{
	return lease->iaid == key.iaid && lease->key_len == key.len && key.len > 0 &&
	    memcmp(lease->bytes, key.duid, key.len) == 0;
}

struct lease_key
lease6_key_of(const struct lease *lease)
{
	return (struct lease_key){ lease->bytes, lease->key_len, lease->iaid };
}

static struct lease *
leases6_same_key(struct hashtab_node *t, struct lease_key key)
{
	for (; t; t = hashtab_next(t)) {
		struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_key);

		if (lease6_has_key(lease, key))
			return lease;
	}
	return NULL;
}

struct lease *
leases6_of(const struct leases *l, struct lease_key key)
{
	return leases6_same_key(hashtab_first(&l->by_key, leases6_hash_key(l, key)), key);
}

struct lease *
leases6_more(const struct lease *lease)
{
	return leases6_same_key(hashtab_next(&lease->by_key), lease6_key_of(lease));
}

const char *
lease6_name(const struct lease *lease)
{
	return (const char *)lease->bytes + lease->key_len;
}

bool
lease6_is_free(const struct lease *lease, int64_t now)
{
	return lease->expiry <= now;
}

/* ---- changing ---------------------------------------------------------- */

void
leases6_forget(struct leases *l, struct lease *lease)
{
	leases6_unlink_used(l, lease);
	hashtab_remove(&l->by_addr, &lease->by_addr);
	if (lease->key_len)
		hashtab_remove(&l->by_key, &lease->by_key);
	l->offers -= lease->state == LEASE_OFFERED;
	free(lease);
}

struct lease *
leases6_put(struct leases *l, const struct lease_entry *e)
{
	size_t name_len = strnlen(e->name, 63);
	struct lease *lease, *old;

	if (e->key.len > UINT8_MAX || l->by_addr.n >= LEASES_MOST)
		return NULL;
	lease = calloc(1, sizeof(*lease) + e->key.len + name_len + 1);
	if (!lease)
		return NULL;
	lease->addr = e->addr;
	lease->expiry = e->expiry;
	lease->state = (uint8_t)e->state;
	lease->owes = e->owes;
	lease->iaid = e->key.iaid;
	lease->key_len = (uint8_t)e->key.len;
	lease->name_len = (uint8_t)name_len;
	if (e->key.len)
		memcpy(lease->bytes, e->key.duid, e->key.len);
	memcpy(lease->bytes + e->key.len, e->name, name_len);
	if (e->mac) {
		lease->has_mac = true;
		memcpy(lease->mac, e->mac, sizeof(lease->mac));
	}
	lease->pool = leases6_pool_of(l, &lease->addr);
	old = leases6_at(l, &e->addr); /* its bytes may be those of *e */
	if (hashtab_add(&l->by_addr, &lease->by_addr, leases6_hash_addr(l, &lease->addr)) < 0) {
		free(lease);
		return NULL;
	}
	if (lease->key_len && hashtab_add(&l->by_key, &lease->by_key, leases6_hash_key(l, lease6_key_of(lease))) < 0) {
		hashtab_remove(&l->by_addr, &lease->by_addr);
		free(lease);
		return NULL;
	}
	if (old)
		leases6_forget(l, old);
	leases6_link_newest(l, lease);
	l->offers += lease->state == LEASE_OFFERED;
	return lease;
}

void
leases6_end(struct leases *l, struct lease *lease, int64_t now)
{
	if (lease->expiry > now)
		lease->expiry = now;
	leases6_unlink_used(l, lease);
	leases6_link_newest(l, lease);
}

/* ---- picking ----------------------------------------------------------- */

static bool
may_give(const struct lease_wish *wish, const struct in6_addr *addr)
{
	return !wish->avoid || !wish->avoid(wish->arg, addr);
}

static bool
leases6_pick_fresh(const struct leases *l, struct pool *p, const struct lease_wish *wish, struct in6_addr *addr)
{
	while (!p->all_had) {
		*addr = addr6_add(&p->range.low, p->fresh);
		p->all_had = p->fresh == p->last;
		p->fresh++;
		if (!leases6_at(l, addr) && may_give(wish, addr))
			return true;
	}
	return false;
}

/* Goes on where the last look ended, so that a long list of leases in use costs
 * little each time. */
static bool
pick_expired(struct pool *p, const struct lease_wish *wish, struct in6_addr *addr)
{
	struct lease *lease = p->hand ? p->hand : p->oldest;
	const struct lease *first = lease;

	for (int i = 0; lease && i < SCAN; i++) {
		struct lease *next = lease->newer ? lease->newer : p->oldest;

		if (lease6_is_free(lease, wish->now) && may_give(wish, &lease->addr)) {
			*addr = lease->addr;
			p->hand = NULL; /* the oldest first */
			return true;
		}
		lease = next == first ? NULL : next;
	}
	p->hand = lease;
	return false;
}

bool
leases6_pick(struct leases *l, const struct lease_wish *wish, struct in6_addr *addr)
{
	for (size_t i = 0; i < l->pools; i++) {
		struct pool *p = &l->pool[i];

		if (memcmp(&p->range, &wish->range, sizeof(p->range)) != 0)
			continue;
		if (leases6_pick_fresh(l, p, wish, addr) || pick_expired(p, wish, addr))
			return true;
		/* addresses of offers that were not remembered, or are reserved no more */
		p->fresh = 0;
		p->all_had = false;
		return leases6_pick_fresh(l, p, wish, addr);
	}
	return false;
}

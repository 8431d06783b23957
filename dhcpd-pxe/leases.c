#include "leases.h"

#include <stdlib.h>
#include <string.h>

#include "num.h"

#define NEIGHBOURS 64u /* addresses whose places are side by side; a power of 2 */
#define SCAN 64        /* leases that one pick looks at, at most */

/* Addresses are given in order, so neighbours are looked up together: their
 * buckets share cache lines. */
static uint64_t
hash_addr(const struct leases *l, uint32_t addr)
{
	uint32_t first = addr & ~(NEIGHBOURS - 1);

	return hashtab_hash(l->seed, &first, sizeof(first)) * NEIGHBOURS + (addr - first);
}

static uint64_t
hash_key(const struct leases *l, struct lease_key key)
{
	return hashtab_hash(l->seed + 1, key.bytes, key.len);
}

/* ---- pools ------------------------------------------------------------- */

static int
by_low(const void *a, const void *b)
{
	const struct pool *x = a, *y = b;

	return x->range.low < y->range.low ? -1 : x->range.low > y->range.low;
}

static size_t
count_ranges(const struct rules *rules)
{
	size_t n = 0;

	for (size_t i = 0; i < rules->n[RULE_SUBNET]; i++)
		n += rules_line(rules, RULE_SUBNET, i)->subnet->owns + rules_line(rules, RULE_SUBNET, i)->subnet->other;
	return n;
}

/* Ranges that overlap become one pool: two lines may share addresses. */
static size_t
gather_pools(const struct rules *rules, struct pool *out)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < rules->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(rules, RULE_SUBNET, i)->subnet;

		for (size_t k = 0; k < s->owns; k++)
			out[n++].range = s->own[k];
		for (size_t k = 0; k < s->other; k++)
			out[n++].range = s->others[k];
	}
	qsort(out, n, sizeof(*out), by_low);
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && out[i].range.low <= out[kept - 1].range.high) {
			if (out[kept - 1].range.high < out[i].range.high)
				out[kept - 1].range.high = out[i].range.high;
			continue;
		}
		out[kept++] = out[i];
	}
	for (size_t i = 0; i < kept; i++)
		out[i].fresh = out[i].range.low;
	return kept;
}

static uint32_t
pool_of(const struct leases *l, uint32_t addr)
{
	size_t lo = 0, hi = l->pools;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (addr > l->pool[mid].range.high)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < l->pools && addr >= l->pool[lo].range.low ? (uint32_t)lo : LEASES_NO_POOL;
}

static struct lease_list *
list_of(const struct leases *l, const struct lease *lease)
{
	struct pool *p = &l->pool[lease->pool];

	return lease->resting ? &p->rest : &p->used;
}

static void
unlink_used(struct leases *l, struct lease *lease)
{
	struct lease_list *list;

	if (lease->pool == LEASES_NO_POOL)
		return;
	list = list_of(l, lease);
	*(lease->older ? &lease->older->newer : &list->oldest) = lease->newer;
	*(lease->newer ? &lease->newer->older : &list->newest) = lease->older;
	list->n--;
	if (l->pool[lease->pool].hand == lease)
		l->pool[lease->pool].hand = lease->newer;
	lease->older = lease->newer = NULL;
}

static void
link_newest(struct leases *l, struct lease *lease)
{
	struct lease_list *list;

	if (lease->pool == LEASES_NO_POOL)
		return;
	list = list_of(l, lease);
	lease->older = list->newest;
	lease->newer = NULL;
	*(list->newest ? &list->newest->newer : &list->oldest) = lease;
	list->newest = lease;
	list->n++;
}

static int
by_expiry(const void *a, const void *b)
{
	const struct lease *x = *(struct lease *const *)a, *y = *(struct lease *const *)b;

	return x->expiry < y->expiry ? -1 : x->expiry > y->expiry;
}

static void
count(struct leases *l, struct lease *lease)
{
	if (lease->counted)
		return;
	lease->counted = true;
	quotas_count(&l->quotas, lease->addr, 1);
}

static void
uncount(struct leases *l, struct lease *lease)
{
	if (!lease->counted)
		return;
	lease->counted = false;
	quotas_count(&l->quotas, lease->addr, -1);
}

static void
uncount_and_wake(struct leases *l, struct lease *lease)
{
	uncount(l, lease);
	if (!lease->resting)
		return;
	unlink_used(l, lease);
	lease->resting = false;
	link_newest(l, lease);
}

/* Those that have rested long enough. */
static void
wake(struct leases *l, struct pool *p, int64_t now)
{
	while (p->rest.oldest && lease_is_free(p->rest.oldest, now))
		uncount_and_wake(l, p->rest.oldest);
}

/* Done now, so that the first new client need not wait for it. */
static void
skip_known(struct leases *l)
{
	for (size_t i = 0; i < l->pools; i++) {
		struct pool *p = &l->pool[i];

		while (p->fresh <= p->range.high && leases_at(l, (uint32_t)p->fresh))
			p->fresh++;
	}
}

static const struct subnet *
subnet_of(const struct rules *rules, uint32_t addr)
{
	for (size_t i = 0; i < rules->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(rules, RULE_SUBNET, i)->subnet;

		if ((addr & num_mask4(s->prefix)) == s->net)
			return s;
	}
	return NULL;
}

void
leases_mark_theirs(struct leases *l, const struct rules *rules)
{
	struct hashtab_walk walk = { 0 };

	for (struct hashtab_node *t; (t = hashtab_step(&l->by_addr, &walk));) {
		struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);
		const struct subnet *s = subnet_of(rules, lease->addr);

		lease->theirs |= s && lease->state == LEASE_BOUND && subnet_is_others(s, lease->addr);
	}
}

size_t
leases_cut(struct leases *l, const struct rules *rules, int64_t now)
{
	struct hashtab_walk walk = { 0 };
	size_t n = 0;

	for (struct hashtab_node *t; (t = hashtab_step(&l->by_addr, &walk));) {
		struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);
		const struct subnet *s = subnet_of(rules, lease->addr);
		int64_t last = s ? now + (lease->state == LEASE_DECLINED ? s->decline_s : s->lease_max_s) : INT64_MAX;

		if (lease->expiry > last) {
			lease->expiry = last;
			n++;
		}
	}
	return n;
}

int
leases_bind(struct leases *l, const struct rules *rules, int64_t now)
{
	size_t ranges = count_ranges(rules), n = 0;
	struct pool *pool = calloc(ranges ? ranges : 1, sizeof(*pool));
	struct lease **all = calloc(l->by_addr.n ? l->by_addr.n : 1, sizeof(struct lease *));
	struct hashtab_walk walk = { 0 };

	if (!pool || !all || quotas_bind(&l->quotas, rules) < 0) {
		free(pool);
		free(all);
		return -1;
	}
	for (struct hashtab_node *t; (t = hashtab_step(&l->by_addr, &walk));)
		all[n++] = HASHTAB_ENTRY(t, struct lease, by_addr);
	qsort(all, n, sizeof(struct lease *), by_expiry);
	free(l->pool);
	l->pool = pool;
	l->pools = gather_pools(rules, pool);
	for (size_t i = 0; i < n; i++) {
		all[i]->pool = pool_of(l, all[i]->addr);
		all[i]->resting = all[i]->state == LEASE_DECLINED && !lease_is_free(all[i], now);
		link_newest(l, all[i]);
		all[i]->counted = all[i]->owes = all[i]->reserved = false;
		if (!lease_is_free(all[i], now))
			count(l, all[i]);
	}
	free(all);
	skip_known(l);
	return 0;
}

void
leases_shift(struct leases *l, int64_t by, int64_t latest)
{
	struct hashtab_walk walk = { 0 };

	for (struct hashtab_node *t; (t = hashtab_step(&l->by_addr, &walk));) {
		struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);

		if (lease->state == LEASE_BOUND && lease->expiry == LEASES_FOREVER)
			continue;
		lease->since += (uint32_t)by;
		lease->expiry = lease->expiry + by < latest ? lease->expiry + by : latest;
		if (lease->expiry < 1) /* 0 is for ever */
			lease->expiry = 1;
	}
}

void
leases_free(struct leases *l)
{
	struct hashtab_walk walk = { 0 };

	for (struct hashtab_node *t; (t = hashtab_step(&l->by_addr, &walk));)
		free(HASHTAB_ENTRY(t, struct lease, by_addr));
	hashtab_free(&l->by_addr);
	hashtab_free(&l->by_key);
	free(l->pool);
	quotas_free(&l->quotas);
	*l = (struct leases){ 0 };
}

/* ---- finding ----------------------------------------------------------- */

struct lease *
leases_at(const struct leases *l, uint32_t addr)
{
	struct hashtab_node *t = hashtab_first(&l->by_addr, hash_addr(l, addr));

	for (; t; t = hashtab_next(t)) {
		struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);

		if (lease->addr == addr)
			return lease;
	}
	return NULL;
}

bool
lease_has_key(const struct lease *lease, struct lease_key key)
{
	return lease->key_len == key.len && memcmp(lease->bytes, key.bytes, key.len) == 0;
}

static struct lease *
same_key(struct hashtab_node *t, struct lease_key key)
{
	for (; t; t = hashtab_next(t)) {
		struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_key);

		if (lease_has_key(lease, key))
			return lease;
	}
	return NULL;
}

struct lease *
leases_of(const struct leases *l, struct lease_key key)
{
	return same_key(hashtab_first(&l->by_key, hash_key(l, key)), key);
}

struct lease *
leases_more(const struct leases *l, const struct lease *lease)
{
	(void)l;
	return same_key(hashtab_next(&lease->by_key), (struct lease_key){ lease->bytes, lease->key_len });
}

const char *
lease_name(const struct lease *lease)
{
	return (const char *)lease->bytes + lease->key_len;
}

bool
lease_is_free(const struct lease *lease, int64_t now)
{
	if (lease->state == LEASE_BOUND && lease->expiry == LEASES_FOREVER)
		return false;
	return lease->expiry <= now;
}

/* ---- changing ---------------------------------------------------------- */

void
leases_forget(struct leases *l, struct lease *lease)
{
	uncount(l, lease);
	unlink_used(l, lease);
	hashtab_remove(&l->by_addr, &lease->by_addr);
	if (lease->key_len > 0)
		hashtab_remove(&l->by_key, &lease->by_key);
	free(lease);
}

static struct lease *
lease_new(struct lease_key key, const char *name)
{
	size_t name_len = strlen(name);
	struct lease *lease;

	if (name_len > 63)
		name_len = 63;
	lease = calloc(1, sizeof(*lease) + key.len + name_len + 1);
	if (!lease)
		return NULL;
	lease->key_len = (uint16_t)key.len;
	lease->name_len = (uint8_t)name_len;
	if (key.len > 0)
		memcpy(lease->bytes, key.bytes, key.len);
	memcpy(lease->bytes + key.len, name, name_len);
	return lease;
}

static int
leases_insert(struct leases *l, struct lease *lease)
{
	struct lease_key key = { lease->bytes, lease->key_len };

	if (hashtab_add(&l->by_addr, &lease->by_addr, hash_addr(l, lease->addr)) < 0)
		return -1;
	/* nobody's are not looked for by key, and would be one long list */
	if (key.len > 0 && hashtab_add(&l->by_key, &lease->by_key, hash_key(l, key)) < 0) {
		hashtab_remove(&l->by_addr, &lease->by_addr);
		return -1;
	}
	link_newest(l, lease);
	return 0;
}

struct lease *
leases_put(struct leases *l, const struct lease_entry *e)
{
	struct lease *old = leases_at(l, e->addr), *lease = lease_new(e->key, e->name);

	if (!lease)
		return NULL;
	lease->addr = e->addr;
	lease->pool = pool_of(l, e->addr);
	lease->expiry = e->expiry;
	lease->state = (uint8_t)e->state;
	lease->resting = e->state == LEASE_DECLINED;
	lease->sent_id = e->sent_id;
	lease->theirs = e->theirs;
	if (e->mac)
		memcpy(lease->mac, e->mac, sizeof(lease->mac));
	if (leases_insert(l, lease) < 0) {
		free(lease);
		return NULL;
	}
	count(l, lease);
	if (old)
		leases_forget(l, old);
	return lease;
}

struct lease *
leases_offer(struct leases *l, uint32_t addr, struct lease_key key, const uint8_t mac[6], int64_t expiry)
{
	return leases_put(l,
	    &(struct lease_entry){
	        .addr = addr, .key = key, .name = "", .mac = mac, .expiry = expiry, .state = LEASE_OFFERED });
}

struct lease *
leases_decline(struct leases *l, uint32_t addr, int64_t now, uint32_t rest_s, bool heard)
{
	struct lease *lease = leases_put(
	    l, &(struct lease_entry){ .addr = addr, .name = "", .expiry = now + rest_s, .state = LEASE_DECLINED });

	if (!lease)
		return NULL;
	lease->since = (uint32_t)now;
	lease->heard = heard;
	return lease;
}

size_t
leases_resting(struct leases *l, int64_t now)
{
	size_t n = 0;

	for (size_t i = 0; i < l->pools; i++) {
		wake(l, &l->pool[i], now);
		n += l->pool[i].rest.n;
	}
	return n;
}

size_t
leases_resting_in(struct leases *l, const struct subnet *s, int64_t now)
{
	size_t n = 0;

	for (size_t i = 0; i < s->owns; i++) {
		uint32_t at = pool_of(l, s->own[i].low);

		if (at == LEASES_NO_POOL)
			continue;
		wake(l, &l->pool[at], now);
		n += l->pool[at].rest.n;
	}
	return n;
}

void
leases_offer_again(struct leases *l, struct lease *lease, int64_t expiry)
{
	lease->state = LEASE_OFFERED;
	lease->expiry = expiry;
	count(l, lease);
}

void
leases_end(struct leases *l, struct lease *lease, int64_t now)
{
	lease->expiry = now;
	uncount_and_wake(l, lease);
}

void
leases_disown(struct leases *l, struct lease *lease)
{
	struct lease *nobodys = leases_put(
	    l, &(struct lease_entry){ .addr = lease->addr, .name = "", .expiry = lease->expiry, .state = LEASE_BOUND });

	if (nobodys)
		uncount(l, nobodys);
}

void
leases_touch(struct leases *l, struct lease *lease)
{
	unlink_used(l, lease);
	link_newest(l, lease);
}

struct lease *
leases_rename(struct leases *l, struct lease *lease, const char *name)
{
	struct lease_key key = { lease->bytes, lease->key_len };
	struct lease *more;

	if (strcmp(lease_name(lease), name) == 0)
		return lease;
	more = lease_new(key, name);
	if (!more)
		return NULL;
	more->addr = lease->addr;
	more->pool = lease->pool;
	more->expiry = lease->expiry;
	more->state = lease->state;
	more->sent_id = lease->sent_id;
	more->owes = lease->owes;
	more->theirs = lease->theirs;
	more->reserved = lease->reserved;
	if (lease->counted)
		count(l, more);
	memcpy(more->mac, lease->mac, sizeof(more->mac));
	if (leases_insert(l, more) < 0) {
		free(more);
		return NULL;
	}
	leases_forget(l, lease);
	return more;
}

/* ---- a new address ----------------------------------------------------- */

static bool
pick_fresh(struct leases *l, struct pool *p, const struct lease_wish *w, uint32_t *addr)
{
	uint64_t start = p->fresh > w->range.low ? p->fresh : w->range.low, at = start;

	while (at <= w->range.high && (leases_at(l, (uint32_t)at) || w->avoid(w->arg, (uint32_t)at)))
		at++;
	if (start == p->fresh)
		p->fresh = at; /* what was passed over is not looked at again */
	if (at > w->range.high)
		return false;
	*addr = (uint32_t)at;
	return true;
}

/* Leases at the old end that are still in use (they are for a longer time) go to
 * the new end, so that the next pick does not meet them again. */
static bool
pick_oldest(struct leases *l, struct pool *p, const struct lease_wish *w, uint32_t *addr)
{
	for (int i = 0; i < SCAN && p->used.oldest; i++) {
		struct lease *lease = p->used.oldest;

		if (lease_is_free(lease, w->now) && lease->addr >= w->range.low && lease->addr <= w->range.high &&
		    !w->avoid(w->arg, lease->addr)) {
			*addr = lease->addr;
			return true;
		}
		leases_touch(l, lease);
	}
	return false;
}

void
leases_sweep(struct leases *l, const struct subnet *s, int64_t now)
{
	for (size_t i = 0; i < s->owns; i++) {
		uint32_t at = pool_of(l, s->own[i].low);
		struct pool *p = at == LEASES_NO_POOL ? NULL : &l->pool[at];

		if (p)
			wake(l, p, now);
		for (int n = 0; p && n < SCAN; n++) {
			if (!p->hand && !(p->hand = p->used.oldest))
				break;
			if (lease_is_free(p->hand, now))
				uncount(l, p->hand);
			p->hand = p->hand->newer;
		}
	}
}

size_t
leases_ahead(const struct leases *l, const struct lease_wish *w, uint32_t *out, size_t room)
{
	uint32_t pool = pool_of(l, w->range.low);
	const struct pool *p = pool == LEASES_NO_POOL ? NULL : &l->pool[pool];
	uint64_t at = p && p->fresh > w->range.low ? p->fresh : w->range.low, end = at + 2 * room;
	const struct lease *lease = p ? p->used.oldest : NULL;
	size_t n = 0;

	for (; p && at <= w->range.high && at <= end && n < room; at++)
		if (!leases_at(l, (uint32_t)at) && !w->avoid(w->arg, (uint32_t)at))
			out[n++] = (uint32_t)at;
	for (size_t i = 0; i < SCAN && lease && n < room; i++, lease = lease->newer)
		if (lease_is_free(lease, w->now) && !w->avoid(w->arg, lease->addr))
			out[n++] = lease->addr;
	return n;
}

bool
leases_pick(struct leases *l, const struct lease_wish *wish, uint32_t *addr)
{
	uint32_t at = pool_of(l, wish->range.low);
	struct pool *p;

	if (at == LEASES_NO_POOL)
		return false;
	p = &l->pool[at];
	wake(l, p, wish->now);
	return pick_fresh(l, p, wish, addr) || (!wish->unused && pick_oldest(l, p, wish, addr));
}

bool
leases_rested(struct leases *l, const struct lease_wish *w, uint32_t *addr)
{
	uint32_t at = pool_of(l, w->range.low);
	const struct lease *lease = at == LEASES_NO_POOL ? NULL : l->pool[at].rest.oldest;

	for (int i = 0; i < SCAN && lease; i++, lease = lease->newer) {
		if (lease->addr < w->range.low || lease->addr > w->range.high || w->avoid(w->arg, lease->addr) ||
		    (lease->heard && (uint32_t)w->now - lease->since < LEASES_HEARD_S))
			continue;
		*addr = lease->addr;
		return true;
	}
	return false;
}

#include "quota6.h"

#include <stdlib.h>

#include "addr6.h"

/* How many addresses the ranges have, as far as it matters. */
static uint64_t
size_of(const struct subnet6 *s)
{
	uint64_t size = 0;

	for (size_t i = 0; i < s->ranges; i++) {
		uint64_t more = addr6_distance(&s->range[i].low, &s->range[i].high);

		if (more >= LEASES_MOST - size)
			return LEASES_MOST;
		size += more + 1;
	}
	return size;
}

/* Half of the addresses at once, then all of them in four minutes: an offer lasts one,
 * so that a flood holds three quarters at most. */
int
quotas6_bind(struct quotas *q, const struct rules *rules)
{
	size_t n = rules->n[RULE_SUBNET6];
	struct quota *of = calloc(n + 1, sizeof(*of));

	if (!of)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct subnet6 *s = rules_line(rules, RULE_SUBNET6, i)->subnet6;
		uint64_t size = size_of(s), said = (uint64_t)s->offers * BUCKET_ONE;

		bucket_init(&of[i].offers, s->offers ? said : (size + 1) / 2 * BUCKET_ONE,
		    s->offers ? said : size * BUCKET_ONE / (4 * LEASES_OFFER_S) + 1);
	}
	free(q->of);
	q->of = of;
	q->n = n;
	return 0;
}

void
quotas6_free(struct quotas *q)
{
	free(q->of);
	*q = (struct quotas){ 0 };
}

static size_t
count_in_use(const struct subnet6 *s, const struct leases *leases, int64_t now)
{
	struct hashtab_walk walk = { 0 };
	size_t n = 0;

	for (struct hashtab_node *t; (t = hashtab_step(&leases->by_addr, &walk));) {
		const struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);

		n += !lease6_is_free(lease, now) && subnet6_ranges_hold(s, &lease->addr);
	}
	return n;
}

bool
quota6_is_full(struct quotas *q, const struct subnet6 *s, const struct leases *leases, int64_t now)
{
	struct quota *quota = &q->of[s->index];

	if (s->max_leases == 0)
		return false;
	if (quota->counted != now || leases->by_addr.n < 1000) {
		quota->in_use = count_in_use(s, leases, now);
		quota->counted = now;
	}
	return quota->in_use >= s->max_leases;
}

void
quota6_count(struct quotas *q, const struct subnet6 *s)
{
	q->of[s->index].in_use++;
}

bool
quota6_take(struct quotas *q, const struct subnet6 *s, int64_t now)
{
	return bucket_take(&q->of[s->index].offers, now);
}

void
quota6_give(struct quotas *q, const struct subnet6 *s)
{
	bucket_give(&q->of[s->index].offers);
}

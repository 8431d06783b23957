#include "quota.h"

#include <stdlib.h>

#define LEAST 8              /* offers at once, however small the ranges are */
#define LEAST_PER_SECOND 200 /* thousandths: one in 5 s */

/* Without offers=, half of the ranges at once and a 240th a second.  An offer
 * that nobody takes is kept for a minute, so a flood has three quarters of them
 * at most, and a room full of new machines gets its addresses at once. */
int
quotas_bind(struct quotas *q, const struct rules *rules)
{
	size_t n = rules->n[RULE_SUBNET];
	struct quota *all = calloc(n ? n : 1, sizeof(*all));

	if (!all)
		return -1;
	free(q->of);
	*q = (struct quotas){ .of = all, .n = n };
	for (size_t i = 0; i < n; i++) {
		const struct subnet *s = rules_line(rules, RULE_SUBNET, i)->subnet;
		struct quota *of = &all[i];
		uint64_t size = 0, most, per_second;

		for (size_t k = 0; k < s->ranges; k++)
			size += (uint64_t)s->range[k].high - s->range[k].low + 1;
		of->subnet = s;
		if (s->offers) {
			most = per_second = (uint64_t)s->offers * BUCKET_ONE;
		} else {
			most = (size / 2 > LEAST ? size / 2 : LEAST) * BUCKET_ONE;
			per_second = size * BUCKET_ONE / 240;
			if (per_second < LEAST_PER_SECOND)
				per_second = LEAST_PER_SECOND;
		}
		bucket_init(&of->offers, most, per_second);
		q->limited += s->max_leases > 0;
	}
	return 0;
}

void
quotas_free(struct quotas *q)
{
	free(q->of);
	*q = (struct quotas){ 0 };
}

bool
quota_take(struct quotas *q, const struct subnet *s, int64_t now)
{
	return bucket_take(&q->of[s->index].offers, now);
}

void
quota_give(struct quotas *q, const struct subnet *s)
{
	bucket_give(&q->of[s->index].offers);
}

void
quotas_count(struct quotas *q, uint32_t addr, int change)
{
	for (size_t i = 0; i < q->n && q->limited > 0; i++)
		if (q->of[i].subnet->max_leases && subnet_ranges_hold(q->of[i].subnet, addr))
			q->of[i].in_use += (uint32_t)change;
}

bool
quota_is_full(const struct quotas *q, const struct subnet *s)
{
	return s->max_leases && q->of[s->index].in_use >= s->max_leases;
}

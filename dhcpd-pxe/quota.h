/*
 * How much a subnet line may have out: addresses in use at once
 * (max-leases=), and offers that nobody has taken up (offers=), so that a
 * flood of made-up MAC addresses does not exhaust a range at once.  Pure.
 */
#ifndef QUOTA_H
#define QUOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bucket.h"
#include "rules/rules.h"

struct quota {
	const struct subnet *subnet;
	uint32_t in_use;      /* addresses of its ranges; counted with max-leases= only */
	struct bucket offers; /* that may be made */
};

struct quotas {
	struct quota *of;  /* by struct subnet's index */
	size_t n, limited; /* lines, and those with max-leases= */
};

/* Fresh ones for these rules; -1 when there is no memory. */
int quotas_bind(struct quotas *q, const struct rules *rules);
void quotas_free(struct quotas *q);

/* True if this line may offer an address to an unknown client now; takes the room
 * for it. */
bool quota_take(struct quotas *q, const struct subnet *s, int64_t now);
/* Such an offer was taken up: gives its room back. */
void quota_give(struct quotas *q, const struct subnet *s);

/* An address came into use (1) or is free again (-1). */
void quotas_count(struct quotas *q, uint32_t addr, int change);
/* True if max-leases= addresses of this line are in use. */
bool quota_is_full(const struct quotas *q, const struct subnet *s);

#endif

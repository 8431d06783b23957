/*
 * How much a subnet line may have out: addresses in use at once (max-leases=), and
 * offers that nobody has taken up (offers=), so that a flood of made-up DUIDs does
 * not exhaust a range at once.  Pure.
 */
#ifndef QUOTA6_H
#define QUOTA6_H

#include "bucket.h"
#include "leases6.h"
#include "rules/rules.h"

struct quota {
	int64_t counted;      /* when in_use was, in seconds */
	size_t in_use;        /* addresses of its network; counted with max-leases= only */
	struct bucket offers; /* that may be made */
};

struct quotas {
	struct quota *of; /* by struct subnet6's index */
	size_t n;
};

/* Fresh ones for these rules; -1 when there is no memory. */
int quotas6_bind(struct quotas *q, const struct rules *rules);
void quotas6_free(struct quotas *q);

/* True if max-leases= addresses of this line are in use, offers included; of many
 * leases they are counted once a second. */
bool quota6_is_full(struct quotas *q, const struct subnet6 *s, const struct leases *leases, int64_t now);
/* One more is. */
void quota6_count(struct quotas *q, const struct subnet6 *s);
/* True if this line may offer an address to an unknown client now; takes the room
 * for it. */
bool quota6_take(struct quotas *q, const struct subnet6 *s, int64_t now);
/* Such an offer was taken up: gives its room back. */
void quota6_give(struct quotas *q, const struct subnet6 *s);

#endif

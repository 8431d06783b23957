/* What is counted (-M), as lib/metrics writes it. */
#ifndef STATS6_H
#define STATS6_H

#include "dhcpstats.h"
#include "leases6.h"
#include "server6.h"

#define STATS_TYPES 9  /* of messages */
#define STATS_GROUPS 7 /* of results */

enum stats_at {
	STATS_MESSAGES,
	STATS_SENT_ADVERTISE = STATS_MESSAGES + STATS_TYPES * STATS_GROUPS,
	STATS_SENT_REPLY,
	STATS_SENT_RA,
	STATS_MALFORMED,
	STATS_LEASED,
	STATS_OFFERED,
	STATS_RESTING,
	STATS_SYNC_FAILED,
	STATS_SYNC,
	STATS_STARTED = STATS_SYNC + METRICS_SLOTS,
	STATS_BOOT, /* one for each boot line, in their order, then all others */
	STATS_VALUES = STATS_BOOT + DHCPSTATS_RULES + 1
};

struct stats {
	uint64_t value[STATS_VALUES];
	struct dhcpstats rows;
	struct hashtab_walk walk;          /* over the leases, a part at a time */
	uint64_t leased, offered, resting; /* so far */
};

/* Counts from now on, for these rules; what is counted by rule begins anew.  -1 when
 * there is no memory, and all is as it was. */
int stats6_bind(struct stats *s, const struct rules *rules);
void stats6_free(struct stats *s);
/* A message, and what became of it. */
void stats6_message(struct stats *s, enum server_result r, const struct answer *a);
/* The gauges that the leases tell: of many leases only a part at each call. */
void stats6_leases(struct stats *s, const struct leases *leases, int64_t now);

#endif

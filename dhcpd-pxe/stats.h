/* What is counted (-M), as lib/metrics writes it. */
#ifndef STATS_H
#define STATS_H

#include "answer.h"
#include "dhcpstats.h"
#include "leases.h"

#define STATS_TYPES 7  /* of messages */
#define STATS_GROUPS 9 /* of results */

enum stats_at {
	STATS_MESSAGES,
	STATS_SENT = STATS_MESSAGES + STATS_TYPES * STATS_GROUPS,
	STATS_SENT_OFFER = STATS_SENT,
	STATS_SENT_ACK,
	STATS_SENT_NAK,
	STATS_SENT_BOOTP,
	STATS_SENT_PROXY,
	STATS_SENT_4011,
	STATS_MALFORMED,
	STATS_POOL,
	STATS_LEASED,
	STATS_OFFERED,
	STATS_RESTING,
	STATS_QUEUE,
	STATS_OTHERS,
	STATS_SYNC_FAILED,
	STATS_SYNC,
	STATS_STARTED = STATS_SYNC + METRICS_SLOTS,
	STATS_BOOT, /* one for each boot line, in their order, then all others */
	STATS_VALUES = STATS_BOOT + DHCPSTATS_RULES + 1
};

struct stats {
	uint64_t value[STATS_VALUES];
	struct dhcpstats rows;
	struct hashtab_walk walk; /* over the leases, a part at a time */
	uint64_t leased, offered; /* so far */
};

/* Counts from now on, for these rules; what is counted by rule begins anew.  -1 when
 * there is no memory, and all is as it was. */
int stats_bind(struct stats *s, const struct rules *rules);
void stats_free(struct stats *s);
/* A message, and what became of it. */
void stats_message(struct stats *s, enum server_result r, const struct answer *a);
/* The gauges that the leases tell: of many leases only a part at each call. */
void stats_leases(struct stats *s, struct leases *leases, int64_t now);

#endif

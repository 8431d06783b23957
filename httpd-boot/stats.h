/* What is counted (-M), as lib/metrics writes it: an array for each worker, in memory that
 * all of them share. */
#ifndef STATS_H
#define STATS_H

#include "metrics.h"

enum stats_at {
	STATS_STATUS, /* one for each in the table, and for all others */
	STATS_BYTES = STATS_STATUS + 20,
	STATS_CUT_OFF,
	STATS_BAD,
	STATS_BUSY,
	STATS_ACCEPTED,
	STATS_KEPT,
	STATS_KEPT_BYTES,
	STATS_OPEN, /* set when they are added up */
	STATS_STARTED,
	STATS_FIRST_BYTE,
	STATS_DURATION = STATS_FIRST_BYTE + METRICS_SLOTS,
	STATS_VALUES = STATS_DURATION + METRICS_SLOTS
};

extern const struct metrics_table stats_table;

struct stats;
/* NULL with errno.  Lives until the process ends. */
struct stats *stats_make(unsigned workers);
/* The array of one worker: it alone writes to it. */
uint64_t *stats_of(struct stats *s, unsigned worker);
/* All of them together, in `sum`; `open`: connections. */
void stats_sum(struct stats *s, unsigned open, uint64_t sum[STATS_VALUES]);
/* The counter of responses with this status. */
enum stats_at stats_status(unsigned status);

#endif

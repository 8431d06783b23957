/* What is counted (-M), as lib/metrics writes it. */
#ifndef STATS_H
#define STATS_H

#include <stdbool.h>

#include "metrics.h"
#include "tftp.h"
#include "xfer.h"

enum stats_at {
	STATS_REQUESTS, /* read, write */
	STATS_TRANSFERS = STATS_REQUESTS + 2,
	STATS_RUNNING = STATS_TRANSFERS + 2 * (XFER_FAILED + 2), /* read, write of each result */
	STATS_BYTES,                                             /* read, write */
	STATS_RESENT = STATS_BYTES + 2,
	STATS_REFUSED,
	STATS_REFUSED_NOT_FOUND = STATS_REFUSED,
	STATS_REFUSED_ACCESS,
	STATS_REFUSED_EXISTS,
	STATS_REFUSED_FULL,
	STATS_REFUSED_OPTION,
	STATS_REFUSED_MALFORMED,
	STATS_REFUSED_OTHER,
	STATS_PUT_OFF,
	STATS_FIRST_ANSWER,
	STATS_DURATION = STATS_FIRST_ANSWER + METRICS_SLOTS,
	STATS_STARTED = STATS_DURATION + METRICS_SLOTS,
	STATS_VALUES
};

extern const struct metrics_table stats_table;

/* The counter of transfers that ended like this; `answered`: by the client, at all. */
enum stats_at stats_transfer(enum xfer_end end, bool answered, bool upload);
/* The counter of requests that were answered with this error. */
enum stats_at stats_refused(enum tftp_code code);

#endif

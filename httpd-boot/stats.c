#include "stats.h"

#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define STRIDE 256 /* values: workers share no cache line */

#define ALL_STATUSES(X) \
	X(0, 200) \
	X(1, 201) \
	X(2, 206) \
	X(3, 301) \
	X(4, 304) \
	X(5, 400) \
	X(6, 403) \
	X(7, 404) \
	X(8, 405) \
	X(9, 408) \
	X(10, 412) \
	X(11, 413) \
	X(12, 414) \
	X(13, 416) \
	X(14, 417) \
	X(15, 431) \
	X(16, 500) \
	X(17, 503) \
	X(18, 507)
#define ROW(i, code) \
	{ STATS_STATUS + (i), METRICS_COUNTER, "responses_total", "status=\"" #code "\"", "Responses, by status." },
#define OTHER 19

static const struct metrics_row rows[] = {
	ALL_STATUSES(ROW){ STATS_STATUS + OTHER, METRICS_COUNTER, "responses_total", "status=\"other\"", "" },
	{ STATS_BYTES, METRICS_COUNTER, "bytes_total", NULL, "Bytes of content sent." },
	{ STATS_CUT_OFF, METRICS_COUNTER, "cut_off_total", NULL, "Responses that did not arrive whole." },
	{ STATS_BAD, METRICS_COUNTER, "bad_requests_total", NULL, "What could not be read as a request." },
	{ STATS_ACCEPTED, METRICS_COUNTER, "connections_total", NULL, "Connections accepted." },
	{ STATS_BUSY, METRICS_COUNTER, "busy_total", NULL, "Connections that there was no room for." },
	{ STATS_OPEN, METRICS_GAUGE, "connections_open", NULL, "Connections that are open now." },
	{ STATS_KEPT, METRICS_COUNTER, "inbox_files_total", NULL, "Files kept in the inbox." },
	{ STATS_KEPT_BYTES, METRICS_COUNTER, "inbox_bytes_total", NULL, "Bytes kept in the inbox." },
	{ STATS_FIRST_BYTE, METRICS_HISTOGRAM, "first_byte_seconds", NULL,
	    "From a request to the first byte of its response." },
	{ STATS_DURATION, METRICS_HISTOGRAM, "response_seconds", NULL,
	    "From a request to the last byte of its response." },
	{ STATS_STARTED, METRICS_GAUGE, "start_time_seconds", NULL, "When it was started, since 1970." },
};

const struct metrics_table stats_table = { "httpd_boot_", rows, sizeof(rows) / sizeof(rows[0]) };

_Static_assert(STATS_VALUES <= STRIDE, "room for a worker's values");

struct stats {
	uint64_t started;
	unsigned workers;
	uint64_t value[][STRIDE];
};

struct stats *
stats_make(unsigned workers)
{
	size_t size = sizeof(struct stats) + workers * sizeof(uint64_t[STRIDE]);
	struct stats *s = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED)
		return NULL;
	s->workers = workers;
	s->started = (uint64_t)time(NULL);
	return s;
}

uint64_t *
stats_of(struct stats *s, unsigned worker)
{
	return s->value[worker];
}

void
stats_sum(struct stats *s, unsigned open, uint64_t sum[STATS_VALUES])
{
	memset(sum, 0, STATS_VALUES * sizeof(*sum));
	for (unsigned w = 0; w < s->workers; w++)
		for (unsigned i = 0; i < STATS_VALUES; i++)
			sum[i] += s->value[w][i];
	sum[STATS_OPEN] = open;
	sum[STATS_STARTED] = s->started;
}

#define CASE(i, code) \
	case code: \
		return (enum stats_at)(STATS_STATUS + (i));

enum stats_at
stats_status(unsigned status)
{
	switch (status) {
		ALL_STATUSES(CASE)
	default:
		return (enum stats_at)(STATS_STATUS + OTHER);
	}
}

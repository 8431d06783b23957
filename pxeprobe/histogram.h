/*
 * How times are spread: percentiles and a histogram in constant memory,
 * however many are noted.  Each is kept to within 1.6 %.  Pure.
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define SPREAD_BUCKETS 2048

struct spread {
	uint32_t count[SPREAD_BUCKETS];
	uint64_t n, sum_us, max_us;
};

void spread_note(struct spread *s, uint64_t us);
/* Within how many microseconds `percent` (1 to 100) of them lie; 0 for none. */
uint64_t spread_within(const struct spread *s, unsigned percent);
/* How many are at most `us`. */
uint64_t spread_below(const struct spread *s, uint64_t us);

#endif

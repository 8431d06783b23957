/*
 * How times are spread: percentiles and a histogram in constant memory,
 * however many are noted.  Each is kept to within 1.6 %.  Pure.
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_BUCKETS 2048

struct histogram {
	uint32_t count[HISTOGRAM_BUCKETS];
	uint64_t n, sum_us, max_us;
};

void histogram_add(struct histogram *s, uint64_t us);
/* Within how many microseconds `percent` (1 to 100) of them lie; 0 for none. */
uint64_t histogram_percentile(const struct histogram *s, unsigned percent);
/* How many are at most `us`. */
uint64_t histogram_at_most(const struct histogram *s, uint64_t us);

#endif

/*
 * A histogram of times in constant memory, and percentiles of it.  Each time is
 * kept to within 1.6 %.  Pure.
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
/* The time, in microseconds, that `percent` (1 to 100) of them do not exceed; 0
 * when there are none. */
uint64_t histogram_percentile(const struct histogram *s, unsigned percent);
/* The number of times that are at most `us`. */
uint64_t histogram_at_most(const struct histogram *s, uint64_t us);

#endif

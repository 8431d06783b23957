#include "histogram.h"

#define PART_BITS 6 /* each power of two in 64 parts */
#define PARTS (1u << PART_BITS)

/* The largest value that falls into it. */
static uint64_t
upper(size_t at)
{
	uint64_t part = at % PARTS, power = at / PARTS;

	return power == 0 ? part : ((PARTS + part + 1) << (power - 1)) - 1;
}

void
histogram_add(struct histogram *s, uint64_t us)
{
	unsigned power = 0;
	size_t at = (size_t)us;

	if (us >= PARTS) {
		while (us >> power >= 2 * PARTS)
			power++;
		at = (power + 1) * PARTS + ((us >> power) - PARTS);
	}
	s->count[at < HISTOGRAM_BUCKETS ? at : HISTOGRAM_BUCKETS - 1]++;
	s->n++;
	s->sum_us += us;
	if (us > s->max_us)
		s->max_us = us;
}

uint64_t
histogram_percentile(const struct histogram *s, unsigned percent)
{
	uint64_t want = (s->n * percent + 99) / 100, seen = 0;

	if (!s->n)
		return 0;
	for (size_t i = 0; i + 1 < HISTOGRAM_BUCKETS; i++) {
		seen += s->count[i];
		if (seen >= want)
			return upper(i) < s->max_us ? upper(i) : s->max_us;
	}
	return s->max_us;
}

uint64_t
histogram_at_most(const struct histogram *s, uint64_t us)
{
	uint64_t seen = 0;

	if (us >= s->max_us)
		return s->n;
	for (size_t i = 0; i + 1 < HISTOGRAM_BUCKETS && upper(i) <= us; i++)
		seen += s->count[i];
	return seen;
}

/*
 * A token bucket: so many at once, then so many a second.  Counts in thousandths, so that
 * it may fill slower than one a second.  Pure.
 */
#ifndef BUCKET_H
#define BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#define BUCKET_ONE 1000

struct bucket {
	uint64_t most, per_second; /* what it holds, and at which rate it fills; in thousandths, at least 1 */
	uint64_t room;             /* what may be taken now; in thousandths */
	int64_t filled;            /* when, in seconds; a clock that goes back takes nothing away */
};

/* A full one. */
void bucket_init(struct bucket *b, uint64_t most, uint64_t per_second);
/* False when there is not one left. */
bool bucket_take(struct bucket *b, int64_t now);
/* Puts one back. */
void bucket_give(struct bucket *b);

#endif

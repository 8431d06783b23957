/*
 * Whether somebody has set the wall clock, by which leases end: seen by a clock that
 * never jumps.  Pure.
 */
#ifndef CLOCKSET_H
#define CLOCKSET_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCKSET_LEAST_S 3 /* rounding, and what NTP slews between two looks */

struct clockset {
	bool known;
	int64_t apart; /* of both clocks, at the last look; seconds */
};

/* By how many seconds the wall clock was set since the last look; 0: it was not. */
int64_t clockset_by(struct clockset *c, int64_t wall_s, int64_t steady_s);

#endif

/*
 * Whether to look for a packet again and again, for a moment, before sleeping
 * until it comes.  Where the client has a CPU of its own its answer is there
 * sooner than a sleeper is woken; where it has to wait for ours, or is far away,
 * looking is wasted.  So each look that found nothing doubles the packets that
 * are slept for before the next.
 */
#ifndef BUSYWAIT_H
#define BUSYWAIT_H

#include <stdbool.h>

#define BUSYWAIT_US 40 /* the longest look */

struct busywait {
	unsigned skip;  /* packets to sleep for before the next look */
	unsigned after; /* that many, after the next one that finds nothing */
};

/* For each packet: look for it? */
static inline bool
busywait_pays(struct busywait *b)
{
	if (b->skip == 0)
		return true;
	b->skip--;
	return false;
}

static inline void
busywait_learn(struct busywait *b, bool came)
{
	if (came) {
		b->after -= b->after / 8;
		return;
	}
	b->after = b->after == 0 ? 1 : b->after >= 1024 ? 1024 : 2 * b->after;
	b->skip = b->after;
}

#endif

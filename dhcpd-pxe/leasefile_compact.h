/*
 * A new lease file in place of one whose lines are mostly stale, written a
 * part at a time: a million leases take a second, and clients do not wait for
 * that.  Lines that go to the old file meanwhile go to the new one too.
 */
#ifndef LEASEFILE_COMPACT_H
#define LEASEFILE_COMPACT_H

#include <stdio.h>

#include "leases.h"

struct compact {
	FILE *to; /* NULL: none is being written */
	int fd;   /* of the new file, locked */
	int dir;  /* the folder of both */
	char name[256], temp[256];
	size_t bucket; /* of the leases: the next to be written */
	size_t lines;  /* in the new file */
};

/* Begins NAME.new in the folder `dir`; -1 with errno. */
int compact_begin(struct compact *w, int dir, const char *name);
/* Some more leases: 1 when there are others left, 0 when that was all, -1 with
 * errno. */
int compact_step(struct compact *w, const struct leases *leases);
/* Lines that have been appended to the old file.  What goes wrong here, the
 * next step says. */
void compact_add(struct compact *w, const char *lines, size_t len, size_t count);
/* On disk, and in the old one's place: the new file, which is the caller's
 * from now on; -1 with errno. */
int compact_finish(struct compact *w);
/* Nothing is left of it. */
void compact_abandon(struct compact *w);

#endif

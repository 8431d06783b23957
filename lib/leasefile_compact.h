/*
 * A new lease file in place of one whose lines are mostly stale, written a
 * part at a time: a million leases take a second, and clients do not wait for
 * that.  Lines that go to the old file meanwhile go to the new one too.
 */
#ifndef LEASEFILE_COMPACT_H
#define LEASEFILE_COMPACT_H

#include <stdio.h>

#include "leasestore.h"

struct compact {
	FILE *to; /* NULL: none is being written */
	int fd;   /* of the new file, locked */
	int dir;  /* the directory of both */
	char name[256], temp[256];
	struct hashtab_walk walk; /* over the leases */
	bool headed;              /* what comes first is written */
	size_t lines;             /* in the new file */
	char line[LEASESTORE_LINE];
};

/* Begins NAME.new in the directory `dir`; -1 with errno. */
int compact_begin(struct compact *w, int dir, const char *name);
/* The same with a new file that is open already, and stays the caller's when this
 * fails. */
int compact_begin_with(struct compact *w, int fd);
/* Writes some more leases: 1 when there are others left, 0 when that was all, -1
 * with errno. */
int compact_step(struct compact *w, const struct leasestore *store);
/* Adds lines that were appended to the old file.  The next step reports what
 * goes wrong here. */
void compact_add(struct compact *w, const char *lines, size_t len, size_t count);
/* Syncs the new file.  -1 with errno. */
int compact_sync(struct compact *w);
/* Syncs the new file and renames it into the old one's place.  Its descriptor,
 * which is the caller's from now on; -1 with errno. */
int compact_finish(struct compact *w);
/* Gives up, and removes the new file. */
void compact_abandon(struct compact *w);

#endif

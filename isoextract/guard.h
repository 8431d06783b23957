/*
 * Ends the program when a library or the kernel does not come back: libarchive may
 * walk in a circle that an image holds, a disk may hang.  A thread looks ten times a
 * second whether somebody interrupts and whether there is any progress.
 *
 * The main thread lends the program to what may take any time (guard_lend) and takes
 * it back behind it.  Only while it is lent does the thread tidy up before it ends
 * the program; what is lent to must not touch what that tidies up.
 */
#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>

#define GUARD_WORK_S 5 /* of CPU time without a sign of progress, while lent */

struct guard_options {
	const char *name;          /* of what is read, for messages; kept */
	bool (*interrupted)(void); /* then the program has half a second to end by itself */
	void (*tidy)(void *context);
	void *context;
};

/* Starts the thread.  False for lack of resources: everything works without it. */
bool guard_start(const struct guard_options *o);

/* These may be nested, and keep errno.  Without guard_start they do nothing. */
void guard_lend(void);
void guard_take_back(void);
/* There is progress: bytes were asked for. */
void guard_progress(void);

#endif

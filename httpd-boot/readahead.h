/*
 * Reading ahead: a file that has to come from a disk must not block the worker, which
 * has others to serve.
 */
#ifndef READAHEAD_H
#define READAHEAD_H

#include <stdbool.h>
#include <stdint.h>

#define READAHEAD_FAR (8 << 20)     /* bytes assumed to be there at once */
#define READAHEAD_STEP (1 << 20)    /* the same while the disk is at work */
#define READAHEAD_PIECE (128 << 10) /* the same if the kernel does not tell: what Linux reads at a time */

/* What is known of the file that a response is sent from; zero at first. */
struct readahead {
	enum {
		READAHEAD_NEW,
		READAHEAD_MEMORY, /* it is in memory for good (tmpfs) */
		READAHEAD_WARM,   /* it has been in memory so far */
		READAHEAD_COLD,   /* it comes from a disk */
		READAHEAD_UNKNOWN /* the kernel does not tell (NFS, FUSE, overlayfs) */
	} state;
	/* READAHEAD_UNKNOWN alone */
	uint64_t asked;   /* the kernel was asked for everything before this */
	uint32_t piece;   /* bytes assumed to be there */
	bool begun;       /* some of them are sent */
	uint32_t wait_ms; /* from one piece to the next */
	uint64_t due_ms;  /* when that is over (clock_ms) */
};

/* How many of the `left` bytes at `pos` of an open file can be sent without
 * waiting for a disk; 0: none, come back in a moment.  Asks the kernel for what
 * is not there.  If the kernel does not tell, a piece is assumed to be there when
 * its time has come. */
uint64_t readahead_ready(struct readahead *a, int fd, uint64_t pos, uint64_t left, uint64_t now_ms);

/* READAHEAD_UNKNOWN only: some of what was assumed to be there has been sent, from
 * then until now (clock_ms).  How long that took decides when the next piece is due. */
void readahead_sent(struct readahead *a, uint64_t before_ms, uint64_t now_ms);

#endif

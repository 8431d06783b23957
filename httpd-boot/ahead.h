/*
 * Reading ahead: a file that has to come from a disk must not hold up the
 * worker, which has others to serve meanwhile.
 */
#ifndef AHEAD_H
#define AHEAD_H

#include <stdbool.h>
#include <stdint.h>

#define AHEAD_FAR (8 << 20)       /* bytes taken to be there in one go */
#define AHEAD_STEP (1 << 20)      /* the same while the disk is at work */

/* How many of the `left` bytes at `pos` of an open file are in memory, and
 * can be sent without waiting for a disk: up to AHEAD_FAR; 0: none, come back
 * in a moment.  Asks the kernel for what is not there, two steps of it.
 * `cold` is the caller's for as long as it sends that file, false at first:
 * whether the disk is at work, when each page is looked at, and up to
 * AHEAD_STEP is ready.  Where the file system cannot tell (NFS, FUSE) all are
 * taken to be there. */
uint64_t ahead_ready(int fd, uint64_t pos, uint64_t left, bool *cold);

#endif

/*
 * Reading ahead: a file that has to come from a disk must not hold up the
 * worker, which has others to serve meanwhile.
 */
#ifndef AHEAD_H
#define AHEAD_H

#include <stdbool.h>
#include <stdint.h>

#define AHEAD_STEP (1 << 20)      /* bytes looked at and asked for in one go */

/* How many of the `left` bytes at `pos` of an open file are in memory, and
 * can be sent without waiting for a disk: up to AHEAD_STEP; 0: none, come back
 * in a moment.  Asks the kernel to read them, and those behind them.  Where
 * the file system cannot tell (NFS, FUSE) all are taken to be there. */
uint64_t ahead_ready(int fd, uint64_t pos, uint64_t left);

#endif

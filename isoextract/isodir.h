/*
 * Lists the files of an ISO 9660 file system (ECMA-119) with Rock Ridge or
 * Joliet from its directories.  Pure.
 */
#ifndef ISODIR_H
#define ISODIR_H

#include "blockcache.h"
#include "fsindex.h"
#include "selection.h"

/* Fills *fs, which fsindex_init has set up.  Prefers Rock Ridge to Joliet, and
 * Joliet to plain names; *rich is true with Rock Ridge.  FSINDEX_UNFIT for
 * sparse and interleaved files. */
enum fsindex_result
isodir_read(struct blockcache *cache, const struct selection *wanted, struct fsindex *fs, bool *rich);

#endif

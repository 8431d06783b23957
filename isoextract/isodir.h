/*
 * The files of an ISO 9660 file system (ECMA-119) with Rock Ridge or Joliet,
 * from its directories.  Pure.
 */
#ifndef ISODIR_H
#define ISODIR_H

#include "blockcache.h"
#include "fsindex.h"
#include "selection.h"

/* Fills *fs, which the caller has made with fsindex_init.  Rock Ridge goes
 * before Joliet, Joliet before plain names.  *rich says that it has Rock
 * Ridge.  FSINDEX_UNFIT for compressed (zisofs), sparse and interleaved files. */
enum fsindex_result
isodir_read(struct blockcache *cache, const struct selection *wanted, struct fsindex *fs, bool *rich);

#endif

/*
 * The files of an ISO 9660 file system (ECMA-119) with Rock Ridge or Joliet,
 * from its directories.  Pure.
 */
#ifndef ISODIR_H
#define ISODIR_H

#include "blockcache.h"
#include "fsindex.h"

/* Fills *v, which the caller has made with volume_init.  Rock Ridge goes
 * before Joliet, Joliet before plain names.  *rich says that it has Rock
 * Ridge.  VOLUME_UNFIT for compressed (zisofs), sparse and interleaved files. */
enum volume_result isodir_read(struct disc *d, const struct volume_filter *f, struct volume *v, bool *rich);

#endif

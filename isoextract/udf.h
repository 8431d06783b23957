/*
 * The files of a UDF file system (ECMA-167, OSTA UDF 1.02 to 2.60): Windows
 * installation media, DVDs, Blu-ray discs, memory sticks.  Partitions that are
 * plain, sparable, virtual (CD-R) or have their metadata apart (2.50 on).
 * Pure.
 */
#ifndef UDF_H
#define UDF_H

#include "blockcache.h"
#include "fsindex.h"
#include "selection.h"

/* Fills *fs, which the caller has made with fsindex_init. */
enum fsindex_result udf_read(struct blockcache *cache, const struct selection *wanted, struct fsindex *fs);

#endif

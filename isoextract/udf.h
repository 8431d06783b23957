/*
 * Lists the files of a UDF file system (ECMA-167, OSTA UDF 1.02 to 2.60):
 * Windows installation media, DVDs, Blu-ray discs, memory sticks.  Partitions
 * may be plain, sparable or virtual (CD-R), or have a metadata partition (2.50
 * on).  Pure.
 */
#ifndef UDF_H
#define UDF_H

#include "blockcache.h"
#include "fsindex.h"
#include "selection.h"

/* Fills *fs, which fsindex_init has set up. */
enum fsindex_result udf_read(struct blockcache *cache, const struct selection *wanted, struct fsindex *fs);

#endif

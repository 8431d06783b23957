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

/* Fills *v, which the caller has made with volume_init. */
enum volume_result udf_read(struct disc *d, const struct volume_filter *f, struct volume *v);

#endif

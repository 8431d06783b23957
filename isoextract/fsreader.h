/* Members of the file system in an image: UDF or ISO 9660. */
#ifndef FSREADER_H
#define FSREADER_H

#include "reader.h"
#include "selection.h"
#include "source.h"

/* Reads what `wanted` picks (NULL: everything), maybe more.  The source must
 * outlive the reader.  NULL when the source holds no such file system, holds one
 * that is left to libarchive, or cannot be read at any position.  *fault is then
 * a sentence when there was one that could not be read, else NULL. */
struct reader *fsreader_open(struct source *s, const struct selection *wanted, const char **fault);

#endif

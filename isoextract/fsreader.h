/* Reads the members of the file system in an image: UDF or ISO 9660. */
#ifndef FSREADER_H
#define FSREADER_H

#include "reader.h"
#include "selection.h"
#include "source.h"

/* Gives what `wanted` picks (NULL: everything), maybe more.  The source must
 * outlive the reader.  NULL if the source is not seekable or holds no such file
 * system, or only libarchive can read it, or it is damaged; *fault is a sentence
 * in the last case, else NULL. */
struct reader *fsreader_open(struct source *s, const struct selection *wanted, const char **fault);
/* The same for asking where members lie: those that only libarchive can read are given
 * too, with `in_place` unset, and their data is not to be had. */
struct reader *fsreader_map(struct source *s, const struct selection *wanted, const char **fault);

#endif

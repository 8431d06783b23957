/*
 * Keeps a source that cannot seek in an unnamed file if reading it needs seeking:
 * for UDF, and for boot images that a pattern asks for.
 */
#ifndef SPOOL_H
#define SPOOL_H

#include "run.h"

/* The directory of that file. */
const char *spool_dir(void);
/* Keeps run->source if necessary.  False, after reporting why, if it cannot. */
bool spool_where_needed(struct run *run);

#endif

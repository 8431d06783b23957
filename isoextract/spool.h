/*
 * What passes by once, or is compressed, kept in a file without a name where it
 * has to be read anywhere: UDF, and boot images that a pattern asks for.
 */
#ifndef SPOOL_H
#define SPOOL_H

#include "run.h"

/* Keeps the source when that is needed.  False, and a complaint, when it
 * cannot be. */
bool spool_where_needed(struct run *run);

#endif

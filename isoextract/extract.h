/* The members of an image: each to the listing, the catalog, the directory. */
#ifndef EXTRACT_H
#define EXTRACT_H

#include "catalog.h"
#include "output.h"
#include "run.h"

/* Goes through all members, a second time where a hard link has the data of a
 * file that was not picked.  `catalog` is NULL without -b. */
void extract_members(struct run *run, struct output *output, struct catalog *catalog);

#endif

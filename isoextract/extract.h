/* Sends each member of an image to the listing, the catalog and the directory. */
#ifndef EXTRACT_H
#define EXTRACT_H

#include "catalog.h"
#include "output.h"
#include "run.h"

/* Goes through all members, twice if a hard link was picked whose file was not.
 * `catalog` is NULL without -b. */
void extract_members(struct run *run, struct output *output, struct catalog *catalog);

#endif

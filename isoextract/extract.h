/* One member of an image: to the listing, the catalog, the folder. */
#ifndef EXTRACT_H
#define EXTRACT_H

#include "run.h"
#include "reader.h"

void extract_member(struct run *run, struct reader *r, struct reader_entry *e);

#endif

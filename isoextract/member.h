/* One member of an image: to the listing, the catalog, the folder. */
#ifndef MEMBER_H
#define MEMBER_H

#include "job.h"
#include "reader.h"

void member_take(struct job *j, struct reader *r, struct reader_entry *e);

#endif

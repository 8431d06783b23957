/* What two host lines claim: a machine or an address that is another's already. */
#ifndef CLAIMS_H
#define CLAIMS_H

#include "reader.h"

/* Reports them, of all host lines of our family, when the lines are indexed. */
void claims_check(struct reader *r);

#endif

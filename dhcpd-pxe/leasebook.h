/* The leases in their file (leasefile.h), a line each (leaseline.h). */
#ifndef LEASEBOOK_H
#define LEASEBOOK_H

#include "leasefile.h"
#include "leases.h"

/* Of these leases, which stay where they are. */
struct leasestore leasebook_store(struct leases *leases);
/* leasefile_add and leasefile_owe, with a lease's line. */
int leasebook_add(struct leasefile *f, const struct lease *lease, const char *name, int64_t expiry);
int leasebook_owe(struct leasefile *f, const struct lease *lease, const char *name, int64_t expiry);

#endif

/* The leases in their file (leasefile.h), a line each (leaseline.h), and the DUID of
 * this server, which stays the same over restarts. */
#ifndef LEASEBOOK6_H
#define LEASEBOOK6_H

#include "dhcp6.h"
#include "leasefile.h"
#include "leases6.h"

struct leasebook {
	struct leases *leases;
	uint8_t duid[DHCP6_DUID_MAX];
	size_t duid_len; /* 0: the file had none */
};

/* Of this book, which stays where it is. */
struct leasestore leasebook6_store(struct leasebook *b);
struct dhcp6_bytes leasebook6_duid(const struct leasebook *b);
/* After the file was read: where it held no DUID, makes one, a DUID-UUID at random
 * (RFC 6355), and adds its line. */
int leasebook6_make_duid(struct leasebook *b, struct leasefile *f);
/* leasefile_add and leasefile_owe, with a lease's line. */
int leasebook6_add(struct leasefile *f, const struct lease *lease, const char *name, int64_t expiry);
int leasebook6_owe(struct leasefile *f, const struct lease *lease);

#endif

/*
 * A line of the lease file, in the format of the DHCPv6 part of dnsmasq's: EXPIRY
 * IAID ADDRESS NAME DUID.  EXPIRY is in seconds since 1970, NAME is '*' without, DUID
 * is pairs of hexadecimal digits; a declined address has '*' there.  One line, `duid
 * DUID', is the server's own.  Pure.
 */
#ifndef LEASELINE6_H
#define LEASELINE6_H

#include "dhcp6.h"
#include "leases6.h"
#include "leasetext.h"

#define LEASELINE_MAX 1024 /* the longest line, with its newline */

enum leaseline_kind { LEASELINE_DAMAGED, LEASELINE_LEASE, LEASELINE_SERVER };

struct leaseline {
	int64_t expiry;
	uint32_t iaid;
	struct in6_addr addr;
	char name[LEASETEXT_NAME]; /* "" without */
	uint8_t duid[DHCP6_DUID_MAX];
	size_t duid_len; /* 0: the address was declined */
};

/* One line without its newline.  Of the server's line only the DUID is set. */
enum leaseline_kind leaseline6_parse(const char *line, size_t len, struct leaseline *out);
/* Each with its newline, without a NUL; its length. */
size_t leaseline6_write(const struct lease *lease, const char *name, int64_t expiry, char out[LEASELINE_MAX]);
size_t leaseline6_write_server(struct dhcp6_bytes duid, char out[LEASELINE_MAX]);

#endif

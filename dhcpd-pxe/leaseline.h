/*
 * A line of the lease file, in the format of dnsmasq: EXPIRY MAC IP NAME
 * CLIENT-ID.  EXPIRY is in seconds since 1970 (0: for ever), NAME and CLIENT-ID
 * are '*' without, and CLIENT-ID is pairs of hexadecimal digits.  A declined
 * address has the MAC address 00:00:00:00:00:00.  Pure.
 */
#ifndef LEASELINE_H
#define LEASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "leases.h"
#include "leasestore.h"
#include "leasetext.h"

#define LEASELINE_MAX LEASESTORE_LINE /* the longest line, with its newline */

struct leaseline {
	int64_t expiry;
	uint8_t mac[6];
	uint32_t addr;
	char name[LEASETEXT_NAME]; /* "" without */
	uint8_t key[255];
	size_t key_len; /* 0: the address was declined */
	bool sent_id;
};

/* One line without its newline; false when it is damaged. */
bool leaseline_parse(const char *line, size_t len, struct leaseline *out);
/* With its newline, without a NUL; its length. */
size_t leaseline_write(const struct lease *lease, const char *name, int64_t expiry, char out[LEASELINE_MAX]);

#endif

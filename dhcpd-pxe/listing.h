/* What a lease file and its offers say, one facts line for each address that is in
 * use (dhcpd-pxe -L). */
#ifndef LISTING_H
#define LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct listing_file {
	const char *text;
	size_t len;
};

/* Lines of later time count; those of `offers` only where no lease is in force at
 * `now`.  Sorted by address.  *damaged: lines that could not be read.  -1 with errno
 * when there is no memory, or `to` takes no more. */
struct listing_input {
	struct listing_file leases, offers;
	int64_t now;
	bool json;
};
int listing_print(const struct listing_input *in, FILE *to, size_t *damaged);

#endif

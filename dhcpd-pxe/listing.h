/* What a lease file and its offers say, one facts line for each address that is in
 * use (dhcpd-pxe -L). */
#ifndef LISTING_H
#define LISTING_H

#include "leasecmd.h"

/* Lines of later time count; those of `offers` only where no lease is in force at
 * `now`.  Sorted by address.  *damaged: lines that could not be read.  -1 with errno
 * when there is no memory, or `to` takes no more. */
int listing_print(const struct leasecmd_input *in, FILE *to, size_t *damaged);

#endif

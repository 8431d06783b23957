/* What a lease file says, one facts line for each address that is in use
 * (dhcpd6-pxe -L). */
#ifndef LISTING6_H
#define LISTING6_H

#include "leasecmd.h"

/* Lines of later time count.  Sorted by address.  *damaged: lines that could not be
 * read.  -1 with errno when there is no memory, or `to` takes no more. */
int listing6_print(const struct leasecmd_input *in, FILE *to, size_t *damaged);

#endif

/* A whole file in memory. */
#ifndef SLURP_H
#define SLURP_H

#include <stddef.h>

/* Reads all that is left of a descriptor, which may be a pipe; malloc'ed.  NULL
 * with errno: EFBIG when it is more than `most` bytes. */
char *slurp(int fd, size_t most, size_t *len);

#endif

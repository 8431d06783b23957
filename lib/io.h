/* Writing to a file what one write(2) may take only a part of. */
#ifndef IO_H
#define IO_H

#include <stddef.h>

/* How many of the bytes were written; fewer than `len`: errno says why. */
size_t io_write(int fd, const void *bytes, size_t len);

#endif

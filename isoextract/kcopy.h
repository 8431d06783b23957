/* Bytes from file to file without a way through this program. */
#ifndef KCOPY_H
#define KCOPY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct kcopy {
	int from; /* file or block device */
	uint64_t at;
	uint64_t offset; /* in the file that is written, whose position it changes */
	size_t len;
};

/* How many of c->len bytes at c->at are a hole of the file that is copied from
 * (it is sparse): they need no writing. */
size_t kcopy_hole(const struct kcopy *c);

/* Up to c->len bytes: how many; 0 at the end of `from`; -1 with errno, which
 * is ENOTSUP where it cannot be done this way. */
ssize_t kcopy(int to, const struct kcopy *c);

#endif

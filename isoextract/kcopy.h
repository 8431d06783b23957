/* Lets the kernel copy bytes from file to file. */
#ifndef KCOPY_H
#define KCOPY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct kcopy {
	int from; /* file or block device */
	uint64_t at;
	uint64_t offset; /* in the file written, whose position it changes */
	size_t len;
};

/* How many of the c->len bytes at c->at are a hole in the source file, which needs no
 * writing. */
size_t kcopy_hole(const struct kcopy *c);

/* Copies up to c->len bytes.  Returns how many, 0 at the end of `from`, or -1 with
 * errno: ENOTSUP if the kernel cannot copy between these two. */
ssize_t kcopy(int to, const struct kcopy *c);

#endif

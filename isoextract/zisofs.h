/*
 * Files that zisofs packed, version 1 and 2 with zlib (libisofs' doc/zisofs_format.txt and
 * doc/zisofs2_format.txt): a header, a table of pointers, blocks.  Pure.
 */
#ifndef ZISOFS_H
#define ZISOFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZISOFS_HEADER 24 /* enough of a file's first bytes */

struct zisofs {
	uint64_t size;  /* unpacked */
	uint64_t table; /* where in the file the pointers begin */
	size_t block;   /* bytes that a block unpacks to; the last may be shorter */
	size_t pointer; /* bytes of a pointer */
};

/* False if they are no such header, or one of another kind of packing. */
bool zisofs_read_header(const void *head, size_t len, struct zisofs *out);
uint64_t zisofs_blocks(const struct zisofs *z);
/* From two pointers in a row: where in the file a block begins and ends.  False if that
 * makes no sense.  An empty one stands for zeros. */
bool zisofs_range(const struct zisofs *z, const void *pointers, uint64_t file_size, uint64_t *begin, uint64_t *end);
/* Unpacks a block into `size` bytes; false if it is damaged. */
bool zisofs_unpack(const void *packed, size_t len, void *out, size_t size);

#endif

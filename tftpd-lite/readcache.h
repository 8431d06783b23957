/*
 * A cache of files in pieces: one read serves many blocks, and every client
 * that is at the same place of a file.
 */
#ifndef READCACHE_H
#define READCACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define READCACHE_PIECE 32768 /* bytes */
#define READCACHE_PIECES 256  /* kept at most */

struct readcache;
struct readcache *readcache_new(void);
void readcache_free(struct readcache *c);

/* A file that is open as `fd`, of `size` bytes.  Pieces are keyed by its
 * address until readcache_forget. */
struct readcache_file {
	int fd;
	uint64_t size;
	uint64_t at; /* where it begins in fd: not 0 for a file within an image */
	bool lone;   /* it has one reader: what that has passed is not kept */
};
/* Copies `len` bytes from `offset`, which must lie within the file.  -1 with
 * errno; ESTALE: the file has become shorter. */
int readcache_read(struct readcache *c, const struct readcache_file *f, uint64_t offset, uint8_t *out, size_t len);
void readcache_forget(struct readcache *c, const struct readcache_file *f);

#endif

/*
 * What was read of files, in pieces: one read serves many blocks, and all
 * who are at the same place of a file.
 */
#ifndef READCACHE_H
#define READCACHE_H

#include <stddef.h>
#include <stdint.h>

#define CACHE_PIECE 32768 /* bytes */
#define CACHE_PIECES 256  /* kept at most */

struct cache;
struct cache *cache_new(void);
void cache_free(struct cache *c);

/* A file that is open as `fd`, of `size` bytes; its address is what pieces
 * are known by, until cache_forget. */
struct cache_file {
	int fd;
	uint64_t size;
};
/* Copies bytes offset .. offset + len, which must lie within the file.  -1
 * with errno; ESTALE: the file has got shorter. */
int cache_read(struct cache *c, const struct cache_file *f, uint64_t offset, uint8_t *out, size_t len);
void cache_forget(struct cache *c, const struct cache_file *f);

#endif

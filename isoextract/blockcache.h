/*
 * Bytes of an image at any place, read ahead and kept for a while, through a
 * callback: a file, a URL or a test's buffer.  Pure.
 */
#ifndef BLOCKCACHE_H
#define BLOCKCACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BLOCKCACHE_MAX 4096 /* bytes that blockcache_at gives at most */

struct blockcache;

struct blockcache_source {
	/* Copies up to len bytes from a place, says how many there were; -1 when
	 * it cannot. */
	ssize_t (*read)(void *context, uint64_t at, void *out, size_t len);
	void *context;
	uint64_t size; /* of the image, bytes */
};

/* NULL for lack of memory. */
struct blockcache *blockcache_new(const struct blockcache_source *from);
void blockcache_free(struct blockcache *c);
uint64_t blockcache_size(const struct blockcache *c);

/* `len` bytes (at most BLOCKCACHE_MAX) that stay valid until the next call; NULL
 * when the image ends before (blockcache_why). */
const uint8_t *blockcache_at(struct blockcache *c, uint64_t at, size_t len);

/* Directories and what describes them lie beside each other in an honest image,
 * so together they are no longer than it.  False once n bytes more make them
 * longer: a hostile one lets them overlap. */
bool blockcache_spend(struct blockcache *c, uint64_t n);
/* Another file system begins. */
void blockcache_renew(struct blockcache *c);

/* Of the last failure; static. */
const char *blockcache_why(const struct blockcache *c);

#endif

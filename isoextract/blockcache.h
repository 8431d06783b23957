/*
 * Reads bytes anywhere in an image through a callback (a file, a URL, a test's
 * buffer), reads ahead, and keeps them for a while.  Pure.
 */
#ifndef BLOCKCACHE_H
#define BLOCKCACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BLOCKCACHE_MAX 4096 /* most bytes that blockcache_at gives */

struct blockcache;

struct blockcache_source {
	/* Copies up to len bytes from a place.  Returns how many there were, or -1. */
	ssize_t (*read)(void *context, uint64_t at, void *out, size_t len);
	void *context;
	uint64_t size; /* of the image, bytes */
};

/* NULL for lack of memory. */
struct blockcache *blockcache_new(const struct blockcache_source *from);
void blockcache_free(struct blockcache *c);
uint64_t blockcache_size(const struct blockcache *c);

/* `len` bytes (at most BLOCKCACHE_MAX), valid until the next call.  NULL if the image
 * ends first or cannot be read (blockcache_why). */
const uint8_t *blockcache_at(struct blockcache *c, uint64_t at, size_t len);

/* Counts n more bytes of directories and their descriptions.  False once they are
 * longer than the image: those of a hostile image overlap. */
bool blockcache_spend(struct blockcache *c, uint64_t n);
/* Starts counting anew, for another file system. */
void blockcache_renew(struct blockcache *c);

/* Of the last failure; static. */
const char *blockcache_why(const struct blockcache *c);

#endif

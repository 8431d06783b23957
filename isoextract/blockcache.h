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

#define DISC_MAX 4096 /* bytes that disc_at gives at most */

struct disc;

struct disc_source {
	/* Copies up to len bytes from a place, says how many there were; -1 when
	 * it cannot. */
	ssize_t (*read)(void *context, uint64_t at, void *out, size_t len);
	void *context;
	uint64_t size; /* of the image, bytes */
};

/* NULL for lack of memory. */
struct disc *disc_new(const struct disc_source *from);
void disc_free(struct disc *d);
uint64_t disc_size(const struct disc *d);

/* `len` bytes (at most DISC_MAX) that stay valid until the next call; NULL
 * when the image ends before (disc_why). */
const uint8_t *disc_at(struct disc *d, uint64_t at, size_t len);

/* Folders and what describes them lie beside each other in an honest image,
 * so together they are no longer than it.  False once n bytes more make them
 * longer: a hostile one lets them overlap. */
bool disc_spend(struct disc *d, uint64_t n);
/* Another file system begins. */
void disc_renew(struct disc *d);

/* Of the last failure; static. */
const char *disc_why(const struct disc *d);

#endif

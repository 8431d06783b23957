/*
 * Whether an image is genuine: its SHA-256, and the MD5 sum that images of the
 * Fedora family carry inside (implantisomd5 of rhinstaller/isomd5sum).  Bytes
 * go in once, in order.  The only user of libnettle.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct digest;

/* NULL for lack of memory. */
struct digest *digest_new(bool sha256, bool implanted);
void digest_free(struct digest *d);
void digest_feed(struct digest *d, const void *bytes, size_t len);

#define DIGEST_SHA256_TEXT 65
/* Once all bytes are in. */
const char *digest_sha256(struct digest *d, char out[DIGEST_SHA256_TEXT]);

enum digest_implanted {
	DIGEST_SAME,
	DIGEST_NONE,  /* no sum is implanted */
	DIGEST_SHORT, /* the image ends before what the sum covers */
	DIGEST_DIFFERENT
};
enum digest_implanted digest_implanted(struct digest *d);

#endif

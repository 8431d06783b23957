/* Chunked content, taken apart as it arrives (RFC 9112, 7.1).  Pure. */
#ifndef CHUNKS_H
#define CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http.h"

#define CHUNKS_EXTRA 8192 /* bytes of extensions and trailers that are passed over */

enum chunks_state {
	CHUNKS_SIZE,
	CHUNKS_BLANK, /* before an extension */
	CHUNKS_EXTENSION,
	CHUNKS_SIZE_LF,
	CHUNKS_DATA,
	CHUNKS_DATA_CR,
	CHUNKS_DATA_LF,
	CHUNKS_TRAILER, /* at the start of a line */
	CHUNKS_TRAILER_LINE,
	CHUNKS_LAST_LF,
	CHUNKS_DONE,
	CHUNKS_BAD
};

struct chunks { /* zero it to start */
	enum chunks_state state;
	uint64_t left;   /* bytes of this chunk */
	unsigned digits; /* of its size */
	size_t extra;
};

/* Takes bytes up to the end of the next run of content, or all there are: returns how many,
 * *content is the run (len 0: none).  Never more than `len`; 0 in CHUNKS_DONE and
 * CHUNKS_BAD. */
size_t chunks_take(struct chunks *c, const char *bytes, size_t len, struct http_text *content);

#endif

/*
 * The head of a response: a struct to bytes (RFC 9112, 4).  Pure.
 * Names are written in their canonical case, since GRUB and U-Boot compare
 * them byte by byte, and the status line says HTTP/1.1 to everyone.
 */
#ifndef RESPONSE_HEAD_H
#define RESPONSE_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define RESPONSE_HEAD_MAX 1024     /* no head is longer, its location apart */
#define RESPONSE_HEAD_PART_MAX 320 /* nor what stands between two parts */
#define RESPONSE_HEAD_TYPE_MAX 128 /* longest media type */
#define RESPONSE_HEAD_RETRY_S 5    /* Retry-After of a 503 */
#define RESPONSE_HEAD_DATE_AT 23   /* where the value of Date stands in the head of a 200 */

struct response_head {
	unsigned status;
	const char *date;     /* from date_http */
	const char *type;     /* NULL: no content */
	bool utf8;            /* ... with its charset */
	uint64_t length;      /* of the content */
	const char *etag;     /* NULL: none */
	const char *modified; /* NULL: none */
	const char *location; /* of a 301; NULL: none */
	bool varies;          /* with Accept */
	bool ranges;          /* Accept-Ranges */
	bool ranged;          /* Content-Range first-last/size */
	uint64_t first, last, size;
	const char *boundary; /* not NULL: multipart/byteranges, and `type` is that of the parts */
	bool close;           /* Connection: close */
	bool keep;            /* Connection: keep-alive, which HTTP/1.0 wants to hear */
};

/* Each appends to w and leaves w->full to the caller.
 * The head, with the empty line that ends it.  A 416 says the size, a 405 what is
 * allowed, a 503 when to come back, a 304 no length. */
void response_head_write(struct wr *w, const struct response_head *r);
/* What stands before a part of a multipart/byteranges body (RFC 9110, 14.6),
 * and after the last one. */
void response_head_part(struct wr *w, const struct response_head *r);
void response_head_end(struct wr *w, const char *boundary);

/* "404 Not Found"; "500 Internal Server Error" for one that is not in the list. */
const char *response_head_status(unsigned status);

#endif

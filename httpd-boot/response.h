/*
 * What is sent for a request: bytes in memory, then a piece of a file; if there are
 * several pieces, each has its own bytes before it.
 */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "filecache.h"
#include "http.h"
#include "range.h"
#include "readahead.h"

/* The pieces of a multipart/byteranges response that are not sent yet. */
struct response_parts;

struct response {
	unsigned status;
	bool close;       /* the connection ends with it */
	uint64_t content; /* bytes of content to be sent; 0 for HEAD */
	const char *at;   /* to be sent first */
	size_t len;
	char *mem;         /* malloc'ed, what `at` points into; NULL: see response_hold */
	size_t head_len;   /* the bytes before the content */
	struct file *file; /* then these bytes of this file; NULL: none */
	uint64_t pos, left;
	uint64_t ready; /* of them, known to be in memory (readahead.h) */
	struct readahead readahead;
	struct response_parts *parts;
};

/* What a response depends on besides the request. */
struct response_ask {
	const struct docroot *docroot;
	struct filecache *cache; /* NULL: none */
	int64_t now;             /* seconds since 1970 */
	const char *date;        /* the same, date_http */
	bool last;               /* the connection closes after it */
};

/* False when memory is short: there is nothing to send. */
bool response_make(const struct response_ask *ask, const struct http_request *req, struct response *out);
/* An error response, without content for HEAD. */
bool response_error(const struct response_ask *ask, unsigned status, bool no_content, struct response *out);

/* One without content: 201. */
bool response_empty(const struct response_ask *ask, unsigned status, struct response *out);

/* The bytes of a new response may belong to the file cache until its next lookup.
 * Copies those not sent by then; false when memory is short. */
bool response_hold(struct response *a);

/* Call it when the bytes and the piece of the file are sent: puts the next piece in place.
 * False if there is none, or memory is short: then less than `content` was sent. */
bool response_next(struct response *a);
void response_free(struct response *a);

#endif

/*
 * A request to what is sent for it: bytes in memory, then pieces of a file,
 * each piece of several with its own bytes before it.
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
	uint64_t content; /* bytes of content it announces; 0 for HEAD */
	const char *at;   /* to be sent first */
	size_t len;
	char *mem;         /* malloc'ed, what `at` points into; NULL: see response_hold */
	size_t head_len;   /* the first bytes of all that are no content */
	struct file *file; /* then these bytes of this file; NULL: none */
	uint64_t pos, left;
	uint64_t ready; /* of them, known to be in memory (readahead.h) */
	struct readahead readahead;
	struct response_parts *parts;
};

/* How the response is to be given, besides the request itself. */
struct response_ask {
	const struct docroot *docroot;
	struct filecache *cache; /* NULL: none */
	int64_t now;             /* seconds since 1970 */
	const char *date;        /* the same, date_http */
	bool last;               /* the connection closes after it */
};

/* False when memory is short: nothing to send. */
bool response_make(const struct response_ask *ask, const struct http_request *req, struct response *out);
/* An error, whatever was asked for; without content for HEAD. */
bool response_error(const struct response_ask *ask, unsigned status, bool no_content, struct response *out);

/* The bytes of a new response can be the docroot's own, until it is asked again.
 * Copies those that are not sent by then; false when memory is short. */
bool response_hold(struct response *a);

/* When these bytes and the file piece are sent: puts the next piece in place; false
 * when all is sent, or memory is short: then it was less than `content`. */
bool response_next(struct response *a);
void response_free(struct response *a);

#endif

/*
 * A request to what is sent for it: bytes in memory, then pieces of a file,
 * each piece of several with its own bytes before it.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "readahead.h"
#include "http.h"
#include "range.h"
#include "docroot.h"

/* The pieces of a multipart/byteranges answer that are not sent yet. */
struct answer_parts;

struct answer {
	unsigned status;
	bool close;       /* the connection ends with it */
	uint64_t content; /* bytes of content it announces; 0 for HEAD */
	const char *at;   /* to be sent first */
	size_t len;
	char *mem;         /* malloc'ed, what `at` points into; NULL: see answer_hold */
	size_t head_len;   /* the first bytes of all that are no content */
	struct file *file; /* then these bytes of this file; NULL: none */
	uint64_t pos, left;
	uint64_t ready; /* of them, known to be in memory (readahead.h) */
	struct readahead readahead;
	struct answer_parts *parts;
};

/* How the answer is to be given, besides the request itself. */
struct answer_ask {
	const struct docroot *docroot;
	int64_t now;      /* seconds since 1970 */
	const char *date; /* the same, date_http */
	bool last;        /* the connection closes after it */
};

/* False when memory is short: nothing to send. */
bool answer_request(const struct answer_ask *ask, const struct http_request *req, struct answer *out);
/* An error, whatever was asked for; without content for HEAD. */
bool answer_error(const struct answer_ask *ask, unsigned status, bool no_content, struct answer *out);

/* The bytes of a new answer can be the docroot's own, until it is asked again.
 * Copies those that are not sent by then; false when memory is short. */
bool answer_hold(struct answer *a);

/* When these bytes and the file piece are sent: puts the next piece in place; false
 * when all is sent, or memory is short: then it was less than `content`. */
bool answer_next(struct answer *a);
void answer_free(struct answer *a);

#endif

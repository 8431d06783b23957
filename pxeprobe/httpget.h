/*
 * The client's side of an HTTP/1.1 GET (RFC 9112), as a given program does
 * it.  Made for many at once: a body is counted, not kept.  Pure: bytes in.
 */
#ifndef HTTPGET_H
#define HTTPGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "persona.h"
#include "url.h"

#define HTTPGET_LINE 160 /* kept of a header line, enough to understand it */
#define HTTPGET_SKIP (1u << 20)

enum httpget_event {
	HTTPGET_MORE,  /* feed it more */
	HTTPGET_DONE,  /* the reply is whole */
	HTTPGET_FAILED /* see fault */
};

struct httpget {
	const struct persona_http *how;
	bool head; /* a HEAD: no body comes */
	enum {
		HTTPGET_STATUS,
		HTTPGET_HEADERS,
		HTTPGET_BODY,
		HTTPGET_CHUNK,
		HTTPGET_CHUNK_END,
		HTTPGET_TRAILERS
	} stage;
	unsigned status;
	bool http10, has_length, chunked, close;
	uint64_t length; /* Content-Length */
	uint64_t left;   /* of the body, or of this chunk */
	uint64_t bytes;  /* of the body so far */
	enum fault fault;
	char message[128];
	char line[HTTPGET_LINE];
	size_t line_len;
};

/* Writes the request (HEAD, or GET) to out; its length, 0 when it does not fit. */
size_t httpget_request(const struct persona_http *how, const struct url *u, bool head, char *out, size_t size);
void httpget_start(struct httpget *g, const struct persona_http *how, bool head);
/* Takes bytes in.  What lies beyond the end of the reply is not looked at. */
enum httpget_event httpget_input(struct httpget *g, const void *bytes, size_t len);
/* How many bytes may be discarded unseen (at most HTTPGET_SKIP), because all of
 * them are body; 0: pass them to httpget_input. */
size_t httpget_may_skip(const struct httpget *g);
enum httpget_event httpget_skipped(struct httpget *g, size_t len);
/* The server closed the connection. */
enum httpget_event httpget_closed(struct httpget *g);
/* May the connection carry another request? */
bool httpget_keeps(const struct httpget *g);

#endif

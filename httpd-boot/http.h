/*
 * HTTP/1.1 requests: bytes to a struct (RFC 9112, RFC 9110).  Pure.
 * A line is cut into its parts first and looked up afterwards: text inside a
 * value is never taken for a header.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_LINE_MAX 8192  /* request line (RFC 9112, 3: at least 8000) */
#define HTTP_HEAD_MAX 16384 /* request line and header lines together */
#define HTTP_FIELDS 100     /* header lines */
#define HTTP_PATH 4096      /* decoded path and its NUL */
#define HTTP_BODY_MAX 65536 /* a longer body is not waited for */

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_OTHER };

struct http_text {
	const char *at; /* not ended by NUL; NULL: not there */
	size_t len;
};

/* The headers that something here depends on. */
enum http_name {
	HTTP_UNKNOWN,
	HTTP_HOST,
	HTTP_CONNECTION,
	HTTP_CONTENT_LENGTH,
	HTTP_TRANSFER_ENCODING,
	HTTP_EXPECT,
	HTTP_RANGE,
	HTTP_IF_RANGE,
	HTTP_IF_MATCH,
	HTTP_IF_NONE_MATCH,
	HTTP_IF_MODIFIED_SINCE,
	HTTP_IF_UNMODIFIED_SINCE,
	HTTP_REFERER,
	HTTP_USER_AGENT,
	HTTP_ACCEPT
};

struct http_field {
	enum http_name name;
	struct http_text value; /* blanks around it are gone */
};

struct http_request {
	struct http_text line; /* the request line as it was sent */
	enum http_method method;
	char path[HTTP_PATH];   /* decoded, without query; begins with '/', no NUL inside */
	bool too_long;          /* the path is longer than any file's, and cut */
	struct http_text query; /* as it was sent, without the '?' */
	bool http10;
	bool keep;                            /* the client wants the connection kept */
	bool continues;                       /* sends its body after "100 Continue" */
	bool chunked;                         /* its length is told as it comes */
	bool endless;                         /* a body whose end we do not look for: answer and close */
	bool unexpected;                      /* an expectation we do not know (417) */
	bool plain;                           /* neither Range nor a condition */
	uint64_t body;                        /* bytes of content behind the head */
	struct http_field field[HTTP_FIELDS]; /* those with a name above */
	size_t fields, lines;                 /* and how many header lines there were */
};

enum http_error {
	HTTP_OK,
	HTTP_MORE,       /* the head is not complete yet */
	HTTP_BAD_LINE,   /* no request line */
	HTTP_TLS,        /* what a client of https:// says first */
	HTTP_BAD_TARGET, /* not a path or http URI, or a bad %-escape */
	HTTP_BAD_FIELD,  /* a header line without a proper name or value */
	HTTP_FOLDED,     /* a header line continued on the next */
	HTTP_BAD_HOST,   /* none, several, or not a host */
	HTTP_BAD_LENGTH, /* content length not one number, or given twice over */
	HTTP_LONG_LINE,
	HTTP_LONG_HEAD,
	HTTP_BAD_CODING, /* a transfer coding that is not chunked */
	HTTP_BAD_VERSION
};

/* Looks for the end of the head in what has arrived.  *scanned (0 to start)
 * remembers how far it looked.  HTTP_OK: the head is the first *head bytes,
 * empty lines before it among them.  HTTP_MORE: read on. */
enum http_error http_scan(const char *buf, size_t len, size_t *scanned, size_t *head);

/* Reads a whole head.  The request points into it.  After an error
 * req->line is set when there was one. */
enum http_error http_parse(const char *head, size_t len, struct http_request *req);

unsigned http_error_status(enum http_error e);
const char *http_error_text(enum http_error e);

/* The value of a header, from the *at-th field on (0 to start); *at is then
 * behind it.  Its `at` is NULL when there is none left. */
struct http_text http_next(const struct http_request *req, enum http_name name, size_t *at);
/* The first one. */
struct http_text http_get(const struct http_request *req, enum http_name name);

/* Takes the next element of a comma list out of *list, blanks and empty
 * elements dropped; false when there is none left.  Commas inside quotes
 * belong to the element. */
bool http_element(struct http_text *list, struct http_text *out);
/* Same text, whatever its case. */
bool http_same(struct http_text t, const char *word);
bool http_exact(struct http_text t, const char *word);
/* Decimal digits only; too large a number becomes UINT64_MAX. */
bool http_number(struct http_text t, uint64_t *out);

#endif

/* The parts of a URI (RFC 3986, 3), as a slice of its text each.  Pure. */
#ifndef URI_H
#define URI_H

#include <stdbool.h>
#include <stddef.h>

struct uri_part {
	const char *at; /* into the text that was split; not NUL-terminated */
	size_t len;
};

struct uri {
	struct uri_part scheme;   /* "http" */
	struct uri_part userinfo; /* what stands before the last '@' of the authority; at NULL: nothing */
	struct uri_part host;     /* an IPv6 address without its brackets */
	struct uri_part port;     /* digits or whatever stands there; at NULL: none */
	struct uri_part path;     /* from the '/' on, without query and fragment; may be empty */
	struct uri_part rest;     /* query and fragment, '?' or '#' first; may be empty */
};

/* Splits "scheme://[userinfo@]host[:port][/path][?query][#fragment]"; nothing is
 * decoded.  False, and *out untouched, for any other text. */
bool uri_split(const char *text, struct uri *out);

/* Is the scheme (or another part) this word, whatever its case? */
bool uri_part_is(const struct uri_part *p, const char *word);
/* A part as a string; false when it does not fit. */
bool uri_part_copy(const struct uri_part *p, char *out, size_t size);

/* Decodes %XX in place, but for %00 (RFC 3986, 2.1 and 7.3). */
void uri_unescape(char *text);

#endif

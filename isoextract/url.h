/* URLs, and what HTTP says of ranges, as text.  Pure. */
#ifndef URL_H
#define URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define URL_SIZE 4096 /* longest, its NUL included; what is more is cut */

/* Is it an http://, https:// or ftp:// URL? */
bool url_is(const char *name);
/* A URL as it may be shown: without its user's name and password.  Anything
 * else as it is.  Returns out. */
const char *url_shown(const char *name, char out[URL_SIZE]);
/* The name of the file that a URL leads to: the last part of its path, without
 * query and fragment, "%20" as a blank.  Anything else as it is.  Returns out. */
const char *url_file(const char *name, char out[URL_SIZE]);

/* "bytes FIRST-LAST/SIZE" (RFC 9110, 14.4). */
struct url_range {
	uint64_t first, last, size;
};
/* False for anything else, a size that is not known ('*') among it. */
bool url_range(const char *content_range, struct url_range *out);

#endif

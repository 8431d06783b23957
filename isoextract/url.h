/* URLs and HTTP's Content-Range.  Pure. */
#ifndef URL_H
#define URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define URL_SIZE 4096 /* longest, with its NUL; longer ones are cut */

/* Is it an http://, https:// or ftp:// URL? */
bool url_is(const char *name);
/* Copies a URL without a user's name and password, to show it; anything else as it
 * is.  Returns out. */
const char *url_shown(const char *name, char out[URL_SIZE]);
/* Copies the name of the file that a URL points to: the last part of its path,
 * without query and fragment, unescaped; anything else as it is.  Returns out. */
const char *url_file(const char *name, char out[URL_SIZE]);

/* "bytes FIRST-LAST/SIZE" (RFC 9110, section 14.4). */
struct url_range {
	uint64_t first, last, size;
};
/* False for anything else, such as an unknown size ('*'). */
bool url_range(const char *content_range, struct url_range *out);

#endif

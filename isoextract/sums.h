/* SHA-256 sums as published with images.  Pure. */
#ifndef SUMS_H
#define SUMS_H

#include <stdbool.h>
#include <stddef.h>

#define SUMS_SHA256 65 /* 64 hexadecimal digits and NUL */

/* Is it 64 hexadecimal digits?  Copies them to out in lower case. */
bool sums_is_sha256(const char *s, char out[SUMS_SHA256]);

/* Finds a file's sum in a list of "SUM  NAME", "SUM *NAME" (sha256sum(1)) or
 * "SHA256 (NAME) = SUM" (BSD) lines.  Directories in names do not count.  A list
 * of a single sum serves for any name. */
bool sums_find(const char *text, size_t len, const char *name, char out[SUMS_SHA256]);

#endif

/* Names of other alphabets' file systems in UTF-8.  Pure. */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>

/* UTF-16 in network order (Joliet, UDF); half a pair becomes U+FFFD.  What
 * does not fit is left out, the end is always a NUL.  Returns its length. */
size_t utf8_from_16be(const void *text, size_t len, char *out, size_t size);
/* The first 256 code points of Unicode, a byte each. */
size_t utf8_from_latin1(const void *text, size_t len, char *out, size_t size);
/* Control characters, C1's as well, become '?': no text of an image or server
 * moves a terminal's cursor. */
void utf8_plain(char *text);

#endif

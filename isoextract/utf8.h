/* Names of file systems in other encodings, as UTF-8.  Pure. */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>

/* Converts UTF-16 in network order (Joliet, UDF); half a surrogate pair becomes
 * U+FFFD.  Leaves out what does not fit and always adds a NUL.  Returns the length. */
size_t utf8_from_16be(const void *text, size_t len, char *out, size_t size);
/* The same from Latin-1, one byte per character. */
size_t utf8_from_latin1(const void *text, size_t len, char *out, size_t size);
/* Turns control characters, C1 included, into '?', so that no text of an image or
 * server moves a terminal's cursor. */
void utf8_plain(char *text);

#endif

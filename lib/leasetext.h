/* What the lines of both DHCP servers' lease files are made of: words with one blank
 * between them.  Pure. */
#ifndef LEASETEXT_H
#define LEASETEXT_H

#include <stdbool.h>
#include <stddef.h>

#define LEASETEXT_FIELDS 5
#define LEASETEXT_NAME 64

/* Cuts the line at its blanks; how many words, 0 when they are too many, or one is
 * empty. */
size_t leasetext_split(char *line, char *field[LEASETEXT_FIELDS]);
/* A client's name, "" for `*'; false when it cannot be one. */
bool leasetext_name(const char *s, char out[LEASETEXT_NAME]);

#endif

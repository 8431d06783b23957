/* Does a line fit a client?  Pure. */
#ifndef MATCH_H
#define MATCH_H

#include "client.h"

bool match_fits(const struct match *m, const struct client *c);

/* Does the pattern, in which '*' stands for anything, fit all of the bytes?
 * In time that grows with pattern times bytes, never worse. */
bool match_glob(const char *pattern, const void *bytes, size_t len);

#endif

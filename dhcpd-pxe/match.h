/* Does a line fit a client, and which subnet line is it on?  Pure. */
#ifndef MATCH_H
#define MATCH_H

#include "client.h"
#include "request.h"

bool match_fits(const struct match *m, const struct client *c);
/* A subnet line: it does, and is for the client's link. */
bool match_serves(const struct rule *rule, const struct request *q, const struct client *c);
/* The first that serves it; NULL without. */
const struct subnet *match_subnet(const struct rules *rules, const struct request *q, const struct client *c);

/* Does the pattern, in which '*' stands for anything, fit all of the bytes?
 * In time that grows with pattern times bytes, never worse. */
bool match_glob(const char *pattern, const void *bytes, size_t len);

#endif

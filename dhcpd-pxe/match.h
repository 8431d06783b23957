/* Does a line match a client, and which subnet line is for it?  Pure. */
#ifndef MATCH_H
#define MATCH_H

#include "client.h"
#include "request.h"

bool match_fits(const struct match *m, const struct client *c);
/* The first line of a kind from the i-th on for which match_fits may be true; the number
 * of them when there is none. */
size_t match_next(const struct rules *rules, enum rule_kind kind, size_t i, const struct client *c);
/* The same for a subnet line, which must also be for the client's link. */
bool match_serves(const struct rule *rule, const struct request *q, const struct client *c);
/* The first subnet line that serves the client, or NULL. */
const struct subnet *match_subnet(const struct rules *rules, const struct request *q, const struct client *c);

#endif

/* Does a line match a client, and which subnet line is for it?  Pure. */
#ifndef MATCH6_H
#define MATCH6_H

#include "client6.h"
#include "request6.h"

bool match6_fits(const struct match *m, const struct client *c);
/* The first subnet line that serves the client, or NULL.  Those for booting pass over
 * who does not boot, unless `any`: what was given out there is answered for. */
const struct subnet6 *
match6_subnet(const struct rules *rules, const struct request *q, const struct client *c, bool any);

#endif

/* Does a line match a client, and which subnet line is for it?  Pure. */
#ifndef MATCH_H
#define MATCH_H

#include "client.h"
#include "request.h"

bool match_fits(const struct match *m, const struct client *c);
/* The first subnet line that serves the client, or NULL.  Those for booting pass over
 * who does not boot, unless `any`: what was given out there is answered for. */
const struct subnet6 *
match_subnet(const struct rules *rules, const struct request *q, const struct client *c, bool any);

#endif

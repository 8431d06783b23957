/* proxyDHCP and port 4011 (PXE 2.1, section 2): boot answers without an
 * address.  Pure. */
#ifndef PROXY_H
#define PROXY_H

#include "answer.h"

/* Both are handed an answer of which the request, the client, the rules and
 * our address are set. */

/* To port 67, on a subnet that another server gives the addresses of. */
enum server_result proxy_answer(const struct request *q, const struct client *c, struct answer *out);
/* To port 4011, on any subnet of ours. */
enum server_result proxy_binl(const struct request *q, const struct client *c, struct answer *out);

#endif

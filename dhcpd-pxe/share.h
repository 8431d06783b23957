/*
 * Two or more servers of one range with nothing between them (share=K/N): which of
 * them answers a client first (RFC 3074), and which REQUESTs that name another server
 * are repeated, as that server does not answer.  Pure.
 */
#ifndef SHARE_H
#define SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"

#define SHARE_REPEATS 4096 /* remembered, one for each hash modulo this */
#define SHARE_REPEAT_S 60  /* for so long */

struct shares {
	uint64_t seed;
	struct shares_request {
		uint64_t who; /* client, transaction and address */
		int64_t seen;
	} request[SHARE_REPEATS];
};

/* The bucket of a client (RFC 3074, section 6): 0 to 255. */
uint8_t share_bucket(const struct client *c);
/* Is this the server that answers it first? */
bool share_is_first(const struct subnet *s, const struct client *c);
/* Has the client been asking for as long as the line's delay=? */
bool share_has_waited(const struct subnet *s, const struct client *c);
/* Did this REQUEST come a second or more ago, too? */
bool share_is_repeated(struct shares *s, const struct client *c, uint32_t addr, int64_t now);

#endif

/*
 * Two or more servers of one range with nothing between them (share=K/N): which of
 * them answers a client first (RFC 3074), which messages are repeated, as the server
 * that they are for does not answer, and how long others may have lent our addresses.
 * Pure.
 */
#ifndef SHARE_H
#define SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include "client.h"

#define SHARE_REPEATS 4096                     /* remembered, one for each hash modulo this */
#define SHARE_REPEAT_S 60                      /* for so long */
#define SHARE_STAND_IN_S 600                   /* how long, at most, for an address of another server's part */
#define SHARE_SETTLE_S (SHARE_STAND_IN_S + 10) /* by then all that others lent while we were away is over */

struct shares {
	uint64_t seed;
	int64_t settled; /* when what others lent of our part before our start is over */
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
/* For how many seconds has the client asked for this address in this transaction?
 * xid 0: in any; addr 0: for any. */
int64_t share_asked_s(struct shares *s, const struct client *c, uint32_t xid, uint32_t addr, int64_t now);

#endif

/*
 * One message on its way through the table of server.c, and the address that
 * it is about (alloc.c).
 */
#ifndef ALLOC_H
#define ALLOC_H

#include "server.h"

struct ask {
	const struct server *s;
	const struct request *q;
	struct client *c;
	int64_t now;
	struct answer *out;
	bool known; /* what a REQUEST is for is the client's, or was offered to it */
	bool full;  /* max-leases= stood in the way */
};

struct lease_key alloc_key(const struct client *c);

/* The subnet line that may give this address to the client; NULL without. */
const struct subnet *alloc_place(const struct ask *k, uint32_t addr);
/* Nobody else has it, was promised it, or keeps it. */
bool alloc_may_have(struct ask *k, uint32_t addr);
/* Host line, last address, the one it asks for, a new one.  SERVER_ANSWER, or
 * why there is none; out->fresh for one that was not the client's before. */
enum server_result alloc_choose(struct ask *k, uint32_t *addr);
/* The address is this client's until it asks for it, or a minute; false when
 * there is no memory. */
bool alloc_keep(const struct ask *k, uint32_t addr);

/* Nobody gets the address for the decline= of its subnet; NULL when there is
 * no memory. */
const struct lease *alloc_decline(const struct server *s, uint32_t addr, int64_t now);

#endif

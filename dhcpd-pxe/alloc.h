/*
 * Which address a client gets, and may keep: by its host line, its leases, what
 * it asks for, and the ranges of the subnet lines.  Pure.
 */
#ifndef ALLOC_H
#define ALLOC_H

#include "answer.h"
#include "hosts.h"
#include "leases.h"
#include "share.h"

/* What addresses are chosen from. */
struct alloc {
	const struct rules *rules;
	const struct hosts *hosts;
	struct leases *leases;
	const uint32_t *own; /* our own addresses, which no client gets */
	size_t owns;
};

/* One message on its way through the table of server.c. */
struct query {
	const struct alloc *from;
	const struct request *q;
	struct client *c;
	int64_t now;
	struct answer *out;
	bool known;    /* what a REQUEST is for is the client's, or was offered to it */
	bool full;     /* max-leases= stood in the way */
	bool claims;   /* it may be given an address of another server's part, as it names one */
	bool settling; /* others may have lent addresses of our part while we were away */
	struct shares *shares;
};

struct lease_key alloc_key(const struct client *c);

/* The subnet line that may give this address to the client; NULL without. */
const struct subnet *alloc_place(const struct query *k, uint32_t addr);
/* True if of two leases of a client the first is the one that it used last. */
bool alloc_is_later(const struct lease *a, const struct lease *b);
/* True if nobody else has it, was promised it, or has it reserved. */
bool alloc_may_have(struct query *k, uint32_t addr);
/* Host line, last address, the one it asks for, a new one, in this order.
 * SERVER_ANSWER, or why there is none; out->fresh for one that was not the
 * client's before. */
enum server_result alloc_choose(struct query *k, uint32_t *addr);
/* Reserves the address for this client until it requests it, for a minute at
 * most; false when out of memory. */
bool alloc_keep(const struct query *k, uint32_t addr);

#define ALLOC_RESERVED_REST_S 5

/* The address rests for the decline= of its subnet, or for ALLOC_RESERVED_REST_S when
 * a host line reserves it; NULL when out of memory, or when no subnet line gives it. */
const struct lease *alloc_decline(const struct alloc *from, uint32_t addr, int64_t now);
/* The same for an address that a stranger was seen to use; NULL too when it
 * is leased. */
const struct lease *alloc_conflict(const struct alloc *from, uint32_t addr, int64_t now);
/* An address that rests for the one reason or the other need not any longer; NULL when
 * it does not. */
const struct lease *alloc_wake(const struct alloc *from, uint32_t addr, bool heard, int64_t now);
/* Up to `room` addresses that the next new clients of this answer's subnet may get. */
size_t alloc_ahead(const struct alloc *from, const struct answer *a, int64_t now, uint32_t *out, size_t room);

#endif

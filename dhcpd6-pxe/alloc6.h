/*
 * Which address an identity association gets, and may keep: by its host line, its
 * leases, what it asks for, and the ranges of its subnet line.  Pure.
 */
#ifndef ALLOC6_H
#define ALLOC6_H

#include "answer6.h"
#include "leases6.h"
#include "quota6.h"

/* What addresses are chosen from. */
struct alloc {
	const struct rules *rules;
	const struct hosts *hosts;
	struct leases *leases;
	struct quotas *quotas;
};

/* One message on its way through the table of server6.c. */
struct query {
	const struct alloc *from;
	const struct request *q;
	struct client *c;
	int64_t now;
	struct answer *out;
};

/* Of this client's IA. */
struct lease_key alloc6_key(const struct client *c, uint32_t iaid);
/* The lease in force that this client's IA has of this address, or has anyhow (addr
 * NULL); NULL without. */
struct lease *alloc6_lease(const struct query *k, uint32_t iaid, const struct in6_addr *addr);
/* May the client's IA have this address of its subnet: is it given out there, and
 * nobody else's? */
bool alloc6_may_have(const struct query *k, uint32_t iaid, const struct in6_addr *addr);
/* What was chosen. */
struct alloc_choice {
	struct in6_addr addr;
	bool owes;       /* it is to be paid for: quota6_take */
	const char *why; /* there is none */
};
/* Host line, last address, the one it asks for (NULL: none), a new one, in this order.
 * False when there is none. */
bool alloc6_choose(const struct query *k, uint32_t iaid, const struct in6_addr *wish, struct alloc_choice *out);
/* Keeps the address for this client's IA until it requests it; false when out of
 * memory.  `must`: it is requested, so that a flood is no reason not to. */
bool alloc6_keep(const struct query *k, uint32_t iaid, const struct alloc_choice *choice, bool must);
/* The address is not given to anybody for a while; false when out of memory. */
bool alloc6_decline(const struct query *k, const struct in6_addr *addr);

#endif

/*
 * RFC 8415 as a table: a message in, what the rules and the leases say, an answer out.
 * Pure: time is an argument, and the caller sends, syncs and logs.
 */
#ifndef SERVER6_H
#define SERVER6_H

#include "alloc6.h"
#include "loops.h"

struct server {
	struct alloc alloc;
	struct loops *loops;
	struct dhcp6_bytes duid; /* ours */
};

const char *server6_result_text(enum server_result r);

/* `c` was read from the request; its host and subnet are set here.  `out` is filled
 * in for every result, as far as it is known.  Addresses that are promised are kept
 * for the client at once; they are leased by server6_commit, once that is on disk. */
enum server_result
server6_answer(const struct server *s, const struct request *q, struct client *c, int64_t now, struct answer *out);
/* The client's name: by the rules, or by itself. */
const char *server6_lease_name(const struct client *c);
/* The leases of this answer are on disk; adds to a->ended what the client has no
 * longer.  False when one is gone by now. */
bool server6_commit(const struct server *s, struct answer *a, int64_t now);

#endif

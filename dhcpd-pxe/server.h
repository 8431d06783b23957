/*
 * RFC 2131 as a table: a message in, what the rules and the leases say, an answer
 * out.  Pure: time is an argument, and the caller sends, syncs and logs.
 */
#ifndef SERVER_H
#define SERVER_H

#include "alloc.h"
#include "declines.h"
#include "loops.h"
#include "uuids.h"

struct server {
	struct alloc alloc;
	struct uuids *uuids;
	struct loops *loops;
	struct declines *declines;
	struct shares *shares;
};

const char *server_result_text(enum server_result r);

/* `c` was read from the request; its host and subnet are set here.  `out` is
 * filled in for every result, as far as it is known.  An offered address is
 * reserved for the client at once; it is leased by server_commit, once that is on
 * disk. */
enum server_result
server_answer(const struct server *s, const struct request *q, struct client *c, int64_t now, struct answer *out);

/* The client's name: by the rules, by itself, or as before (it may renew without
 * option 12); valid as long as all three. */
const char *server_lease_name(const struct lease *lease, const struct client *c);
/* The lease of this answer is on disk.  NULL when it is gone by now.  Sets
 * a->superseded, the end of which is to be written down. */
const struct lease *server_commit(const struct server *s, struct answer *a);
/* The lease of this answer cannot be written.  The client is told again what an
 * earlier line of the file says, for the time that is left of it; false when
 * there is no such line. */
bool server_fall_back(const struct server *s, struct answer *a, int64_t now);
/* True if a boot line with `once` is done with this answer, or with that of the
 * other server, whose client took our proxy offer. */
bool server_is_done(const struct answer *a, enum server_result r);

#endif

/*
 * RFC 2131 as a table: what comes in, what the rules and the leases say, what
 * goes out.  Pure: time is an argument, the caller sends, syncs and logs.
 */
#ifndef SERVER_H
#define SERVER_H

#include "alloc.h"
#include "uuids.h"

struct server {
	struct alloc alloc;
	struct uuids *uuids;
};

const char *server_result_text(enum server_result r);

/* `c` must have been read from the request; its host and subnet are set here.
 * `out` is filled for every result, as far as it is known.  Addresses that
 * are offered are kept for the client at once; one that is leased only when
 * server_commit says that it is on disk. */
enum server_result
server_answer(const struct server *s, const struct request *q, struct client *c, int64_t now, struct answer *out);

/* What the client is called: by the rules, by itself, or as before (it may
 * renew without option 12); valid as long as all three. */
const char *server_lease_name(const struct lease *lease, const struct client *c);
/* The lease of this answer is on disk.  NULL when it is gone meanwhile.  Sets
 * a->superseded, to be written down. */
const struct lease *server_commit(const struct server *s, struct answer *a);
/* The lease of this answer cannot be written.  What an earlier line of the
 * file says the client still has may be said again, for the time that is left;
 * false when there is no such line. */
bool server_fall_back(const struct server *s, struct answer *a, int64_t now);
/* A boot line with `once` has done its work with this answer (or with the
 * other server's, whose client took our proxy offer). */
bool server_is_done(const struct answer *a, enum server_result r);

#endif

/*
 * Messages in, answers out: a batch is received, all its leases are written
 * with one sync, and only then are its REPLYs sent.
 */
#ifndef BATCH6_H
#define BATCH6_H

#include "eventlog6.h"
#include "ifaces.h"
#include "leasebook6.h"
#include "net6.h"
#include "stats6.h"

struct batch; /* the memory of one batch */

/* What a batch works with; nothing of it is kept. */
struct batch_env {
	const struct server *server;
	struct leasefile *file;
	const struct ifaces *ifaces;
	const struct net *net;
	struct eventlog *log;
	struct hostsdirs *dirs; /* where `once' is noted down */
	struct stats *stats;
	int64_t now; /* seconds since 1970 */
};

struct batch *batch6_new(void);
void batch6_free(struct batch *b);
/* Answers what has come to one socket. */
void batch6_run(struct batch *b, const struct batch_env *env, const struct net_sock *sock);

#endif

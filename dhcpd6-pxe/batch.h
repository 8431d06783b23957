/*
 * Messages in, answers out: a batch is received, all its leases are written
 * with one sync, and only then are its REPLYs sent.
 */
#ifndef BATCH_H
#define BATCH_H

#include "eventlog.h"
#include "ifaces.h"
#include "leasebook.h"
#include "net.h"
#include "stats.h"

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

struct batch *batch_new(void);
void batch_free(struct batch *b);
/* Answers what has come to one socket. */
void batch_run(struct batch *b, const struct batch_env *env, const struct net_sock *sock);

#endif

/*
 * Messages in, answers out: a batch is received, all its leases are written
 * with one sync, and only then are its ACKs sent.  Some answers wait: for their
 * delay=, or until ARP has shown that their address is free.
 */
#ifndef BATCH_H
#define BATCH_H

#include "arpproxy.h"
#include "eventlog.h"
#include "hostsdir.h"
#include "ifaces.h"
#include "leasebook.h"
#include "net.h"
#include "offerfile.h"
#include "rogue.h"
#include "server.h"
#include "stats.h"

struct batch; /* the memory of one batch, and answers that wait */

/* What a batch works with; nothing of it is kept. */
struct batch_env {
	struct server *server;
	struct leasefile *file; /* NULL: only proxy subnets */
	struct offerfile *offers;
	const struct ifaces *ifaces;
	const struct net *net;
	struct eventlog *log;
	struct hostsdirs *dirs; /* where `once' is noted down */
	struct arpprobe *probe;
	struct arpproxy *proxies;
	struct rogue *rogue;
	struct stats *stats;
	int64_t now;     /* seconds since 1970 */
	uint64_t now_ms; /* of clock_ms */
};

struct batch *batch_new(void);
void batch_free(struct batch *b);
/* Answers what has come to one socket. */
void batch_run(struct batch *b, const struct batch_env *env, const struct net_sock *sock);
/* Somebody has answered our ARP: that address counts as declined, and the
 * client that it was meant for gets another one. */
void batch_arp(struct batch *b, const struct batch_env *env);
/* Sends what has waited long enough; milliseconds until the next is due, -1
 * when nothing waits. */
int batch_due(struct batch *b, const struct batch_env *env);
/* How many messages and answers wait. */
size_t batch_waiting(const struct batch *b);

#endif

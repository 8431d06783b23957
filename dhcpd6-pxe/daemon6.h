/* The running daemon: what it holds. */
#ifndef DAEMON6_H
#define DAEMON6_H

#include "batch6.h"
#include "dhcpcore.h"
#include "router.h"

struct daemon {
	struct dhcpcore core;
	struct leases leases;
	struct quotas quotas;
	struct loops loops;
	struct leasebook book;
	struct net net;
	struct router router;
	struct eventlog log;
	struct batch *batch;
	struct server server;
	struct stats stats;
};

/* Makes the server, and what is polled, follow d's rules, leases and addresses
 * as they are now. */
void daemon6_apply(struct daemon *d);
/* Reads it, for the first time, and sorts the leases into the ranges of these rules.
 * -1 and a sentence. */
int daemon6_read_leases(struct daemon *d, const struct config *c, char error[DHCPCORE_ERROR]);
/* Sorts them.  -1 when there is no memory. */
int daemon6_bind_leases(struct daemon *d, const struct rules *rules);
/* The longest time that any lease lasts, or a declined address rests. */
uint32_t daemon6_longest_s(const struct rules *rules);
void daemon6_close(struct daemon *d);

#endif

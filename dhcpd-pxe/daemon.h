/* The running daemon: what it holds. */
#ifndef DAEMON_H
#define DAEMON_H

#include "batch.h"
#include "dhcpcore.h"
#include "server.h"

struct daemon {
	struct dhcpcore core;
	struct leases leases;
	struct uuids uuids;
	struct loops loops;
	struct declines declines;
	struct shares shares;
	struct offerfile offers;
	struct names names; /* of server=, as they were at the start */
	struct net net;
	struct eventlog log;
	struct batch *batch;
	struct arpprobe probe;
	struct arpproxy proxies;
	struct rogue rogue;
	struct server server;
	struct stats stats;
};

/* Makes the server, and what is polled, follow d's rules, leases and addresses
 * as they are now. */
void daemon_apply(struct daemon *d);
/* Reads it, for the first time, and sorts the leases into the ranges of these rules.
 * -1 and a sentence. */
int daemon_read_leases(struct daemon *d, const struct config *c, char error[DHCPCORE_ERROR]);
void daemon_close(struct daemon *d);

#endif

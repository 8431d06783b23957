/* The running daemon: what it holds, and the steps of main.c. */
#ifndef DAEMON_H
#define DAEMON_H

#include "batch.h"
#include "config.h"
#include "server.h"

#define DAEMON_ERROR 512

struct daemon {
	const struct config_options *options;
	struct config *config;
	struct leases leases;
	struct uuids uuids;
	struct leasefile file;
	bool has_file;
	struct net net;
	struct note note;
	struct batch *batch;
	struct sniff sniff;
	struct probes probes;
	struct others others;
	struct server server;
	uint64_t look_ms;            /* when to look for missing hosts folders */
	int epoll, signals, watch;   /* watch: interfaces */
};

/* Interfaces, leases, sockets, in this order.  An enum exit_code (log.h),
 * EXIT_DONE when all is well, else with a sentence. */
int daemon_open(struct daemon *d, char error[DAEMON_ERROR]);
/* Only the rules, the hosts folders and the lease file stay reachable. */
int daemon_confine(const struct daemon *d, char error[DAEMON_ERROR]);
/* "br0 10.0.0.1 server 10.0.0.50-10.0.0.99, ..." */
void daemon_say_ready(const struct daemon *d);
/* Serves until SIGTERM or SIGINT; an enum exit_code. */
int daemon_run(struct daemon *d);
void daemon_close(struct daemon *d);

#endif

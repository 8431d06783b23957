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
	struct eventlog log;
	struct batch *batch;
	struct sniff sniff;
	struct arpprobe probe;
	struct rogue rogue;
	struct server server;
	bool unbound;              /* an interface has no sockets yet: another has its port */
	uint64_t look_ms;          /* when to look again for what is missing */
	uint64_t settle_ms;        /* when to look at interfaces that have changed; 0: none has */
	int epoll, signals, watch; /* watch: interfaces */
};

/* Interfaces, leases, sockets, in this order.  An enum exit_code (log.h),
 * EXIT_DONE when all is well, else with a sentence. */
int startup_open(struct daemon *d, char error[DAEMON_ERROR]);
/* Only the rules, the hosts folders and the lease file stay reachable. */
int startup_confine(const struct daemon *d, char error[DAEMON_ERROR]);
/* Serves until SIGTERM or SIGINT; an enum exit_code. */
int loop_run(struct daemon *d);
void daemon_close(struct daemon *d);

/* The loop hears of this descriptor (-1: there is none) until it is closed; again
 * does no harm.  -1 with errno. */
int daemon_poll(const struct daemon *d, int fd);
/* For the loop alone: SIGHUP. */
void reload_rules(struct daemon *d);
/* Opens the lease file when these rules are the first to need one, and sorts
 * the leases into their ranges.  -1 and a sentence. */
int daemon_open_leases(struct daemon *d, const struct config *c, char error[DAEMON_ERROR]);

#endif

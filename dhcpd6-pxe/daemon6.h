/* The running daemon: what it holds. */
#ifndef DAEMON6_H
#define DAEMON6_H

#include "batch6.h"
#include "clockset.h"
#include "config.h"
#include "control.h"
#include "router.h"

#define DAEMON_ERROR 512

struct daemon {
	struct config_options *options;
	struct config *config;
	struct leases leases;
	struct quotas quotas;
	struct loops loops;
	struct leasebook book;
	struct leasestore store;
	struct leasefile file;
	bool has_file, has_read; /* the lease file: it is open; it has been read */
	struct control control;
	struct reach reach; /* what is read again after chroot */
	struct net net;
	struct router router;
	struct eventlog log;
	struct batch *batch;
	struct server server;
	struct clockset clock;
	struct stats stats;
	struct metrics metrics;
	bool unbound;              /* an interface has no sockets yet: another server has its port */
	uint64_t look_ms;          /* when to look again for what is missing */
	uint64_t settle_ms;        /* when to look at interfaces that have changed; 0: none */
	int epoll, signals, watch; /* watch: interfaces */
};

/* Has the loop watch a descriptor (-1: there is none) until it is closed;
 * idempotent.  -1 with errno. */
int daemon6_poll(const struct daemon *d, int fd);
/* Makes the server, and what is polled, follow d's rules, leases and addresses
 * as they are now. */
void daemon6_apply(struct daemon *d);
/* Opens the lease file when these rules are the first to need one.  -1 and a
 * sentence. */
int daemon6_open_leases(struct daemon *d, const struct config *c, char error[DAEMON_ERROR]);
/* Reads it, for the first time, and sorts the leases into the ranges of these rules.
 * -1 and a sentence. */
int daemon6_read_leases(struct daemon *d, const struct config *c, char error[DAEMON_ERROR]);
/* Sorts them.  -1 when there is no memory. */
int daemon6_bind_leases(struct daemon *d, const struct rules *rules);
/* The longest time that any lease lasts, or a declined address rests. */
uint32_t daemon6_longest_s(const struct rules *rules);
void daemon6_close(struct daemon *d);

#endif

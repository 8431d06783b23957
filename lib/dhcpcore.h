/* What the daemons of both DHCP servers hold and do alike: rules, lease file, control
 * socket, clock, numbers.  The loop that serves them is dhcploop.h; what a message means
 * is each server's own. */
#ifndef DHCPCORE_H
#define DHCPCORE_H

#include "clockset.h"
#include "config.h"
#include "control.h"
#include "events.h"
#include "leasefile.h"
#include "leaselog.h"
#include "metrics.h"

#define DHCPCORE_ERROR 512

struct dhcpcore {
	const char *tool; /* its name, for messages */
	struct config_options *options;
	struct config *config;
	struct leasestore store; /* what the lease file holds; the server fills it in */
	struct leasefile file;
	bool has_file, has_read; /* the lease file: it is open; it has been read */
	struct leaselog *log;    /* of the lease file */
	struct control control;
	struct reach reach; /* what is read again after chroot */
	struct clockset clock;
	struct metrics metrics;
	const uint64_t *number;    /* of metrics.table */
	bool unbound;              /* an interface has no sockets yet: another server has its port */
	uint64_t look_ms;          /* when to look again for what is missing */
	uint64_t settle_ms;        /* when to look at interfaces that have changed; 0: none */
	int epoll, signals, watch; /* watch: interfaces */
};

/* Before everything else. */
void dhcpcore_init(struct dhcpcore *c, const char *tool, struct config_options *options);
/* While there are rights: the command of -x, signals, the file of -M.  Ends the program
 * when one cannot be had. */
void dhcpcore_open(struct dhcpcore *c, struct events *events, const struct priv_user *user);
/* Opens the lease file, and the control socket beside it, when these rules are the first
 * to need one.  -1 and a sentence. */
int dhcpcore_open_leases(struct dhcpcore *c, const struct config *rules, char error[DHCPCORE_ERROR]);
/* Reads it, if that was not done yet: 1; 0: there is nothing to read; -1 and a sentence. */
int dhcpcore_read_leases(struct dhcpcore *c, char error[DHCPCORE_ERROR]);
/* After a failure: as if there were none. */
void dhcpcore_close_leases(struct dhcpcore *c);
/* What all loops watch; -1 and a sentence. */
int dhcpcore_open_loop(struct dhcpcore *c, char error[DHCPCORE_ERROR]);
/* Has the loop watch a descriptor (-1: there is none) until it is closed; idempotent.
 * -1 with errno. */
int dhcpcore_poll(const struct dhcpcore *c, int fd);
/* Only the rules, the hosts directories, the lease file and the file of -M stay
 * reachable; -1 and a sentence. */
int dhcpcore_confine(struct dhcpcore *c, char error[DHCPCORE_ERROR]);
void dhcpcore_close(struct dhcpcore *c);

#endif

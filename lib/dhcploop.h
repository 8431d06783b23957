/* The loop of both DHCP servers: signals, interfaces and their changes, the clock, words
 * from -r, numbers, and the lease file, which is written anew a part at a turn. */
#ifndef DHCPLOOP_H
#define DHCPLOOP_H

#include "dhcpcore.h"

/* What is each server's own; `server` is the pointer that dhcploop_run was given, `now`
 * the wall clock in seconds, by which leases end. */
struct dhcploop {
	/* SIGHUP: gets the sockets that these rules need; -1 and a sentence. */
	int (*prepare)(void *server, struct config *next, char error[DHCPCORE_ERROR]);
	/* Reads the lease file if that was not done yet, and sorts the leases into the
	 * ranges of these rules; -1 and a sentence. */
	int (*leases)(void *server, const struct config *next, char error[DHCPCORE_ERROR]);
	/* One of these failed: all is to be as it was. */
	void (*restore)(void *server, const struct config *next);
	/* They are in force now (core.config), and old's are not. */
	void (*take)(void *server, const struct config *old);
	/* Logs what is served. */
	void (*say)(const void *server);
	/* Interfaces or addresses have changed. */
	void (*update)(void *server);
	/* While core.unbound, once a second: tries again to bind. */
	void (*retry)(void *server);
	/* Somebody has set the wall clock: leases move by so many seconds. */
	void (*shift)(void *server, int64_t by_s, int64_t now);
	/* Looks up the numbers that are not counted as things happen. */
	void (*count)(void *server);
	/* A word from -r; fills in the reply and returns its length. */
	size_t (*word)(void *server, int64_t now, const char *word, char reply[CONTROL_REPLY]);
	/* A descriptor of the server's own can be read. */
	void (*readable)(void *server, int64_t now, int fd);
	/* Does what is due; milliseconds until the next, -1: nothing will be. */
	int (*due)(void *server, int64_t now);
};

/* Serves until SIGTERM or SIGINT; an enum exit_code (log.h). */
int dhcploop_run(const struct dhcploop *loop, struct dhcpcore *core, void *server);

#endif

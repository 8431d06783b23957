/* The sockets of the interfaces that a DHCP server serves, as the interfaces come and go
 * and the rules change.  What kinds of sockets those are is the server's matter. */
#ifndef IFBIND_H
#define IFBIND_H

#include "config.h"

#define IFBIND_ERROR 512

struct ifbind {
	void *context; /* of the three */
	/* Gets the interface the sockets that it does not have yet; -1 and a sentence.
	 * `beside`: another server may have the port. */
	int (*bind)(void *context, const struct netif *iface, bool beside, char error[IFBIND_ERROR]);
	void (*drop)(void *context, int ifindex);
	/* How many sockets there are. */
	size_t (*count)(const void *context);
};

/* Sockets for all interfaces of c; warns of those that are served in part, or not yet.
 * -1 and a sentence: another server has the port. */
int ifbind_all(const struct ifbind *b, const struct config *c, char error[IFBIND_ERROR]);
/* Finds the interfaces of rules that are to be in force instead of old's, and gets them
 * sockets.  -1 and a sentence when they cannot be served. */
int ifbind_prepare(const struct ifbind *b, const struct config *old, struct config *next, char error[IFBIND_ERROR]);
/* Closes the sockets that only `other`, and not `keep`, has interfaces for. */
void ifbind_drop(const struct ifbind *b, const struct config *keep, const struct config *other);
/* Binds what has no socket yet; true if something was bound.  *unbound tells whether
 * something could not be; that is logged unless it was so before and `before` (NULL:
 * the same as now) had the interface too. */
bool ifbind_new(const struct ifbind *b, const struct config *c, const struct ifaces *before, bool *unbound);
/* Interfaces or addresses have changed: looks at them again, drops, and binds.  What they
 * were is in *before, for ifaces_free; false, and logged, if all is as it was. */
bool ifbind_update(const struct ifbind *b, struct config *c, struct ifaces *before, bool *unbound);

#endif

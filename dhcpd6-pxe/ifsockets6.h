/* Which interfaces are served, each with its sockets, as they come and go. */
#ifndef IFSOCKETS6_H
#define IFSOCKETS6_H

#include "daemon6.h"

/* At the start.  What -i names must be there; what the rules name may come
 * later.  An enum exit_code, and a sentence unless it is EXIT_DONE. */
int ifsockets6_open(struct daemon *d, char error[DHCPCORE_ERROR]);
/* Finds the interfaces of rules that are to be in force next, and gets them
 * sockets.  -1 and a sentence when they cannot be served. */
int ifsockets6_prepare(struct daemon *d, struct config *next, char error[DHCPCORE_ERROR]);
/* Those rules are not to be in force after all: puts the sockets back as they were. */
void ifsockets6_restore(struct daemon *d, const struct config *next);
/* Closes the sockets that only `other`, and not `keep`, has interfaces for. */
void ifsockets6_drop(struct daemon *d, const struct config *keep, const struct config *other);
/* Interfaces or addresses have changed. */
void ifsockets6_update(struct daemon *d);
/* Tries again to bind what could not be bound; while core.unbound, once a second. */
void ifsockets6_retry(struct daemon *d);
/* "ready: br0 fd00:77::1 server for fd00:77::/64 range ..." */
void ifsockets6_say(const struct daemon *d);
/* Router advertisements follow the interfaces and rules as they are; what cannot be is
 * logged. */
void ifsockets6_route(struct daemon *d);
struct router_env ifsockets6_router_env(struct daemon *d);

#endif

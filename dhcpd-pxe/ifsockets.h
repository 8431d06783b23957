/* Which interfaces are served, each with its sockets, as they come and go. */
#ifndef IFSOCKETS_H
#define IFSOCKETS_H

#include "daemon.h"

/* At the start.  What -i names must be there; what the rules name may come
 * later.  An enum exit_code, and a sentence unless it is EXIT_DONE. */
int ifsockets_open(struct daemon *d, char error[DHCPCORE_ERROR]);
/* Finds the interfaces of rules that are to be in force next, and gets them
 * sockets.  -1 and a sentence when they cannot be served. */
int ifsockets_prepare(struct daemon *d, struct config *next, char error[DHCPCORE_ERROR]);
/* Those rules are not to be in force after all: puts the sockets back as they were. */
void ifsockets_restore(struct daemon *d, const struct config *next);
/* Closes the sockets that only `other`, and not `keep`, has interfaces for. */
void ifsockets_drop(struct daemon *d, const struct config *keep, const struct config *other);
/* Interfaces or addresses have changed. */
void ifsockets_update(struct daemon *d);
/* Tries again to bind what could not be bound; while core.unbound, once a second. */
void ifsockets_retry(struct daemon *d);
/* "ready: br0 10.0.0.1 server for 10.0.0.0/24 range ..." */
void ifsockets_say(const struct daemon *d);

#endif

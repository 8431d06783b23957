/* From the options to a daemon that is ready to serve: interfaces, leases and
 * sockets while there are rights, then what stays reachable without them. */
#ifndef STARTUP6_H
#define STARTUP6_H

#include "daemon6.h"

/* Interfaces, sockets, leases, in this order.  An enum exit_code (log.h),
 * EXIT_DONE when all is well, else with a sentence. */
int startup6_open(struct daemon *d, char error[DHCPCORE_ERROR]);

#endif

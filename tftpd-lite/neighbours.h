/* Ethernet addresses of clients on our links, as the kernel's neighbour table has them. */
#ifndef NEIGHBOURS_H
#define NEIGHBOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"

/* A descriptor to ask with, -1 with errno. */
int neighbours_open(void);
/* False when it is not in the table: behind a router, or asked too soon. */
bool neighbours_find(int fd, const struct addr *a, uint8_t mac[6]);

#endif

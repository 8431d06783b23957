/* Where a reply goes (RFC 2131, section 4.1): decided by reply.c, done by netio.c. */
#ifndef TARGET_H
#define TARGET_H

#include <stdint.h>

enum target_way {
	TARGET_ROUTED,    /* UDP to addr:port, by the kernel's routes and ARP */
	TARGET_BROADCAST, /* UDP to everybody on the link */
	TARGET_FRAME      /* to the client's hardware address: it has no IP address yet */
};

struct target {
	enum target_way way;
	uint32_t addr;
	uint16_t port;
};

#endif

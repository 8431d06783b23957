/* An answer as bytes.  Pure. */
#ifndef REPLY_H
#define REPLY_H

#include "answer.h"

#define REPLY_MAX 1472 /* an Ethernet frame's worth, less IP and UDP */

/* The message; 0 when even its header does not fit.  Options for which there
 * was no room are counted in *left_out. */
size_t reply_write(const struct answer *a, uint8_t out[REPLY_MAX], unsigned *left_out);

/* Where it goes. */
enum reply_way {
	REPLY_ROUTED,    /* UDP to addr:port, by the kernel's routes and ARP */
	REPLY_BROADCAST, /* UDP to all on the link */
	REPLY_FRAME      /* to the client's hardware address: it has no IP address yet */
};
struct reply_target {
	enum reply_way way;
	uint32_t addr;
	uint16_t port;
};
/* RFC 2131, section 4.1; `can_frame`: raw frames can be sent. */
void reply_target(const struct answer *a, bool can_frame, struct reply_target *out);

#endif

/* Negotiates the options a client asks for (RFC 2347 to 2349, 7440).  Pure. */
#ifndef NEGOTIATE_H
#define NEGOTIATE_H

#include <stdbool.h>
#include <stdint.h>

#include "tftp.h"
#include "xfer.h"

#define NEGOTIATE_WINDOW 64     /* default cap of windowsize */
#define NEGOTIATE_FLIGHT 262144 /* bytes in flight: what a socket's buffer holds */

struct negotiate_limits {
	uint32_t blksize; /* caps */
	uint32_t windowsize;
	uint32_t give_up_ms;
	bool size_known; /* reads: `size` is what will be sent */
	uint64_t size;
};

/* The terms of a transfer, and in *oack exactly those asked options that are
 * accepted. */
void negotiate_options(const struct tftp_packet *request, const struct negotiate_limits *limits,
    struct xfer_terms *terms, struct tftp_options *oack);

/* The largest blksize whose DATA packets cross a link of this MTU unfragmented. */
uint32_t negotiate_blksize_for_mtu(uint32_t mtu, bool ip6);

#endif

/*
 * Machines that boot over IPv6, which -r and -w do not follow: they are told apart, so
 * that each gets a verdict that says so.  Pure.
 */
#ifndef V6SEEN_H
#define V6SEEN_H

#include "packet.h"

#define V6SEEN_MACHINES 256 /* further ones are not counted */

struct v6seen {
	uint8_t mac[V6SEEN_MACHINES][6];
	size_t n;
};

/* When this packet is the first of a machine that asks for what to boot: "pxe-v6",
 * "http-v6" or "ipxe-v6", and its MAC is the last in the list.  Else NULL. */
const char *v6seen_take(struct v6seen *s, const struct packet *p);

#endif

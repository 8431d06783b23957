/*
 * The sockets transfers are answered from.  Each transfer gets a port of its
 * own while there are few; those that come then share one, since a client is
 * known by its own address and port, and what comes in and goes out through
 * one socket costs few system calls.
 */
#ifndef PORTS_H
#define PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "udp_send.h"

#define PORTS_OWN 8 /* sockets an address of ours; more only when their buffers are too small */
#define PORTS_EACH 64

struct transfer;

struct port {
	struct udp_socket socket;
	struct transfer *only; /* the one transfer on it, as long as there is no other */
	struct addr local;     /* of a listener: not used */
	bool listener;         /* requests come in here; never closed by us */
	unsigned used;         /* transfers on it */
	uint64_t empty_ms;     /* nothing had come that was not taken in, at that time */
	struct port *next;
};

struct ports {
	uint16_t lo, hi;     /* 0: whatever is free */
	struct udp_out *out; /* borrowed: flushed before a socket closes */
	struct port *open, *closed;
};

/* One more transfer on a socket bound to this address.  NULL with errno. */
struct port *ports_get(struct ports *p, const struct addr *local);
/* One less.  A socket nobody uses is closed; its struct lives until
 * ports_sweep, as what has come for it may wait for its turn. */
void ports_put(struct ports *p, struct port *port);
void ports_sweep(struct ports *p);

#endif

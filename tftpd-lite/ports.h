/*
 * The sockets that transfers are answered from.  Each transfer gets a port of
 * its own while there are few; later ones share a port, since a client is known
 * by its own address and port, and one socket takes and sends many datagrams
 * per system call.
 */
#ifndef PORTS_H
#define PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "udp_send.h"

#define PORTS_OWN 8 /* sockets per address of ours; more only when their buffers are too small */
#define PORTS_EACH 64

struct transfer;

struct port {
	struct udp_socket socket;
	struct transfer *only; /* the transfer on it while there is no other */
	struct addr local;     /* unused for a listener */
	bool listener;         /* requests come in here; never closed */
	unsigned used;         /* transfers on it */
	uint64_t empty_ms;     /* when it was last known to be empty */
	struct port *next;
};

struct ports {
	uint16_t lo, hi;     /* 0: whatever is free */
	struct udp_out *out; /* borrowed: flushed before a socket closes */
	struct port *open, *closed;
};

/* One more transfer on a socket bound to this address.  NULL with errno. */
struct port *ports_get(struct ports *p, const struct addr *local);
/* One less.  A socket without transfers is closed; its struct lives until
 * ports_sweep, as a poll result may still point at it. */
void ports_put(struct ports *p, struct port *port);
void ports_sweep(struct ports *p);

#endif

/*
 * Answers that wait: for the delay= of their boot line, or until the ARP probe
 * of their address is over.  Sorted by when they are due.
 */
#ifndef PENDING_H
#define PENDING_H

#include "net.h"

#define PENDING_MAX 4096 /* about 10 MiB */

/* An answer, and the message that it answers. */
struct pending {
	uint64_t due_ms;
	uint32_t probed; /* the address that is being probed; 0: none */
	bool again;      /* look at the message again when it is due */
	bool late;       /* it has waited for its delay= by then */
	uint8_t mac[6];  /* the client's */
	struct net_out out;
	uint16_t port;    /* that the message came to */
	struct net_in in; /* its data points behind this */
	uint8_t bytes[];
};

struct pending_queue {
	struct pending **item; /* a heap: the next is the first */
	size_t n, room;
};

/* Keeps a copy; NULL when there are too many, or no memory. */
struct pending *
pending_add(struct pending_queue *q, uint64_t due_ms, const struct net_out *out, const struct net_in *in);
/* When the next is due; UINT64_MAX when nothing waits. */
uint64_t pending_next(const struct pending_queue *q);
/* Takes the next out; the caller frees it. */
struct pending *pending_take(struct pending_queue *q);
/* Takes out the one whose address is being probed; NULL if there is none. */
struct pending *pending_take_probed(struct pending_queue *q, uint32_t addr);
/* The client takes another server's offer: what waits for the delay= need not. */
void pending_drop_late(struct pending_queue *q, const uint8_t mac[6]);
void pending_free(struct pending_queue *q);

#endif

/* The running transfers: found by client and by our address, and by what is due next. */
#ifndef TRANSFERS_H
#define TRANSFERS_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "hashtab.h"
#include "tftp.h"
#include "xfer.h"

struct port;
struct download;
struct upload;

struct transfer {
	/* what each packet needs, on three or four cache lines: with
	 * thousands of transfers each of them is a miss */
	struct xfer x;
	struct addr peer;
	struct port *port;           /* the socket it is answered from */
	struct hashtab_node by_peer; /* in the hash table */
	uint64_t due_ms;             /* in the heap; never later than its deadline, after transfers_reschedule */
	struct download *download;   /* reads; owned */

	struct upload *upload; /* uploads; owned */
	size_t place;          /* in the heap */
	struct addr local;     /* the address of ours that was asked; port 0 */
	struct tftp_options oack;
	bool waiting;                   /* has not been answered yet (amplification.h) */
	struct transfer *older, *newer; /* of those that wait, in the order in which they began */
	size_t first_len;               /* bytes of what it was sent first, and again until it answers */
	bool reported;
	uint64_t request; /* a hash of the request, to recognize a repetition */
	uint64_t started_ms;
	uint64_t size; /* reads: of the file */
	char *asked;   /* the name as the client wrote it; owned */
	char *path;    /* what that became, below the root; owned */
};

struct transfers;
/* Until its client answers for the first time. */
void transfers_await(struct transfers *t, struct transfer *x);
void transfers_heard(struct transfers *t, struct transfer *x);
/* The one that has waited longest; NULL if all were answered. */
struct transfer *transfers_longest_waiting(const struct transfers *t);

struct transfers *transfers_new(void);
/* The transfers in it must have been removed. */
void transfers_free(struct transfers *t);
size_t transfers_count(const struct transfers *t);

struct transfer *transfers_find(const struct transfers *t, const struct addr *peer, const struct addr *local);
/* The one of this client on this socket. */
struct transfer *transfers_find_on(const struct transfers *t, const struct addr *peer, const struct port *port);
/* -1 without memory. */
int transfers_add(struct transfers *t, struct transfer *x);
void transfers_remove(struct transfers *t, struct transfer *x);
/* To be called when its deadline may have changed; a later one costs nothing. */
void transfers_reschedule(struct transfers *t, struct transfer *x);
/* The one that is due first; NULL if there is none. */
struct transfer *transfers_next_due(struct transfers *t);
/* The i-th of them, in no particular order. */
struct transfer *transfers_at(const struct transfers *t, size_t i);

#endif

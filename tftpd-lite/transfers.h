/* The running transfers: found by who is talking to which of our addresses, and by what is due. */
#ifndef TRANSFERS_H
#define TRANSFERS_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "tftp.h"
#include "xfer.h"

struct port;
struct source;
struct sink;

struct transfer {
	/* what each packet needs, on three or four lines of the cache: with
	 * thousands of transfers each of them is a miss */
	struct xfer x;
	struct addr peer;
	struct port *port;     /* the socket it is answered from */
	struct transfer *next; /* in its bucket */
	uint64_t due_ms;       /* in the heap; its deadline is not earlier, once table_moved was told */
	struct source *source; /* reads; owned */

	struct sink *sink; /* uploads; owned */
	size_t place;      /* in the heap */
	struct addr local; /* the address of ours that was asked; port 0 */
	struct tftp_options oack;
	bool waiting; /* counted as unanswered (amplification.h) */
	bool reported;
	uint64_t request; /* a hash of the request, to know it again */
	uint64_t started_ms;
	uint64_t size; /* reads: of the file */
	char *asked;   /* the name as the client wrote it; owned */
	char *path;    /* what it became, below the root; owned */
};

struct table;
struct table *table_new(void);
/* The transfers in it must have been removed. */
void table_free(struct table *t);
size_t table_count(const struct table *t);

struct transfer *table_find(const struct table *t, const struct addr *peer, const struct addr *local);
/* The one with this client on this socket. */
struct transfer *table_find_on(const struct table *t, const struct addr *peer, const struct port *port);
/* -1 without memory. */
int table_add(struct table *t, struct transfer *x);
void table_remove(struct table *t, struct transfer *x);
/* Its deadline may have changed; one that is later costs nothing. */
void table_moved(struct table *t, struct transfer *x);
/* The one that is due first; NULL when there is none. */
struct transfer *table_first(struct table *t);
/* Any one of them, to walk while removing. */
struct transfer *table_any(const struct table *t, size_t i);

#endif

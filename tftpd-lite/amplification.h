/*
 * The limit on amplification: how much an address is sent before it answers.  A
 * request may forge its source, so until then an address is sent at most
 * AMPLIFICATION_TIMES the bytes that came in its name (RFC 9000, section 8.1),
 * repetitions included.  An OACK is no longer than its request; the first block of
 * a file is, for which a client without options gets a loan.  What cannot be paid
 * for waits.  Each answer proves the address and pays for more transfers: a room
 * full of machines behind one address is served after a few round trips.
 * Sizes are those of the datagrams' contents.
 */
#ifndef AMPLIFICATION_H
#define AMPLIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

#define AMPLIFICATION_TIMES 3
#define AMPLIFICATION_LOAN 516     /* a block and its header, for whom requests cannot pay for one yet, */
#define AMPLIFICATION_LOAN_MS 1000 /* once in this time: the first may get lost */
#define AMPLIFICATION_PER_ANSWER (6 * AMPLIFICATION_LOAN)
#define AMPLIFICATION_CREDIT_MAX (4096 * AMPLIFICATION_LOAN) /* what its answers can earn */
#define AMPLIFICATION_KEEP_MS 60000                          /* an address is remembered after its last request */
#define AMPLIFICATION_PEERS 65536                            /* so many; then the one that was quiet longest goes */
#define AMPLIFICATION_WAIT_MS 1000                           /* a deferred request: by then its client repeats it */
#define AMPLIFICATION_DEFERRED_MAX (4 * 1024 * 1024)         /* bytes of all deferred requests */

struct amplification;
struct amplification *amplification_new(void);
void amplification_free(struct amplification *p);

/* A request of so many bytes came.  -1 without memory. */
int amplification_received(struct amplification *p, const struct addr *who, size_t bytes, uint64_t now_ms);

/* A transfer that is to begin. */
struct amplification_first {
	const struct addr *who;
	size_t bytes;     /* of its first datagram; to ask, 0 if its own request pays for that */
	uint64_t request; /* a hash of the request: the same one twice gets no second loan */
};

/* Whether another transfer may begin, and whether one that its address has not
 * answered may send so many bytes again. */
bool amplification_may_begin(struct amplification *p, const struct amplification_first *f, uint64_t now_ms);
bool amplification_may_repeat(struct amplification *p, const struct addr *who, size_t bytes);

/* A transfer began and sends its first datagram. */
void amplification_begin(struct amplification *p, const struct amplification_first *f, uint64_t now_ms);
/* It sends it again before it has answered. */
void amplification_repeat(struct amplification *p, const struct amplification_first *f, uint64_t now_ms);
/* Somebody is sent something else, an error. */
void amplification_spend(struct amplification *p, const struct addr *who, size_t bytes);
/* It answered for the first time, after it was sent so many bytes. */
void amplification_answered(struct amplification *p, const struct addr *who, size_t bytes);
/* A transfer ended without an answer. */
void amplification_drop(struct amplification *p, const struct addr *who);

/* A request that has to wait.  `where` is the caller's. */
struct amplification_deferred {
	struct amplification_deferred *next;
	struct addr from, to;
	void *where;
	uint64_t came_ms;
	size_t need; /* bytes of its first datagram */
	size_t len;
	uint8_t bytes[];
};
/* Takes it over; -1: there are too many, and the caller still owns it. */
int amplification_defer(struct amplification *p, struct amplification_deferred *r);
/* One that may begin now, NULL if none; the caller frees it. */
struct amplification_deferred *amplification_next(struct amplification *p, uint64_t now_ms);

#endif

/*
 * The limit on amplification: how much an address is sent before it answers.
 * A request may forge its source, so an address that has never answered gets
 * AMPLIFICATION_CREDIT datagrams, and its further requests wait.  Each answer
 * proves the address and lets AMPLIFICATION_PER_ANSWER more transfers begin:
 * a room full of machines behind one address is served after a few round trips.
 */
#ifndef AMPLIFICATION_H
#define AMPLIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

#define AMPLIFICATION_CREDIT 6
#define AMPLIFICATION_RESERVED 2     /* of these are for first datagrams, not for repetitions */
#define AMPLIFICATION_REFILL_MS 5000 /* until one of them is granted again */
#define AMPLIFICATION_PER_ANSWER 6
#define AMPLIFICATION_CREDIT_MAX 4096                /* what its answers can earn */
#define AMPLIFICATION_KEEP_MS 60000                  /* an address is remembered after its last request */
#define AMPLIFICATION_WAIT_MS 1000                   /* a deferred request: by then its client repeats it */
#define AMPLIFICATION_DEFERRED_MAX (4 * 1024 * 1024) /* bytes of all deferred requests */

struct amplification;
struct amplification *amplification_new(void);
void amplification_free(struct amplification *p);

/* Whether another transfer of this address may begin, and whether one that it
 * has not answered may be sent again. */
bool amplification_may_begin(struct amplification *p, const struct addr *who, uint64_t now_ms);
bool amplification_may_repeat(struct amplification *p, const struct addr *who, uint64_t now_ms);

/* A transfer began and sends its first datagram; -1 without memory. */
int amplification_begin(struct amplification *p, const struct addr *who, uint64_t now_ms);
/* Another datagram is sent before it has answered. */
void amplification_spend(struct amplification *p, const struct addr *who);
/* It answered for the first time, after `sent` datagrams. */
void amplification_answered(struct amplification *p, const struct addr *who, unsigned sent);
/* A transfer ended without an answer. */
void amplification_drop(struct amplification *p, const struct addr *who);

/* A request that has to wait.  `where` is the caller's. */
struct amplification_deferred {
	struct amplification_deferred *next;
	struct addr from, to;
	void *where;
	uint64_t came_ms;
	size_t len;
	uint8_t bytes[];
};
/* Takes it over; -1: there are too many, and the caller still owns it. */
int amplification_defer(struct amplification *p, struct amplification_deferred *r);
/* One that may begin now, NULL if none; the caller frees it. */
struct amplification_deferred *amplification_next(struct amplification *p, uint64_t now_ms);

#endif

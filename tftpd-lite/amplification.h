/*
 * What each address may be sent before it answers.  Anybody can ask in the
 * name of somebody else: who has never answered gets AMPLIFICATION_CREDIT datagrams, and
 * further requests wait.  Each transfer that is answered proves the address,
 * and lets AMPLIFICATION_PER_ANSWER others begin: a room full of machines behind one address
 * is served after a few round trips.
 */
#ifndef AMPLIFICATION_H
#define AMPLIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

#define AMPLIFICATION_CREDIT 6
#define AMPLIFICATION_RESERVED 2     /* of these are for first answers, not for repetitions */
#define AMPLIFICATION_REFILL_MS 5000 /* one more of AMPLIFICATION_CREDIT, each */
#define AMPLIFICATION_PER_ANSWER 6
#define AMPLIFICATION_CREDIT_MAX 4096                /* at most so many are unanswered of an address */
#define AMPLIFICATION_KEEP_MS 60000                  /* an address is known after it was last heard of */
#define AMPLIFICATION_WAIT_MS 1000                   /* a request: by then its client repeats it */
#define AMPLIFICATION_DEFERRED_MAX (4 * 1024 * 1024) /* bytes that all waiting requests take */

struct amplification;
struct amplification *amplification_new(void);
void amplification_free(struct amplification *p);

/* Another transfer of this address may begin, or one that it has not answered
 * be repeated. */
bool amplification_may_begin(struct amplification *p, const struct addr *who, uint64_t now_ms);
bool amplification_may_repeat(struct amplification *p, const struct addr *who, uint64_t now_ms);

/* A transfer began, whose first datagram was sent; -1 without memory. */
int amplification_begin(struct amplification *p, const struct addr *who, uint64_t now_ms);
/* Another datagram of it was sent. */
void amplification_spend(struct amplification *p, const struct addr *who);
/* It was answered for the first time, after `sent` datagrams. */
void amplification_answered(struct amplification *p, const struct addr *who, unsigned sent);
/* It ended unanswered. */
void amplification_drop(struct amplification *p, const struct addr *who);

/* A request that has to wait.  `where` is not looked at. */
struct amplification_deferred {
	struct amplification_deferred *next;
	struct addr from, to;
	void *where;
	uint64_t came_ms;
	size_t len;
	uint8_t bytes[];
};
/* Takes it over; -1: there are too many, and it remains the caller's. */
int amplification_defer(struct amplification *p, struct amplification_deferred *r);
/* One that may begin now; the caller frees it. */
struct amplification_deferred *amplification_next(struct amplification *p, uint64_t now_ms);

#endif

/*
 * What each address may be sent before it answers.  Anybody can ask in the
 * name of somebody else: who has never answered gets PEERS_FEW datagrams, and
 * further requests wait.  Each transfer that is answered proves the address,
 * and lets PEERS_MORE others begin: a room full of machines behind one address
 * is served after a few round trips.
 */
#ifndef AMPLIFICATION_H
#define AMPLIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

#define PEERS_FEW 6
#define PEERS_FIRST 2       /* of these are for first answers, not for repetitions */
#define PEERS_AGAIN_MS 5000 /* one more of PEERS_FEW, each */
#define PEERS_MORE 6
#define PEERS_MOST 4096              /* at most so many are unanswered of an address */
#define PEERS_KEEP_MS 60000          /* an address is known after it was last heard of */
#define PEERS_WAIT_MS 1000           /* a request: by then its client repeats it */
#define PEERS_ROOM (4 * 1024 * 1024) /* bytes that all waiting requests take */

struct peers;
struct peers *peers_new(void);
void peers_free(struct peers *p);

/* Another transfer of this address may begin, or one that it has not answered
 * be repeated. */
bool peers_may_begin(struct peers *p, const struct addr *who, uint64_t now_ms);
bool peers_may_repeat(struct peers *p, const struct addr *who, uint64_t now_ms);

/* A transfer began, whose first datagram was sent; -1 without memory. */
int peers_begin(struct peers *p, const struct addr *who, uint64_t now_ms);
/* Another datagram of it was sent. */
void peers_spend(struct peers *p, const struct addr *who);
/* It was answered for the first time, after `sent` datagrams. */
void peers_answered(struct peers *p, const struct addr *who, unsigned sent);
/* It ended unanswered. */
void peers_drop(struct peers *p, const struct addr *who);

/* A request that has to wait.  `where` is not looked at. */
struct peers_request {
	struct peers_request *next;
	struct addr from, to;
	void *where;
	uint64_t came_ms;
	size_t len;
	uint8_t bytes[];
};
/* Takes it over; -1: there are too many, and it remains the caller's. */
int peers_put_off(struct peers *p, struct peers_request *r);
/* One that may begin now; the caller frees it. */
struct peers_request *peers_next(struct peers *p, uint64_t now_ms);

#endif

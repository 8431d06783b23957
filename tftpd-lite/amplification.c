#include "amplification.h"

#include <stdlib.h>

#include "hashtab.h"

#define SWEEP 2 /* addresses looked at for each request: more than it can add */
#define RESERVED (2 * AMPLIFICATION_LOAN)

struct peer {
	struct addr who;
	size_t waiting;    /* its unanswered transfers */
	uint64_t received; /* bytes of its requests */
	int64_t credit;    /* bytes it may be sent before it answers; loans make it negative */
	uint64_t used_ms, loan_ms;
	uint64_t loan_request; /* the request that got the last loan */
	bool lent;
	bool ready;                                   /* in the list of those whose requests may begin */
	struct amplification_deferred *first, **last; /* deferred, the oldest first */
	struct peer *next_ready;
	struct peer *newer, *older; /* in the order of their last requests */
	struct hashtab_node by_host;
};

struct amplification {
	struct hashtab by_host;
	struct peer *newest, *oldest;
	size_t peers;
	struct peer *ready;
	size_t room; /* bytes of all deferred requests */
};

struct amplification *
amplification_new(void)
{
	return calloc(1, sizeof(struct amplification));
}

/* ---- deferred requests of one address ---------------------------------- */

static size_t
deferred_bytes(const struct amplification_deferred *r)
{
	return sizeof(*r) + r->len;
}

static struct amplification_deferred *
pop_deferred(struct amplification *p, struct peer *e)
{
	struct amplification_deferred *r = e->first;

	if (!r)
		return NULL;
	e->first = r->next;
	if (!e->first)
		e->last = &e->first;
	p->room -= deferred_bytes(r);
	return r;
}

static void
expire_deferred(struct amplification *p, struct peer *e, uint64_t now_ms)
{
	while (e->first && now_ms - e->first->came_ms > AMPLIFICATION_WAIT_MS)
		free(pop_deferred(p, e));
}

static void
mark_ready(struct amplification *p, struct peer *e)
{
	if (!e->first || e->ready || e->credit < (int64_t)e->first->need)
		return;
	e->ready = true;
	e->next_ready = p->ready;
	p->ready = e;
}

/* ---- addresses --------------------------------------------------------- */

static void
unlink_peer(struct amplification *p, struct peer *e)
{
	*(e->newer ? &e->newer->older : &p->newest) = e->older;
	*(e->older ? &e->older->newer : &p->oldest) = e->newer;
}

static void
link_newest(struct amplification *p, struct peer *e)
{
	e->newer = NULL;
	e->older = p->newest;
	*(p->newest ? &p->newest->newer : &p->oldest) = e;
	p->newest = e;
}

static void
forget_peer(struct amplification *p, struct peer *e)
{
	unlink_peer(p, e);
	hashtab_remove(&p->by_host, &e->by_host);
	while (e->first)
		free(pop_deferred(p, e));
	free(e);
	p->peers--;
}

void
amplification_free(struct amplification *p)
{
	while (p->newest)
		forget_peer(p, p->newest);
	hashtab_free(&p->by_host);
	free(p);
}

static struct peer *
find_peer(struct amplification *p, const struct addr *who)
{
	struct hashtab_node *node = hashtab_first(&p->by_host, addr_hash_host(who));

	for (; node; node = hashtab_next(node)) {
		struct peer *e = HASHTAB_ENTRY(node, struct peer, by_host);

		if (addr_same_host(&e->who, who))
			return e;
	}
	return NULL;
}

/* Forgets those that were quiet longest, a few at a time.  One whose transfers wait
 * stays, unless there are too many. */
static void
sweep_peers(struct amplification *p, uint64_t now_ms)
{
	for (int i = 0; i < SWEEP && p->oldest; i++) {
		struct peer *e = p->oldest;
		bool quiet = now_ms - e->used_ms >= AMPLIFICATION_KEEP_MS;

		if (e->ready || (!quiet && p->peers < AMPLIFICATION_PEERS))
			return;
		if (e->waiting && p->peers < AMPLIFICATION_PEERS) {
			unlink_peer(p, e);
			link_newest(p, e);
		} else {
			forget_peer(p, e);
		}
	}
}

static struct peer *
find_or_add_peer(struct amplification *p, const struct addr *who, uint64_t now_ms)
{
	struct peer *e;

	sweep_peers(p, now_ms);
	e = find_peer(p, who);
	if (!e) {
		e = malloc(sizeof(*e));
		if (!e)
			return NULL;
		*e = (struct peer){ .who = *who };
		if (hashtab_add(&p->by_host, &e->by_host, addr_hash_host(who)) < 0) {
			free(e);
			return NULL;
		}
		e->last = &e->first;
		p->peers++;
	} else {
		unlink_peer(p, e);
	}
	e->used_ms = now_ms;
	link_newest(p, e);
	return e;
}

/* ---- credit ------------------------------------------------------------ */

static void
grant(struct peer *e, uint64_t bytes)
{
	e->credit += (int64_t)bytes;
	if (e->credit > AMPLIFICATION_CREDIT_MAX)
		e->credit = AMPLIFICATION_CREDIT_MAX;
}

/* Whoever has asked for enough to pay for a block gets none for the same request: a
 * flood is answered with what it pays for, and a machine that cannot hear us leaves
 * the loan to others behind its address. */
static bool
gets_loan(const struct peer *e, uint64_t request, uint64_t now_ms)
{
	bool due = !e->lent || now_ms - e->loan_ms >= AMPLIFICATION_LOAN_MS;

	return due && (e->received * AMPLIFICATION_TIMES < AMPLIFICATION_LOAN || request != e->loan_request);
}

int
amplification_received(struct amplification *p, const struct addr *who, size_t bytes, uint64_t now_ms)
{
	struct peer *e = find_or_add_peer(p, who, now_ms);

	if (!e)
		return -1;
	e->received += bytes;
	grant(e, AMPLIFICATION_TIMES * (uint64_t)bytes);
	mark_ready(p, e);
	return 0;
}

bool
amplification_may_begin(struct amplification *p, const struct amplification_first *f, uint64_t now_ms)
{
	const struct peer *e = find_peer(p, f->who);

	return e && (f->bytes == 0 || e->credit >= (int64_t)f->bytes || gets_loan(e, f->request, now_ms));
}

/* A machine that cannot hear us keeps others behind its address from nothing. */
bool
amplification_may_repeat(struct amplification *p, const struct addr *who, size_t bytes)
{
	const struct peer *e = find_peer(p, who);
	uint64_t reserved = 0;

	if (!e)
		return false;
	if (e->waiting > 1)
		reserved = e->received < RESERVED ? e->received : RESERVED;
	return e->credit >= (int64_t)(bytes + reserved);
}

static struct peer *
pay(struct amplification *p, const struct amplification_first *f, uint64_t now_ms)
{
	struct peer *e = find_peer(p, f->who);

	if (!e)
		return NULL;
	if (e->credit < (int64_t)f->bytes) {
		e->lent = true;
		e->loan_ms = now_ms;
		e->loan_request = f->request;
	}
	e->credit -= (int64_t)f->bytes;
	return e;
}

void
amplification_begin(struct amplification *p, const struct amplification_first *f, uint64_t now_ms)
{
	struct peer *e = pay(p, f, now_ms);

	if (e)
		e->waiting++;
}

void
amplification_repeat(struct amplification *p, const struct amplification_first *f, uint64_t now_ms)
{
	pay(p, f, now_ms);
}

void
amplification_spend(struct amplification *p, const struct addr *who, size_t bytes)
{
	struct peer *e = find_peer(p, who);

	if (e)
		e->credit -= (int64_t)bytes;
}

void
amplification_answered(struct amplification *p, const struct addr *who, size_t bytes)
{
	struct peer *e = find_peer(p, who);

	if (!e)
		return;
	e->waiting -= e->waiting > 0;
	e->lent = false;
	if (e->credit < 0)
		e->credit = 0;
	grant(e, bytes + AMPLIFICATION_PER_ANSWER);
	mark_ready(p, e);
}

void
amplification_drop(struct amplification *p, const struct addr *who)
{
	struct peer *e = find_peer(p, who);

	if (e)
		e->waiting -= e->waiting > 0;
}

/* ---- requests ---------------------------------------------------------- */

int
amplification_defer(struct amplification *p, struct amplification_deferred *r)
{
	struct peer *e = find_or_add_peer(p, &r->from, r->came_ms);

	if (!e)
		return -1;
	expire_deferred(p, e, r->came_ms);
	if (p->room + deferred_bytes(r) > AMPLIFICATION_DEFERRED_MAX)
		return -1;
	p->room += deferred_bytes(r);
	r->next = NULL;
	*e->last = r;
	e->last = &r->next;
	return 0;
}

struct amplification_deferred *
amplification_next(struct amplification *p, uint64_t now_ms)
{
	struct peer *e;

	while ((e = p->ready)) {
		expire_deferred(p, e, now_ms);
		if (e->first && e->credit >= (int64_t)e->first->need)
			return pop_deferred(p, e);
		e->ready = false;
		p->ready = e->next_ready;
	}
	return NULL;
}

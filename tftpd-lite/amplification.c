#include "amplification.h"

#include <stdlib.h>

#include "hashtab.h"

#define SWEEP 2 /* addresses looked at for each request: more than it can add */

struct peer {
	struct addr who;
	size_t waiting;  /* its unanswered transfers */
	unsigned credit; /* datagrams it may be sent before it answers */
	uint64_t refilled_ms, used_ms;
	struct amplification_deferred *first, **last; /* deferred, the oldest first */
	bool ready;                                   /* in the list of those whose requests may begin */
	struct peer *next, *next_ready;
	struct hashtab_node by_host;
};

struct amplification {
	struct hashtab by_host;
	struct peer *all, **hand; /* all addresses; where the sweep goes on */
	struct peer *ready;
	size_t room; /* bytes of all deferred requests */
};

struct amplification *
amplification_new(void)
{
	struct amplification *p = calloc(1, sizeof(*p));

	if (p)
		p->hand = &p->all;
	return p;
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

/* ---- addresses --------------------------------------------------------- */

static void
free_peer(struct amplification *p, struct peer *e)
{
	while (e->first)
		free(pop_deferred(p, e));
	free(e);
}

void
amplification_free(struct amplification *p)
{
	while (p->all) {
		struct peer *next = p->all->next;

		free_peer(p, p->all);
		p->all = next;
	}
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

/* Forgets old addresses, a few at a time. */
static void
sweep_peers(struct amplification *p, uint64_t now_ms)
{
	for (int i = 0; i < SWEEP; i++) {
		struct peer *e = *p->hand;

		if (!e) {
			p->hand = &p->all;
			return;
		}
		if (e->waiting || e->ready || now_ms - e->used_ms < AMPLIFICATION_KEEP_MS) {
			p->hand = &e->next;
			continue;
		}
		*p->hand = e->next;
		hashtab_remove(&p->by_host, &e->by_host);
		free_peer(p, e);
	}
}

static struct peer *
find_or_add_peer(struct amplification *p, const struct addr *who, uint64_t now_ms)
{
	struct peer *e;

	sweep_peers(p, now_ms);
	e = find_peer(p, who);
	if (e)
		return e;
	e = malloc(sizeof(*e));
	if (!e)
		return NULL;
	*e = (struct peer){
		.who = *who, .credit = AMPLIFICATION_CREDIT, .refilled_ms = now_ms, .used_ms = now_ms, .next = p->all
	};
	if (hashtab_add(&p->by_host, &e->by_host, addr_hash_host(who)) < 0) {
		free(e);
		return NULL;
	}
	e->last = &e->first;
	p->all = e;
	return e;
}

/* ---- credit ------------------------------------------------------------ */

static bool
has_credit(struct amplification *p, const struct addr *who, unsigned least, uint64_t now_ms)
{
	struct peer *e = find_peer(p, who);

	if (!e)
		return true;
	e->used_ms = now_ms;
	while (e->credit < AMPLIFICATION_CREDIT && now_ms - e->refilled_ms >= AMPLIFICATION_REFILL_MS) {
		e->credit++;
		e->refilled_ms += AMPLIFICATION_REFILL_MS;
	}
	if (e->credit >= AMPLIFICATION_CREDIT)
		e->refilled_ms = now_ms;
	return e->credit >= least;
}

bool
amplification_may_begin(struct amplification *p, const struct addr *who, uint64_t now_ms)
{
	return has_credit(p, who, 1, now_ms);
}

bool
amplification_may_repeat(struct amplification *p, const struct addr *who, uint64_t now_ms)
{
	return has_credit(p, who, 1 + AMPLIFICATION_RESERVED, now_ms);
}

int
amplification_begin(struct amplification *p, const struct addr *who, uint64_t now_ms)
{
	struct peer *e = find_or_add_peer(p, who, now_ms);

	if (!e)
		return -1;
	e->waiting++;
	e->credit -= e->credit > 0;
	e->used_ms = now_ms;
	return 0;
}

void
amplification_spend(struct amplification *p, const struct addr *who)
{
	struct peer *e = find_peer(p, who);

	if (e && e->credit > 0)
		e->credit--;
}

void
amplification_answered(struct amplification *p, const struct addr *who, unsigned sent)
{
	struct peer *e = find_peer(p, who);

	if (!e)
		return;
	e->waiting--;
	e->credit += sent + AMPLIFICATION_PER_ANSWER;
	if (e->credit > AMPLIFICATION_CREDIT_MAX)
		e->credit = AMPLIFICATION_CREDIT_MAX;
	if (!e->first || e->ready)
		return;
	e->ready = true;
	e->next_ready = p->ready;
	p->ready = e;
}

void
amplification_drop(struct amplification *p, const struct addr *who)
{
	struct peer *e = find_peer(p, who);

	if (e)
		e->waiting--;
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
	e->used_ms = r->came_ms;
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
		if (e->first && e->credit > 0)
			return pop_deferred(p, e);
		e->ready = false;
		p->ready = e->next_ready;
	}
	return NULL;
}

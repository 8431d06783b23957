#include "amplification.h"

#include <stdlib.h>

#define BUCKETS 4096

struct peer {
	struct addr who;
	size_t waiting;  /* its unanswered transfers */
	unsigned credit; /* datagrams it may be sent before it answers */
	uint64_t refilled_ms, used_ms;
	struct amplification_deferred *first, **last; /* deferred, the oldest first */
	bool ready;                                   /* in the list of those whose requests may begin */
	struct peer *next, *next_ready;
};

struct amplification {
	struct peer *bucket[BUCKETS];
	struct peer *ready;
	size_t hand; /* the bucket to sweep next */
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
	for (size_t i = 0; i < BUCKETS; i++)
		while (p->bucket[i]) {
			struct peer *next = p->bucket[i]->next;

			free_peer(p, p->bucket[i]);
			p->bucket[i] = next;
		}
	free(p);
}

static struct peer **
bucket_of(struct amplification *p, const struct addr *who)
{
	return &p->bucket[addr_hash_host(who) % BUCKETS];
}

static struct peer *
find_peer(struct amplification *p, const struct addr *who)
{
	struct peer *e = *bucket_of(p, who);

	while (e && !addr_same_host(&e->who, who))
		e = e->next;
	return e;
}

static void
sweep_peers(struct amplification *p, uint64_t now_ms)
{
	struct peer **link = &p->bucket[p->hand++ % BUCKETS], *e;

	while ((e = *link)) {
		if (e->waiting || e->ready || now_ms - e->used_ms < AMPLIFICATION_KEEP_MS) {
			link = &e->next;
			continue;
		}
		*link = e->next;
		free_peer(p, e);
	}
}

static struct peer *
find_or_add_peer(struct amplification *p, const struct addr *who, uint64_t now_ms)
{
	struct peer **bucket = bucket_of(p, who), *e;

	sweep_peers(p, now_ms);
	e = find_peer(p, who);
	if (e)
		return e;
	e = malloc(sizeof(*e));
	if (!e)
		return NULL;
	*e = (struct peer){
		.who = *who, .credit = AMPLIFICATION_CREDIT, .refilled_ms = now_ms, .used_ms = now_ms, .next = *bucket
	};
	e->last = &e->first;
	return *bucket = e;
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

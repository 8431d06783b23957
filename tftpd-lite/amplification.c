#include "amplification.h"

#include <stdlib.h>

#define BUCKETS 4096

struct peer {
	struct addr who;
	size_t waiting;  /* transfers that it has not answered */
	unsigned credit; /* datagrams it may be sent without an answer */
	uint64_t refilled_ms, used_ms;
	struct peers_request *first, **last; /* put off, the oldest first */
	bool ready;                          /* in the list of those whose requests may go on */
	struct peer *next, *next_ready;
};

struct peers {
	struct peer *bucket[BUCKETS];
	struct peer *ready;
	size_t hand; /* the bucket that is swept next */
	size_t room; /* bytes of all that is put off */
};

struct peers *
peers_new(void)
{
	return calloc(1, sizeof(struct peers));
}

/* ---- what is put off --------------------------------------------------- */

static size_t
bytes_of(const struct peers_request *r)
{
	return sizeof(*r) + r->len;
}

static struct peers_request *
shift(struct peers *p, struct peer *e)
{
	struct peers_request *r = e->first;

	if (!r)
		return NULL;
	e->first = r->next;
	if (!e->first)
		e->last = &e->first;
	p->room -= bytes_of(r);
	return r;
}

static void
forget_old(struct peers *p, struct peer *e, uint64_t now_ms)
{
	while (e->first && now_ms - e->first->came_ms > PEERS_WAIT_MS)
		free(shift(p, e));
}

/* ---- addresses --------------------------------------------------------- */

static void
forget(struct peers *p, struct peer *e)
{
	while (e->first)
		free(shift(p, e));
	free(e);
}

void
peers_free(struct peers *p)
{
	for (size_t i = 0; i < BUCKETS; i++)
		while (p->bucket[i]) {
			struct peer *next = p->bucket[i]->next;

			forget(p, p->bucket[i]);
			p->bucket[i] = next;
		}
	free(p);
}

static struct peer **
bucket_of(struct peers *p, const struct addr *who)
{
	return &p->bucket[addr_hash_host(who) % BUCKETS];
}

static struct peer *
find(struct peers *p, const struct addr *who)
{
	struct peer *e = *bucket_of(p, who);

	while (e && !addr_same_host(&e->who, who))
		e = e->next;
	return e;
}

static void
sweep(struct peers *p, uint64_t now_ms)
{
	struct peer **link = &p->bucket[p->hand++ % BUCKETS], *e;

	while ((e = *link)) {
		if (e->waiting || e->ready || now_ms - e->used_ms < PEERS_KEEP_MS) {
			link = &e->next;
			continue;
		}
		*link = e->next;
		forget(p, e);
	}
}

static struct peer *
find_or_add(struct peers *p, const struct addr *who, uint64_t now_ms)
{
	struct peer **bucket = bucket_of(p, who), *e;

	sweep(p, now_ms);
	e = find(p, who);
	if (e)
		return e;
	e = malloc(sizeof(*e));
	if (!e)
		return NULL;
	*e = (struct peer){
		.who = *who, .credit = PEERS_FEW, .refilled_ms = now_ms, .used_ms = now_ms, .next = *bucket
	};
	e->last = &e->first;
	return *bucket = e;
}

/* ---- credit ------------------------------------------------------------ */

static bool
has_credit(struct peers *p, const struct addr *who, unsigned least, uint64_t now_ms)
{
	struct peer *e = find(p, who);

	if (!e)
		return true;
	e->used_ms = now_ms;
	while (e->credit < PEERS_FEW && now_ms - e->refilled_ms >= PEERS_AGAIN_MS) {
		e->credit++;
		e->refilled_ms += PEERS_AGAIN_MS;
	}
	if (e->credit >= PEERS_FEW)
		e->refilled_ms = now_ms;
	return e->credit >= least;
}

bool
peers_may_begin(struct peers *p, const struct addr *who, uint64_t now_ms)
{
	return has_credit(p, who, 1, now_ms);
}

bool
peers_may_repeat(struct peers *p, const struct addr *who, uint64_t now_ms)
{
	return has_credit(p, who, 1 + PEERS_FIRST, now_ms);
}

int
peers_begin(struct peers *p, const struct addr *who, uint64_t now_ms)
{
	struct peer *e = find_or_add(p, who, now_ms);

	if (!e)
		return -1;
	e->waiting++;
	e->credit -= e->credit > 0;
	e->used_ms = now_ms;
	return 0;
}

void
peers_spend(struct peers *p, const struct addr *who)
{
	struct peer *e = find(p, who);

	if (e && e->credit > 0)
		e->credit--;
}

void
peers_answered(struct peers *p, const struct addr *who, unsigned sent)
{
	struct peer *e = find(p, who);

	if (!e)
		return;
	e->waiting--;
	e->credit += sent + PEERS_MORE;
	if (e->credit > PEERS_MOST)
		e->credit = PEERS_MOST;
	if (!e->first || e->ready)
		return;
	e->ready = true;
	e->next_ready = p->ready;
	p->ready = e;
}

void
peers_drop(struct peers *p, const struct addr *who)
{
	struct peer *e = find(p, who);

	if (e)
		e->waiting--;
}

/* ---- requests ---------------------------------------------------------- */

int
peers_put_off(struct peers *p, struct peers_request *r)
{
	struct peer *e = find_or_add(p, &r->from, r->came_ms);

	if (!e)
		return -1;
	forget_old(p, e, r->came_ms);
	if (p->room + bytes_of(r) > PEERS_ROOM)
		return -1;
	e->used_ms = r->came_ms;
	p->room += bytes_of(r);
	r->next = NULL;
	*e->last = r;
	e->last = &r->next;
	return 0;
}

struct peers_request *
peers_next(struct peers *p, uint64_t now_ms)
{
	struct peer *e;

	while ((e = p->ready)) {
		forget_old(p, e, now_ms);
		if (e->first && e->credit > 0)
			return shift(p, e);
		e->ready = false;
		p->ready = e->next_ready;
	}
	return NULL;
}

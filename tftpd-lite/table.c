#include "table.h"

#include <stdlib.h>

#define BUCKETS 16384        /* a power of two */

struct table {
	struct transfer *bucket[BUCKETS];
	struct transfer **heap;      /* the earliest deadline on top */
	size_t n, size;
};

struct table *
table_new(void)
{
	return calloc(1, sizeof(struct table));
}

void
table_free(struct table *t)
{
	free(t->heap);
	free(t);
}

size_t
table_count(const struct table *t)
{
	return t->n;
}

static size_t
bucket_of(const struct addr *peer)
{
	uint32_t h = addr_hash(peer);

	return (h ^ h >> 16) & (BUCKETS - 1);
}

struct transfer *
table_find(const struct table *t, const struct addr *peer, const struct addr *local)
{
	struct transfer *x = t->bucket[bucket_of(peer)];

	while (x && !(addr_equal(&x->peer, peer) && addr_equal(&x->local, local)))
		x = x->next;
	return x;
}

struct transfer *
table_find_on(const struct table *t, const struct addr *peer, const struct port *port)
{
	struct transfer *x = t->bucket[bucket_of(peer)];

	while (x && !(x->port == port && addr_equal(&x->peer, peer)))
		x = x->next;
	return x;
}

/* ---- the heap ---------------------------------------------------------- */

static bool
before(const struct transfer *a, const struct transfer *b)
{
	return xfer_deadline(&a->x) < xfer_deadline(&b->x);
}

static void
put(struct table *t, size_t place, struct transfer *x)
{
	t->heap[place] = x;
	x->place = place;
}

static void
sift_up(struct table *t, struct transfer *x)
{
	size_t at = x->place;

	while (at > 0 && before(x, t->heap[(at - 1) / 2])) {
		put(t, at, t->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put(t, at, x);
}

static void
sift_down(struct table *t, struct transfer *x)
{
	size_t at = x->place;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < t->n && before(t->heap[child + 1], t->heap[child]))
			child++;
		if (child >= t->n || !before(t->heap[child], x))
			break;
		put(t, at, t->heap[child]);
		at = child;
	}
	put(t, at, x);
}

void
table_moved(struct table *t, struct transfer *x)
{
	sift_up(t, x);
	sift_down(t, x);
}

struct transfer *
table_first(const struct table *t)
{
	return t->n ? t->heap[0] : NULL;
}

struct transfer *
table_any(const struct table *t, size_t i)
{
	return t->heap[i];
}

/* ---- in and out -------------------------------------------------------- */

int
table_add(struct table *t, struct transfer *x)
{
	struct transfer **bucket = &t->bucket[bucket_of(&x->peer)];

	if (t->n == t->size) {
		size_t size = t->size ? 2 * t->size : 64;
		struct transfer **heap = reallocarray(t->heap, size, sizeof(*heap));

		if (!heap)
			return -1;
		t->heap = heap;
		t->size = size;
	}
	x->next = *bucket;
	*bucket = x;
	put(t, t->n++, x);
	sift_up(t, x);
	return 0;
}

void
table_remove(struct table *t, struct transfer *x)
{
	struct transfer **link = &t->bucket[bucket_of(&x->peer)], *last = t->heap[--t->n];

	while (*link != x)
		link = &(*link)->next;
	*link = x->next;
	if (last != x) {
		put(t, x->place, last);
		table_moved(t, last);
	}
}

#include "transfers.h"

#include <stdlib.h>

/* due_ms may be earlier than the transfer's deadline, which each packet
 * postpones; it is corrected when it reaches the top. */
struct due {
	uint64_t due_ms;
	struct transfer *transfer;
};

struct transfers {
	struct hashtab by_peer;
	struct due *heap; /* the earliest on top */
	size_t n, size;
	struct transfer *oldest, *newest; /* of those that wait for their first answer */
};

struct transfers *
transfers_new(void)
{
	return calloc(1, sizeof(struct transfers));
}

void
transfers_free(struct transfers *t)
{
	hashtab_free(&t->by_peer);
	free(t->heap);
	free(t);
}

size_t
transfers_count(const struct transfers *t)
{
	return t->n;
}

static struct transfer *
transfer_at(struct hashtab_node *node)
{
	return node ? HASHTAB_ENTRY(node, struct transfer, by_peer) : NULL;
}

struct transfer *
transfers_find(const struct transfers *t, const struct addr *peer, const struct addr *local)
{
	struct transfer *x = transfer_at(hashtab_first(&t->by_peer, addr_hash(peer)));

	while (x && !(addr_equal(&x->peer, peer) && addr_equal(&x->local, local)))
		x = transfer_at(hashtab_next(&x->by_peer));
	return x;
}

struct transfer *
transfers_find_on(const struct transfers *t, const struct addr *peer, const struct port *port)
{
	struct transfer *x = transfer_at(hashtab_first(&t->by_peer, addr_hash(peer)));

	while (x && !(x->port == port && addr_equal(&x->peer, peer)))
		x = transfer_at(hashtab_next(&x->by_peer));
	return x;
}

/* ---- the heap ---------------------------------------------------------- */

static void
heap_set(struct transfers *t, size_t place, struct due d)
{
	t->heap[place] = d;
	d.transfer->place = place;
	d.transfer->due_ms = d.due_ms;
}

static void
sift_up(struct transfers *t, size_t at, struct due d)
{
	while (at > 0 && d.due_ms < t->heap[(at - 1) / 2].due_ms) {
		heap_set(t, at, t->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_set(t, at, d);
}

static void
sift_down(struct transfers *t, size_t at, struct due d)
{
	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < t->n && t->heap[child + 1].due_ms < t->heap[child].due_ms)
			child++;
		if (child >= t->n || d.due_ms <= t->heap[child].due_ms)
			break;
		heap_set(t, at, t->heap[child]);
		at = child;
	}
	heap_set(t, at, d);
}

void
transfers_reschedule(struct transfers *t, struct transfer *x)
{
	struct due d = { .due_ms = xfer_deadline(&x->x), .transfer = x };

	if (d.due_ms < x->due_ms)
		sift_up(t, x->place, d);
}

struct transfer *
transfers_next_due(struct transfers *t)
{
	while (t->n) {
		struct due d = t->heap[0];
		uint64_t due_ms = xfer_deadline(&d.transfer->x);

		if (due_ms <= d.due_ms)
			return d.transfer;
		d.due_ms = due_ms;
		sift_down(t, 0, d);
	}
	return NULL;
}

struct transfer *
transfers_at(const struct transfers *t, size_t i)
{
	return t->heap[i].transfer;
}

/* ---- those that wait --------------------------------------------------- */

void
transfers_await(struct transfers *t, struct transfer *x)
{
	x->waiting = true;
	x->newer = NULL;
	x->older = t->newest;
	*(t->newest ? &t->newest->newer : &t->oldest) = x;
	t->newest = x;
}

void
transfers_heard(struct transfers *t, struct transfer *x)
{
	if (!x->waiting)
		return;
	x->waiting = false;
	*(x->newer ? &x->newer->older : &t->newest) = x->older;
	*(x->older ? &x->older->newer : &t->oldest) = x->newer;
}

struct transfer *
transfers_longest_waiting(const struct transfers *t)
{
	return t->oldest;
}

/* ---- in and out -------------------------------------------------------- */

int
transfers_add(struct transfers *t, struct transfer *x)
{
	if (t->n == t->size) {
		size_t size = t->size ? 2 * t->size : 64;
		struct due *heap = reallocarray(t->heap, size, sizeof(*heap));

		if (!heap)
			return -1;
		t->heap = heap;
		t->size = size;
	}
	if (hashtab_add(&t->by_peer, &x->by_peer, addr_hash(&x->peer)) < 0)
		return -1;
	t->n++;
	sift_up(t, t->n - 1, (struct due){ .due_ms = xfer_deadline(&x->x), .transfer = x });
	return 0;
}

void
transfers_remove(struct transfers *t, struct transfer *x)
{
	struct due last = t->heap[--t->n];

	hashtab_remove(&t->by_peer, &x->by_peer);
	if (last.transfer == x)
		return;
	if (last.due_ms < t->heap[x->place].due_ms)
		sift_up(t, x->place, last);
	else
		sift_down(t, x->place, last);
}

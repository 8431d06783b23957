#include "pending.h"

#include <stdlib.h>
#include <string.h>

static void
swap(struct pending_queue *q, size_t a, size_t b)
{
	struct pending *item = q->item[a];

	q->item[a] = q->item[b];
	q->item[b] = item;
}

static void
rise(struct pending_queue *q, size_t at)
{
	for (; at > 0 && q->item[at]->due_ms < q->item[(at - 1) / 2]->due_ms; at = (at - 1) / 2)
		swap(q, at, (at - 1) / 2);
}

static void
sink(struct pending_queue *q, size_t at)
{
	for (;;) {
		size_t least = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < q->n; child++)
			if (q->item[child]->due_ms < q->item[least]->due_ms)
				least = child;
		if (least == at)
			return;
		swap(q, at, least);
		at = least;
	}
}

static bool
make_room(struct pending_queue *q)
{
	size_t room = q->room ? q->room * 2 : 16;
	struct pending **more;

	if (q->n < q->room)
		return true;
	more = q->n < PENDING_MAX ? reallocarray(q->item, room, sizeof(struct pending *)) : NULL;
	if (!more)
		return false;
	q->item = more;
	q->room = room;
	return true;
}

struct pending *
pending_add(struct pending_queue *q, uint64_t due_ms, const struct net_out *out, const struct net_in *in)
{
	struct pending *h = make_room(q) ? malloc(sizeof(*h) + in->len) : NULL;

	if (!h)
		return NULL;
	*h = (struct pending){ .due_ms = due_ms, .out = *out, .in = *in };
	memcpy(h->bytes, in->data, in->len);
	h->in.data = h->bytes;
	q->item[q->n] = h;
	rise(q, q->n++);
	return h;
}

uint64_t
pending_next(const struct pending_queue *q)
{
	return q->n > 0 ? q->item[0]->due_ms : UINT64_MAX;
}

static struct pending *
take_at(struct pending_queue *q, size_t at)
{
	struct pending *h = q->item[at];

	q->item[at] = q->item[--q->n];
	if (at < q->n) {
		rise(q, at);
		sink(q, at);
	}
	return h;
}

struct pending *
pending_take(struct pending_queue *q)
{
	return q->n > 0 ? take_at(q, 0) : NULL;
}

struct pending *
pending_take_probed(struct pending_queue *q, uint32_t addr)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->item[i]->probed == addr)
			return take_at(q, i);
	return NULL;
}

void
pending_free(struct pending_queue *q)
{
	for (size_t i = 0; i < q->n; i++)
		free(q->item[i]);
	free(q->item);
	*q = (struct pending_queue){ 0 };
}

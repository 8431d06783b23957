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

struct pending *
pending_add(struct pending_queue *q, uint64_t due_ms, const struct net_out *out, const struct net_in *in)
{
	struct pending *p;

	if (q->n == q->room) {
		size_t room = q->room ? q->room * 2 : 16;
		struct pending **more =
		    q->n < PENDING_MAX ? reallocarray(q->item, room, sizeof(struct pending *)) : NULL;

		if (!more)
			return NULL;
		q->item = more;
		q->room = room;
	}
	p = malloc(sizeof(*p) + in->len);
	if (!p)
		return NULL;
	*p = (struct pending){ .due_ms = due_ms, .out = *out, .in = *in };
	memcpy(p->bytes, in->data, in->len);
	p->in.data = p->bytes;
	q->item[q->n] = p;
	rise(q, q->n++);
	return p;
}

uint64_t
pending_next(const struct pending_queue *q)
{
	return q->n > 0 ? q->item[0]->due_ms : UINT64_MAX;
}

static struct pending *
take_at(struct pending_queue *q, size_t at)
{
	struct pending *p = q->item[at];

	q->item[at] = q->item[--q->n];
	if (at < q->n) {
		rise(q, at);
		sink(q, at);
	}
	return p;
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
pending_drop_late(struct pending_queue *q, const uint8_t mac[6])
{
	for (size_t i = q->n; i-- > 0;)
		if (q->item[i]->again && q->item[i]->late && !q->item[i]->probed &&
		    memcmp(q->item[i]->mac, mac, sizeof(q->item[i]->mac)) == 0) {
			free(take_at(q, i));
			i = q->n; /* others have changed places */
		}
}

void
pending_free(struct pending_queue *q)
{
	for (size_t i = 0; i < q->n; i++)
		free(q->item[i]);
	free(q->item);
	*q = (struct pending_queue){ 0 };
}

#include "hashtab.h"

#include <stdlib.h>
#include <string.h>

/* The finisher of MurmurHash3, over 8 bytes at a time. */
static uint64_t
mix(uint64_t h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdULL;
	h ^= h >> 33;
	h *= 0xc4ceb9fe1a85ec53ULL;
	return h ^ h >> 33;
}

uint64_t
hashtab_hash(uint64_t seed, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint64_t h = mix(seed ^ len);

	while (len > 0) {
		size_t n = len < 8 ? len : 8;
		uint64_t part = 0;

		memcpy(&part, p, n);
		h = mix(h ^ (part + seed));
		p += n;
		len -= n;
	}
	return h;
}

static void
push(struct hashtab *t, struct hashtab_node *node)
{
	struct hashtab_node **at = &t->bucket[node->hash & (t->buckets - 1)];

	node->next = *at;
	*at = node;
}

/* When there is no memory to grow, the old buckets go on serving. */
static void
grow(struct hashtab *t)
{
	struct hashtab_node **old = t->bucket, **more;
	size_t buckets = t->buckets;

	more = calloc(buckets ? buckets * 2 : 16, sizeof(struct hashtab_node *));
	if (!more)
		return;
	t->bucket = more;
	t->buckets = buckets ? buckets * 2 : 16;
	for (size_t i = 0; i < buckets; i++)
		while (old[i]) {
			struct hashtab_node *node = old[i];

			old[i] = node->next;
			push(t, node);
		}
	free(old);
}

int
hashtab_add(struct hashtab *t, struct hashtab_node *node, uint64_t hash)
{
	if (t->n >= t->buckets)
		grow(t);
	if (t->buckets == 0)
		return -1;
	node->hash = hash;
	push(t, node);
	t->n++;
	return 0;
}

void
hashtab_remove(struct hashtab *t, struct hashtab_node *node)
{
	struct hashtab_node **at;

	if (t->buckets == 0)
		return;
	at = &t->bucket[node->hash & (t->buckets - 1)];
	while (*at && *at != node)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = node->next;
	t->n--;
}

static struct hashtab_node *
same(struct hashtab_node *node, uint64_t hash)
{
	while (node && node->hash != hash)
		node = node->next;
	return node;
}

struct hashtab_node *
hashtab_first(const struct hashtab *t, uint64_t hash)
{
	return t->buckets ? same(t->bucket[hash & (t->buckets - 1)], hash) : NULL;
}

struct hashtab_node *
hashtab_next(const struct hashtab_node *node)
{
	return same(node->next, node->hash);
}

/* A table grows from n to 2n buckets, and what was in bucket b is then in b and
 * b + n: what a walk had still to meet stays ahead of it. */
struct hashtab_node *
hashtab_step(const struct hashtab *t, struct hashtab_walk *w)
{
	struct hashtab_node *node;

	while (!w->next && w->bucket < t->buckets)
		w->next = t->bucket[w->bucket++];
	node = w->next;
	if (node)
		w->next = node->next;
	return node;
}

bool
hashtab_at_border(const struct hashtab_walk *w)
{
	return !w->next;
}

void
hashtab_free(struct hashtab *t)
{
	free(t->bucket);
	*t = (struct hashtab){ 0 };
}

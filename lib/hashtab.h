/*
 * A hash table whose nodes live inside other structs: the caller owns the
 * entries, the table only its buckets.  It grows as it fills, so that a look-up
 * costs the same with ten entries and a million.
 */
#ifndef HASHTAB_H
#define HASHTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hashtab_node {
	struct hashtab_node *next;
	uint64_t hash;
};

struct hashtab {
	struct hashtab_node **bucket;
	size_t buckets, n;
};

/* The struct that `member` is a part of. */
#define HASHTAB_ENTRY(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

/* `seed` should be random: clients choose what is hashed. */
uint64_t hashtab_hash(uint64_t seed, const void *bytes, size_t len);

/* 0, or -1 when there is no memory for a first bucket. */
int hashtab_add(struct hashtab *t, struct hashtab_node *node, uint64_t hash);
void hashtab_remove(struct hashtab *t, struct hashtab_node *node);
/* The first node with this hash, then the next one; NULL at the end.  The
 * caller compares: two entries may share a hash. */
struct hashtab_node *hashtab_first(const struct hashtab *t, uint64_t hash);
struct hashtab_node *hashtab_next(const struct hashtab_node *node);

/* A walk over all nodes, {0} at first; NULL at the end.  The node returned last
 * may be removed or freed before the next step.  Where hashtab_at_border says so,
 * anything may be added and removed before the next step, even much later: a node
 * that was there all the time is met at least once. */
struct hashtab_walk {
	size_t bucket;
	struct hashtab_node *next;
};
struct hashtab_node *hashtab_step(const struct hashtab *t, struct hashtab_walk *w);
bool hashtab_at_border(const struct hashtab_walk *w);

/* Frees the buckets, not the entries. */
void hashtab_free(struct hashtab *t);

#endif

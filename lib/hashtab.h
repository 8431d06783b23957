/*
 * A hash table of nodes that live inside other structs.  It grows as it
 * fills, so that a look-up costs the same with ten entries and a million: from
 * n to 2n buckets, of which b and b + n share what was in b.
 */
#ifndef HASHTAB_H
#define HASHTAB_H

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
/* The first node with this hash, then the next one; NULL at the end. */
struct hashtab_node *hashtab_first(const struct hashtab *t, uint64_t hash);
struct hashtab_node *hashtab_next(const struct hashtab_node *node);
/* Frees the buckets, not the entries. */
void hashtab_free(struct hashtab *t);

#endif

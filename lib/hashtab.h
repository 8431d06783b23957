/*
 * A hash table of nodes that live inside other structs.  It grows as it
 * fills, so that a look-up costs the same with ten entries and a million: from
 * n to 2n buckets, of which b and b + n share what was in b.
 */
#ifndef HASHTAB_H
#define HASHTAB_H

#include <stddef.h>
#include <stdint.h>

struct table_node {
	struct table_node *next;
	uint64_t hash;
};

struct table {
	struct table_node **bucket;
	size_t buckets, n;
};

/* The struct that `member` is a part of. */
#define TABLE_ENTRY(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

/* `seed` should be random: clients choose what is hashed. */
uint64_t table_hash(uint64_t seed, const void *bytes, size_t len);

/* 0, or -1 when there is no memory for a first bucket. */
int table_add(struct table *t, struct table_node *node, uint64_t hash);
void table_remove(struct table *t, struct table_node *node);
/* The first node with this hash, then the next one; NULL at the end. */
struct table_node *table_first(const struct table *t, uint64_t hash);
struct table_node *table_next(const struct table_node *node);
/* Frees the buckets, not the entries. */
void table_free(struct table *t);

#endif

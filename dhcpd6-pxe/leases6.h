/*
 * Who has which address, and until when; and which address a new client gets.
 * Pure: no clock, no file.  A lease is found by its address or by its client and
 * IAID, at a cost that does not grow with the number of leases.
 */
#ifndef LEASES6_H
#define LEASES6_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hashtab.h"

#define LEASES_OFFER_S 60   /* an offer that nobody requests is free again */
#define LEASES_OFFERS 65536 /* that are remembered at once; clients choose their DUIDs */
#define LEASES_MOST 4000000 /* a range may be larger than any disk */
#define LEASES_NO_POOL UINT32_MAX

enum lease_state {
	LEASE_OFFERED, /* kept for its client until expiry; not in the file */
	LEASE_BOUND,   /* leased until expiry, and remembered after it */
	LEASE_DECLINED /* somebody else uses the address: it rests until expiry */
};

struct lease {
	struct hashtab_node by_addr, by_key;
	struct lease *older, *newer; /* in its pool, by last use */
	int64_t expiry;              /* seconds since 1970 */
	struct in6_addr addr;
	uint32_t iaid;
	uint32_t pool; /* LEASES_NO_POOL: outside all ranges */
	uint8_t state;
	bool owes;    /* an offer to an unknown client: see quota6_take */
	bool has_mac; /* known since we run: the file does not hold it */
	uint8_t mac[6];
	uint8_t key_len; /* 0: declined */
	uint8_t name_len;
	uint8_t bytes[]; /* the key, then the name and a NUL */
};

struct lease_range {
	struct in6_addr low, high;
};

struct pool {
	struct lease_range range;
	uint64_t last;  /* the distance of its last address from its first */
	uint64_t fresh; /* from here on nobody has had an address yet */
	bool all_had;   /* there is none of those */
	struct lease *oldest, *newest;
	struct lease *hand; /* where the last look for expired ones ended */
};

struct leases {
	struct hashtab by_addr, by_key;
	struct pool *pool; /* one for each range */
	size_t pools;
	size_t offers; /* remembered */
	uint64_t seed;
};

/* A client (its DUID) and its IAID. */
struct lease_key {
	const uint8_t *duid;
	size_t len;
	uint32_t iaid;
};

/* Makes pools of the ranges and sorts the leases into them; again after a reload.  -1
 * when there is no memory. */
int leases6_bind(struct leases *l, const struct lease_range *range, size_t ranges);
void leases6_free(struct leases *l);
/* The wall clock was set: all leases and offers last as long as they would have,
 * though not beyond `latest`. */
void leases6_shift(struct leases *l, int64_t by, int64_t latest);
/* Ends those that last longer than until `latest` then: the clock was ahead when they
 * were written.  How many. */
size_t leases6_cut(struct leases *l, int64_t latest);

struct lease *leases6_at(const struct leases *l, const struct in6_addr *addr);
/* The first lease of a client's IA, then the next one. */
struct lease *leases6_of(const struct leases *l, struct lease_key key);
struct lease *leases6_more(const struct lease *lease);
bool lease6_has_key(const struct lease *lease, struct lease_key key);
struct lease_key lease6_key_of(const struct lease *lease);
const char *lease6_name(const struct lease *lease);
/* True if nobody uses the address and nobody was promised it. */
bool lease6_is_free(const struct lease *lease, int64_t now);

/* A lease to be put in place, from a line of the lease file, say. */
struct lease_entry {
	struct in6_addr addr;
	struct lease_key key; /* without length: declined */
	const char *name;     /* "" without */
	const uint8_t *mac;   /* NULL: not known */
	int64_t expiry;
	enum lease_state state;
	bool owes;
};
/* Puts it in place of any lease of that address, pointers to which are no longer
 * valid.  NULL when out of memory, or when there are LEASES_MOST. */
struct lease *leases6_put(struct leases *l, const struct lease_entry *e);
/* It is free now, and its client is remembered. */
void leases6_end(struct leases *l, struct lease *lease, int64_t now);
void leases6_forget(struct leases *l, struct lease *lease);

/* An address of this range that may be offered: one that nobody has had yet, else
 * one that has long been unused.  False when all are taken.  Those for which `avoid`
 * returns true are passed over. */
struct lease_wish {
	struct lease_range range;
	int64_t now;
	bool (*avoid)(const void *arg, const struct in6_addr *addr);
	const void *arg;
};
bool leases6_pick(struct leases *l, const struct lease_wish *wish, struct in6_addr *addr);

#endif

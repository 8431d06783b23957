/*
 * Who has which address, and until when; and which address a new client gets.
 * Pure: no clock, no file.  A lease is found by its address or by its client's
 * key, at a cost that does not grow with the number of leases.
 */
#ifndef LEASES_H
#define LEASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quota.h"
#include "hashtab.h"

#define LEASES_OFFER_S 60 /* an offer that nobody requests is free again */
#define LEASES_HEARD_S 10
#define LEASES_FOREVER 0 /* expiry of a BOOTP lease, as dnsmasq writes it */

enum lease_state {
	LEASE_OFFERED, /* kept for its client until expiry; not in the file */
	LEASE_BOUND,   /* leased until expiry, and remembered after it */
	LEASE_DECLINED /* somebody else uses the address: it rests until expiry */
};

struct lease {
	struct hashtab_node by_addr, by_key;
	struct lease *older, *newer; /* in its pool, by last use, or by how long it rests */
	int64_t expiry;              /* seconds since 1970 */
	uint32_t addr;
	uint32_t pool;  /* LEASES_NO_POOL: outside all ranges */
	uint32_t since; /* LEASE_DECLINED: when, the low bits */
	uint8_t state;
	uint8_t mac[6];
	bool sent_id : 1;  /* the key is option 61 as it was sent */
	bool counted : 1;  /* in its subnet lines' quotas, as in use */
	bool owes : 1;     /* an offer to an unknown client: see quota_take */
	bool reserved : 1; /* by the host line of its client, as the rules are now */
	bool resting : 1;  /* in its pool's list of those */
	bool theirs : 1;   /* another server with share= gave it, as far as we saw */
	bool heard : 1;    /* LEASE_DECLINED: somebody answered our ARP for it */
	uint8_t name_len;
	uint16_t key_len;
	uint8_t bytes[]; /* the key, then the name and a NUL */
};
#define LEASES_NO_POOL UINT32_MAX

/* A range of addresses; several subnet lines may share it. */
struct pool {
	struct rule_range range;
	uint64_t fresh; /* from here on nobody has had an address yet */
	struct lease_list {
		struct lease *oldest, *newest;
		size_t n;
	} used, rest;       /* rest: LEASE_DECLINED */
	struct lease *hand; /* where the last look for expired ones ended */
};

struct leases {
	struct hashtab by_addr, by_key;
	struct pool *pool; /* sorted, without overlaps */
	size_t pools;
	struct quotas quotas;
	uint64_t seed;
};

struct lease_key {
	const uint8_t *bytes;
	size_t len;
};

/* The wall clock was set: all leases and offers last as long as they would have,
 * though not beyond `latest`. */
void leases_shift(struct leases *l, int64_t by, int64_t latest);
/* Ends those that last longer than their subnet's longest lease allows, from now on:
 * the clock was ahead when they were written.  For leases that were just read, before
 * leases_bind.  How many. */
size_t leases_cut(struct leases *l, const struct rules *rules, int64_t now);
/* Those of other servers' parts (share=), as far as a file tells: they are asked first. */
void leases_mark_theirs(struct leases *l, const struct rules *rules);
/* Makes pools of the ranges of the rules and sorts the leases into them;
 * again after a reload.  -1 when there is no memory. */
int leases_bind(struct leases *l, const struct rules *rules, int64_t now);
void leases_free(struct leases *l);

struct lease *leases_at(const struct leases *l, uint32_t addr);
/* The first lease of a client, then the next one. */
struct lease *leases_of(const struct leases *l, struct lease_key key);
struct lease *leases_more(const struct leases *l, const struct lease *lease);

bool lease_has_key(const struct lease *lease, struct lease_key key);
const char *lease_name(const struct lease *lease);
/* True if nobody uses the address and nobody was promised it. */
bool lease_is_free(const struct lease *lease, int64_t now);

/* A lease to be put in place, from a line of the lease file, say. */
struct lease_entry {
	uint32_t addr;
	struct lease_key key;
	const char *name;   /* "" without */
	const uint8_t *mac; /* NULL: not known */
	int64_t expiry;
	enum lease_state state;
	bool sent_id, theirs;
};
/* Puts it in place of any lease of that address, pointers to which are no longer
 * valid.  NULL when out of memory. */
struct lease *leases_put(struct leases *l, const struct lease_entry *e);
/* The same for an offer to a client until `expiry`. */
struct lease *leases_offer(struct leases *l, uint32_t addr, struct lease_key key, const uint8_t mac[6], int64_t expiry);
/* The same for an address that rests for rest_s: a lease without a key.  `heard`: it
 * is certain that somebody has it. */
struct lease *leases_decline(struct leases *l, uint32_t addr, int64_t now, uint32_t rest_s, bool heard);
/* How many addresses of the ranges rest. */
size_t leases_resting(struct leases *l, int64_t now);
/* The same of this subnet's (and of those that share a pool with it). */
size_t leases_resting_in(struct leases *l, const struct subnet *s, int64_t now);
/* Offers it again to the client that had it. */
void leases_offer_again(struct leases *l, struct lease *lease, int64_t expiry);
/* Ends a lease: it is free now, and its client is remembered. */
void leases_end(struct leases *l, struct lease *lease, int64_t now);
/* Forgets whose lease it was, when it is over; it moves in memory. */
void leases_disown(struct leases *l, struct lease *lease);
/* Finds some leases that have expired, for the quotas. */
void leases_sweep(struct leases *l, const struct subnet *s, int64_t now);
/* Its client used it: it becomes the newest of its pool. */
void leases_touch(struct leases *l, struct lease *lease);
/* Gives a lease another name; it may move in memory.  NULL when out of memory,
 * and the lease is as it was. */
struct lease *leases_rename(struct leases *l, struct lease *lease, const char *name);
void leases_forget(struct leases *l, struct lease *lease);

/* An address of this range that may be offered: one that nobody has had yet, else
 * the one that has been unused longest.  False when all are taken.  Those for
 * which `avoid` returns true are passed over. */
struct lease_wish {
	struct rule_range range;
	int64_t now;
	bool (*avoid)(const void *arg, uint32_t addr);
	const void *arg;
	bool unused; /* none that somebody has had */
};
bool leases_pick(struct leases *l, const struct lease_wish *wish, uint32_t *addr);
/* The address of this range that has rested longest, for when all others are taken;
 * one that is certain to be in use only after LEASES_HEARD_S. */
bool leases_rested(struct leases *l, const struct lease_wish *wish, uint32_t *addr);
/* Up to `room` addresses that the next picks may give. */
size_t leases_ahead(const struct leases *l, const struct lease_wish *wish, uint32_t *out, size_t room);

#endif

/*
 * Who has which address, and until when; and which address a new client
 * gets.  Pure: no clock, no file.  A lease is found by its address or its
 * client's key at a cost that does not grow with their number.
 */
#ifndef LEASES_H
#define LEASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quota.h"
#include "table.h"

#define LEASES_OFFER_S 60 /* an offer that nobody requests is free again */
#define LEASES_FOREVER 0  /* expiry of a BOOTP lease, as dnsmasq writes it */

enum lease_state {
	LEASE_OFFERED, /* kept for its client until expiry; not in the file */
	LEASE_BOUND,   /* leased until expiry, and remembered after it */
	LEASE_DECLINED /* somebody else uses the address: nobody gets it until expiry */
};

struct lease {
	struct table_node by_addr, by_key;
	struct lease *older, *newer; /* in its pool, by last use */
	int64_t expiry;              /* seconds since 1970 */
	uint32_t addr;
	uint32_t pool; /* LEASES_NO_POOL outside of every range */
	uint8_t state;
	uint8_t mac[6];
	bool sent_id; /* the key is option 61 as it was sent */
	bool counted; /* in its subnet lines' quotas, as in use */
	bool owes;    /* an offer to a client that nobody knows: see quota_take */
	uint8_t name_len;
	uint16_t key_len;
	uint8_t bytes[]; /* the key, then the name and a NUL */
};
#define LEASES_NO_POOL UINT32_MAX

/* A range of addresses; lines may share one, or have some each. */
struct pool {
	struct rule_range range;
	uint64_t fresh; /* from here on nobody had an address yet */
	struct lease *oldest, *newest;
	struct lease *hand; /* where the last look for free ones ended */
};

struct leases {
	struct table by_addr, by_key;
	struct pool *pool; /* sorted, without overlaps */
	size_t pools;
	struct quotas quotas;
	uint64_t seed;
};

struct lease_key {
	const uint8_t *bytes;
	size_t len;
};

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
/* Nobody is using the address and nobody was promised it. */
bool lease_is_free(const struct lease *lease, int64_t now);

/* A lease as it is told of, by a line of the lease file, say. */
struct lease_entry {
	uint32_t addr;
	struct lease_key key;
	const char *name;   /* "" without */
	const uint8_t *mac; /* NULL: not known */
	int64_t expiry;
	enum lease_state state;
	bool sent_id;
};
/* Puts it in place of whoever had the address.  NULL when there is no memory.
 * Takes any `lease` of that address along: pointers to it are no longer good. */
struct lease *leases_put(struct leases *l, const struct lease_entry *e);
/* The same for an offer to this client until `expiry`. */
struct lease *leases_offer(struct leases *l, uint32_t addr, struct lease_key key, const uint8_t mac[6], int64_t expiry);
/* Nobody gets this address until `expiry`, in place of whoever had it; a lease
 * without a key.  NULL when there is no memory. */
struct lease *leases_decline(struct leases *l, uint32_t addr, int64_t expiry);
/* It is an offer again, to the client that had it. */
void leases_offer_again(struct leases *l, struct lease *lease, int64_t expiry);
/* It is over. */
void leases_end(struct leases *l, struct lease *lease, int64_t now);
/* One that is over is not known as its client's any more; it moves in memory. */
void leases_disown(struct leases *l, struct lease *lease);
/* Notices some leases that have run out, for the quotas. */
void leases_sweep(struct leases *l, const struct subnet *s, int64_t now);
/* Its client used it: it becomes the newest of its pool. */
void leases_touch(struct leases *l, struct lease *lease);
/* Another name for a lease; it may move in memory.  NULL: no memory, the
 * lease is as it was. */
struct lease *leases_rename(struct leases *l, struct lease *lease, const char *name);
void leases_forget(struct leases *l, struct lease *lease);

/* An address of this range that may be offered: one that nobody had yet,
 * else the one that has been unused longest.  False when all are taken.
 * `avoid` is asked about each. */
struct lease_wish {
	struct rule_range range;
	int64_t now;
	bool (*avoid)(const void *arg, uint32_t addr);
	const void *arg;
};
bool leases_pick(struct leases *l, const struct lease_wish *wish, uint32_t *addr);
/* Up to `room` addresses that the next picks may give. */
size_t leases_ahead(const struct leases *l, const struct lease_wish *wish, uint32_t *out, size_t room);

#endif

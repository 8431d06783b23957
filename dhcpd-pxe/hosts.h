/*
 * Finds a client's host line, and the host that an address is reserved for, at
 * the same cost with ten hosts and a million.  Holds only pointers: remove a
 * host before freeing it.
 */
#ifndef HOSTS_H
#define HOSTS_H

#include "client.h"
#include "hashtab.h"

struct hosts {
	struct hashtab by_id, by_addr;
	uint64_t seed;
};

/* 0, or -1 when there is no memory. */
int hosts_add(struct hosts *h, const struct host *host);
void hosts_remove(struct hosts *h, const struct host *host);
/* Every host line of the rules. */
int hosts_add_rules(struct hosts *h, const struct rules *rules);
/* Where the client is: can it have that address there?  NULL: anywhere. */
struct hosts_link {
	bool (*has)(const void *arg, uint32_t addr);
	const void *arg;
};
/* Sets c->host and c->file, and the address that they reserve for it. */
void hosts_find(const struct hosts *h, struct client *c, const struct hosts_link *link);
/* Is the address reserved for another client than this one? */
bool hosts_reserved(const struct hosts *h, uint32_t addr, const struct client *c);
/* Is it reserved for some machine? */
bool hosts_have_addr(const struct hosts *h, uint32_t addr);
void hosts_free(struct hosts *h);

#endif

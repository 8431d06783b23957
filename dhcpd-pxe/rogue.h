/*
 * Other servers that were seen answering the clients of a link, each to be
 * told of once an hour.  Of bounded size; pure.
 */
#ifndef ROGUE_H
#define ROGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROGUE_ENTRIES 64
#define ROGUE_EVERY_S 3600

struct rogue {
	struct {
		uint32_t addr;
		int ifindex;
		int64_t told; /* seconds */
	} of[ROGUE_ENTRIES];
	size_t n, next;
};

/* Is it time to tell of this one? */
bool rogue_seen(struct rogue *o, uint32_t addr, int ifindex, int64_t now);

#endif

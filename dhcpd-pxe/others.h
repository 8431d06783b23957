/*
 * Other servers that were seen answering the clients of a link, each to be
 * told of once an hour.  Of bounded size; pure.
 */
#ifndef OTHERS_H
#define OTHERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OTHERS 64
#define OTHERS_EVERY_S 3600

struct others {
	struct {
		uint32_t addr;
		int ifindex;
		int64_t told; /* seconds */
	} of[OTHERS];
	size_t n, next;
};

/* Is it time to tell of this one? */
bool others_seen(struct others *o, uint32_t addr, int ifindex, int64_t now);

#endif

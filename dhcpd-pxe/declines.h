/*
 * Which addresses rest because of which client, so that one that declines
 * whatever it gets does not use up a range: only so many rest for it at a time.
 * Of bounded size.
 */
#ifndef DECLINES_H
#define DECLINES_H

#include <stddef.h>
#include <stdint.h>

#define DECLINES_CLIENTS 1024 /* one for each hash modulo this; the last one counts */
#define DECLINES_MOST 4

struct declines {
	uint64_t seed;
	struct declines_client {
		uint64_t who;
		uint32_t addr[DECLINES_MOST]; /* 0: none */
		size_t next;
	} client[DECLINES_CLIENTS];
};

/* The client known by these bytes declined the address.  The address that need
 * not rest for it any longer; 0: none. */
uint32_t declines_add(struct declines *d, const void *who, size_t len, uint32_t addr);
/* The addresses that rest because of it, or did; how many. */
size_t declines_of(const struct declines *d, const void *who, size_t len, uint32_t addr[DECLINES_MOST]);

#endif

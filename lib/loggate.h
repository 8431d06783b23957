/*
 * How much a daemon's log says of strangers: some lines of each peer at once, then a
 * few a second, and so of all peers together.  What was left out is counted and said.
 */
#ifndef LOGGATE_H
#define LOGGATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOGGATE_PEERS 1024   /* peers of one hash share a limit */
#define LOGGATE_BURST 20     /* lines of one peer: PXELINUX asks for ten files in a row that are not there */
#define LOGGATE_PER_SECOND 4 /* more of it */
#define LOGGATE_ALL_BURST 400
#define LOGGATE_ALL_PER_SECOND 100

struct loggate_bucket {
	uint64_t spent_ms; /* when it will be full again, as if each line took its time */
};
struct loggate {
	uint64_t seed; /* peers choose what is hashed */
	struct loggate_bucket peer[LOGGATE_PEERS], all;
	unsigned left_out;
	uint64_t told_ms;
};

/* Zeros will do as well, but let peers choose whom to share a limit with. */
void loggate_init(struct loggate *g);
/* May a line about this peer (the bytes of its address) be written?  Says first, once
 * a second, how many were not: "N requests were not shown".  With -v all are. */
bool loggate_passes(struct loggate *g, const void *peer, size_t len, uint64_t now_ms);
/* Says what is left to be said, at the end. */
void loggate_close(struct loggate *g);

#endif

/*
 * Other DHCP servers that answer our clients: seen by their broadcast replies
 * and by clients that choose them, and each logged once an hour.  Without the
 * right to open a packet socket (CAP_NET_RAW) no replies are heard.
 */
#ifndef ROGUE_H
#define ROGUE_H

#include "eventlog.h"
#include "ifaces.h"

#define ROGUE_ENTRIES 64
#define ROGUE_EVERY_S 3600
#define ROGUE_PARTNERS 15

struct rogue {
	int fd; /* hears replies, to poll; -1: not open */
	struct {
		uint32_t addr;
		int ifindex;
		int64_t told; /* seconds */
	} of[ROGUE_ENTRIES];
	size_t n, next;
	uint32_t partner[ROGUE_PARTNERS]; /* other servers with share=, as they were first seen */
	size_t partners;
	uint32_t ours[ROGUE_ENTRIES]; /* addresses that were ours */
	size_t next_ours;
};

void rogue_open(struct rogue *r);
void rogue_close(struct rogue *r);

/* Whom replies are compared with: what this daemon serves, and where. */
struct rogue_view {
	const struct ifaces *ifaces;
	const struct rules *rules;
	struct eventlog *log;
	int64_t now; /* seconds */
};
/* Reads the replies that were heard, and logs the servers that should not have
 * sent them. */
void rogue_read(struct rogue *r, const struct rogue_view *v);

/* An address of ours is one no longer: clients know it as their server's for a while. */
void rogue_was_ours(struct rogue *r, uint32_t addr);
/* Is it one of the `most` other servers that share= tells of?  The first ones that are
 * seen are taken for them, and logged. */
bool rogue_is_partner(struct rogue *r, uint32_t addr, size_t most);
bool rogue_is_former(const struct rogue *r, uint32_t addr);
/* Is it time to log this one? */
bool rogue_seen(struct rogue *r, uint32_t addr, int ifindex, int64_t now);

#endif

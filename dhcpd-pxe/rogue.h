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

struct rogue {
	int fd; /* hears replies, to poll; -1: not open */
	struct {
		uint32_t addr;
		int ifindex;
		int64_t told; /* seconds */
	} of[ROGUE_ENTRIES];
	size_t n, next;
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

/* Is it time to log this one? */
bool rogue_seen(struct rogue *r, uint32_t addr, int ifindex, int64_t now);

#endif

/* The log, and the lines that the event command reads: one per event, and no
 * more than a disk can bear, however badly clients misbehave. */
#ifndef EVENTLOG_H
#define EVENTLOG_H

#include "answer.h"
#include "events.h"
#include "leaselog.h"
#include "loggate.h"

struct eventlog {
	struct events events;
	struct loggate gate; /* of answers */
	struct log_limit bad, quiet, refused, full, unsent, in_use, rogue, unfit;
	struct leaselog leases; /* of the lease file */
	uint64_t others;        /* other servers that were reported */
};

/* An answer that goes out.  Without -v only some per second are logged, of one
 * client and of all; the event command gets every one. */
void eventlog_answer(struct eventlog *e, const struct answer *a);
/* Why there is none; RELEASE and DECLINE too. */
void eventlog_result(struct eventlog *e, enum server_result r, const struct answer *a);
/* Options that did not fit into an answer. */
void eventlog_unfit(struct eventlog *e, const struct answer *a, unsigned left_out);
/* Somebody answered our ARP for an address of a range; it is handed out to nobody
 * for declined_s. */
void eventlog_in_use(struct eventlog *e, uint32_t addr, const uint8_t mac[6], int64_t declined_s, size_t resting);
/* One machine answers for all of them, which shows nothing. */
void eventlog_arp_proxy(struct eventlog *e, const char *iface, const uint8_t mac[6], size_t freed);
/* Another server answers the clients of an interface. */
struct eventlog_rogue {
	uint32_t addr;
	const char *iface, *client, *what;
};
void eventlog_rogue(struct eventlog *e, const struct eventlog_rogue *o);
/* A message that could not be read. */
void eventlog_malformed(struct eventlog *e, const char *from, const char *iface, const char *why);
/* Replies that could not be sent; errno says why. */
void eventlog_unsent(struct eventlog *e, size_t lost, size_t of);

void eventlog_close(struct eventlog *e);

#endif

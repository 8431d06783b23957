/* The log, and the lines that the event command reads: one per event, and no
 * more than a disk can bear, however badly clients misbehave. */
#ifndef EVENTLOG6_H
#define EVENTLOG6_H

#include "events.h"
#include "leaselog.h"
#include "loggate.h"
#include "server6.h"

struct eventlog {
	struct events events;
	struct loggate gate; /* of answers */
	struct log_limit bad, quiet, refused, full, unsent, router;
	struct leaselog leases; /* of the lease file */
};

/* An answer that goes out. */
void eventlog6_answer(struct eventlog *e, const struct answer *a);
/* Why there is none. */
void eventlog6_result(struct eventlog *e, enum server_result r, const struct answer *a);
/* A message that could not be read. */
void eventlog6_malformed(struct eventlog *e, const struct in6_addr *from, const char *iface, const char *why);
/* Replies that could not be sent; errno says why. */
void eventlog6_unsent(struct eventlog *e, size_t lost, size_t of);
/* A router advertisement: ours, or another's that silences ours. */
void eventlog6_router(struct eventlog *e, const char *iface, const struct in6_addr *from, const char *what);

void eventlog6_close(struct eventlog *e);

#endif

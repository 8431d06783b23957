/* What the log and the event command are told: one line an answer. */
#ifndef EVENTLOG_H
#define EVENTLOG_H

#include "events.h"
#include "log.h"
#include "server.h"

#define EVENTLOG_CLIENTS 1024 /* limits of log lines; clients of one hash share one */

struct eventlog {
	struct events events;
	uint64_t now_ms;
	struct log_limit bad, quiet, refused, full, lost, sync, in_use, other, tidy, unfit;
	bool sync_failed;
	struct log_limit client[EVENTLOG_CLIENTS], all, told;
	unsigned left_out; /* answers not logged since that was last said */
};

/* An answer that goes out.  Without -v only some a second are logged, of one
 * client and of all; the event command is told of each. */
void eventlog_answer(struct eventlog *n, const struct answer *a);
/* Why there is none; RELEASE and DECLINE too. */
void eventlog_result(struct eventlog *n, enum server_result r, const struct answer *a);
/* So many options had no room in an answer. */
void eventlog_unfit(struct eventlog *n, const struct answer *a, unsigned left_out);
/* An address of a range answered our ARP; it counts as declined for so long. */
void eventlog_in_use(struct eventlog *n, uint32_t addr, const uint8_t mac[6], int64_t rest_s);
/* Another server answers the clients of an interface. */
struct eventlog_rogue {
	uint32_t addr;
	const char *iface, *client, *what;
};
void eventlog_rogue(struct eventlog *n, const struct eventlog_rogue *o);
/* All that is wrong with rules or files. */
void eventlog_diag(const struct diag *f);
/* A message that could not be read. */
void eventlog_malformed(struct eventlog *n, const char *from, const char *iface, const char *why);

#endif

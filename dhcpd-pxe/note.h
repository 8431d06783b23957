/* What the log and the event command are told: one line an answer. */
#ifndef NOTE_H
#define NOTE_H

#include "events.h"
#include "log.h"
#include "server.h"

#define NOTE_CLIENTS 1024 /* limits of log lines; clients of one hash share one */

struct note {
	struct events events;
	uint64_t now_ms;
	struct log_limit bad, quiet, refused, full, lost, sync, in_use, other, tidy, unfit;
	bool sync_failed;
	struct log_limit client[NOTE_CLIENTS], all, told;
	unsigned left_out; /* answers not logged since that was last said */
};

/* An answer that goes out.  Without -v only some a second are logged, of one
 * client and of all; the event command is told of each. */
void note_answer(struct note *n, const struct answer *a);
/* Why there is none; RELEASE and DECLINE too. */
void note_result(struct note *n, enum server_result r, const struct answer *a);
/* So many options had no room in an answer. */
void note_unfit(struct note *n, const struct answer *a, unsigned left_out);
/* An address of a range answered our ARP, and rests for so long. */
void note_in_use(struct note *n, uint32_t addr, const uint8_t mac[6], int64_t rest_s);
/* Another server answers the clients of an interface. */
struct note_other {
	uint32_t addr;
	const char *iface, *client, *what;
};
void note_other_server(struct note *n, const struct note_other *o);
/* All that is wrong with rules or files. */
void note_diag(const struct diag *f);
/* A message that could not be read. */
void note_malformed(struct note *n, const char *from, const char *iface, const char *why);

#endif

/* The log lines about transfers and refused requests. */
#ifndef EVENTLOG_H
#define EVENTLOG_H

#include "events.h"
#include "loggate.h"
#include "transfers.h"

/* Lines about who never answered are apart: a flood of forged requests hides no
 * transfer. */
struct eventlog {
	struct loggate answered, unanswered;
};
void eventlog_open(struct eventlog *log);
/* Says how many lines were left out. */
void eventlog_close(struct eventlog *log);

struct eventlog_outcome {
	const char *what; /* our error, the client's message (XFER_ABORTED), or NULL */
	unsigned code;    /* of the ERROR packet sent or received */
};
/* Bytes of the file that were moved. */
uint64_t eventlog_bytes(const struct transfer *t);
/* One line per transfer, when it ends. */
void
eventlog_ended(struct eventlog *log, const struct transfer *t, const struct eventlog_outcome *outcome, uint64_t now_ms);
/* The same as an event; a client that only wanted the size makes none. */
void eventlog_event(struct events *events, const struct transfer *t, uint64_t now_ms);
/* With -v, one line when it begins: the options asked, and where it is answered from. */
void eventlog_started(const struct transfer *t, const struct tftp_options *asked, const char *from);
/* A request that no transfer came of. */
struct eventlog_refusal {
	const struct addr *who;
	enum tftp_opcode op;
	const char *asked, *path; /* the name, and what it became, or NULL */
	const char *link;         /* a symbolic link on its way says this, and leads out; or NULL */
};
void eventlog_refused(struct eventlog *log, const struct eventlog_refusal *r, const char *why, uint64_t now_ms);

#endif

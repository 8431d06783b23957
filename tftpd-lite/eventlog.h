/* The log lines about transfers and refused requests. */
#ifndef EVENTLOG_H
#define EVENTLOG_H

#include "transfers.h"

struct eventlog_outcome {
	const char *what; /* our error, the client's message (XFER_ABORTED), or NULL */
	unsigned code;    /* of the ERROR packet sent or received */
};
/* One line per transfer, when it ends. */
void eventlog_ended(const struct transfer *t, const struct eventlog_outcome *outcome, uint64_t now_ms);
/* With -v, one line when it begins: the options asked, and where it is answered from. */
void eventlog_started(const struct transfer *t, const struct tftp_options *asked, const char *from);
/* A request that no transfer came of.  `path`: what the name became, or NULL. */
void
eventlog_refused(const struct addr *who, enum tftp_opcode op, const char *asked, const char *path, const char *why);

#endif

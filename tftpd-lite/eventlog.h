/* The log lines of tftpd-lite. */
#ifndef EVENTLOG_H
#define EVENTLOG_H

#include "transfers.h"

/* One line a transfer, when it has ended.  `error`: what failed on our side
 * (XFER_FAILED), or the message the client sent (XFER_ABORTED), or NULL. */
struct eventlog_outcome {
	const char *what;
	unsigned code; /* of the ERROR packet sent or received */
};
void eventlog_end(const struct transfer *t, const struct eventlog_outcome *end, uint64_t now_ms);
/* With -v, a line when it begins: the options asked, and where it is answered from. */
void eventlog_begin(const struct transfer *t, const struct tftp_options *asked, const char *from);
/* A request that came to nothing. */
void
eventlog_refused(const struct addr *who, enum tftp_opcode op, const char *asked, const char *path, const char *why);

#endif

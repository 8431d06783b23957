/* What the log and the event command are told: one line an answer. */
#ifndef NOTE_H
#define NOTE_H

#include "events.h"
#include "log.h"
#include "server.h"

struct note {
	struct events events;
	uint64_t now_ms;
	struct log_limit bad, quiet, refused, full, lost, sync;
	bool sync_failed;
};

/* An answer that goes out. */
void note_answer(struct note *n, const struct answer *a);
/* Why there is none; RELEASE and DECLINE too. */
void note_result(struct note *n, enum server_result r, const struct answer *a);
/* A message that could not be read. */
void note_malformed(struct note *n, const char *from, const char *why);

#endif

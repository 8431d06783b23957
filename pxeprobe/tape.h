/*
 * A report on its way from the process that plays a machine to the one that prints: the calls
 * of report.h as messages in a pipe.  They are read as what strangers have sent: who plays
 * reads theirs.
 */
#ifndef TAPE_H
#define TAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "report.h"
#include "wire.h"

#define TAPE_MOST 16384 /* bytes of a message */

enum tape_kind { TAPE_PERSONA, TAPE_STEP, TAPE_FINDINGS, TAPE_VERDICT, TAPE_END, TAPE_ERROR };

/* The writing end. */
struct tape {
	int fd;
	uint32_t machine; /* whose lines these are */
};
/* A report with this sink prints nothing, and writes to its `struct tape *`. */
extern const struct report_sink tape_sink;
/* The machine is done, and would boot or not; the system failed, and why. */
void tape_end(const struct tape *t, bool boots);
void tape_error(const struct tape *t, const char *sentence);

struct tape_message {
	uint32_t machine;
	uint8_t kind;
	struct rd body;
};
/* Takes a message from `r`: 1, 0 when it is not there whole, -1 when it is none. */
int tape_next(struct rd *r, struct tape_message *out);
/* Reports what it says; false when it is malformed, or no call of report.h. */
bool tape_replay(const struct tape_message *m, struct report *r);

#endif

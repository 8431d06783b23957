/*
 * Machines that are played at the same time, each process taking its share of them, one after
 * the other; what they report is printed in the machines' order.
 */
#ifndef CREW_H
#define CREW_H

#include <stdbool.h>
#include <stddef.h>

#include "log.h"
#include "report.h"

#define CREW_MOST 16 /* processes */
#define CREW_ERROR 400

/* Machine `worker` and every workers-th after it.  `leash`: told to end once that can be
 * read, or is at its end. */
struct crew_share {
	size_t worker, workers;
	int leash;
};

struct crew {
	size_t machines;
	struct report *report;
	void *ctx;
	/* In a process of its own: gives rights up.  False, and a sentence, when it cannot begin. */
	bool (*begin)(void *ctx, const struct crew_share *share, char error[CREW_ERROR]);
	/* Plays one of them there; false when it would not boot.  *stopped: told to end. */
	bool (*play_machine)(void *ctx, size_t machine, struct report *r, bool *stopped);
	/* Before what this one reports is printed. */
	void (*turn)(void *ctx, size_t machine);
};

/* EXIT_NO when one of them would not boot, EXIT_SYSTEM when told to end before they were
 * done.  Gives rights up.  Ends the process where the system fails. */
enum exit_code crew_run(const struct crew *c);

#endif

/* Boots many machines at once: do the servers cope, and how long does each step take? */
#ifndef STORM_H
#define STORM_H

#include "log.h"
#include "dhcp_build.h"
#include "lan.h"
#include "persona.h"
#include "report.h"

struct storm_want {
	struct lan *lan;
	struct report *report;
	struct identity id; /* the first machine's; the others count up from it */
	const struct persona *persona;
	unsigned clients, concurrent;
	unsigned restarts;    /* of a machine that fails */
	unsigned patience_ms; /* 0: as the firmware has it */
};

/* First one machine boots alone, to find out what there is to load; then all of
 * them load it.  EXIT_DONE when every machine got everything, else EXIT_NO. */
enum exit_code storm_run(const struct storm_want *want);

#endif

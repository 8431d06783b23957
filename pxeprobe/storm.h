/* Many machines at once: does it hold, and how long does each step take. */
#ifndef STORM_H
#define STORM_H

#include "log.h"
#include "message.h"
#include "net.h"
#include "persona.h"
#include "report.h"

struct storm_want {
	struct net *net;
	struct report *report;
	struct identity id;   /* the first machine's; the others count up from it */
	const struct persona *persona;
	unsigned clients, concurrent, patience_ms;
};

/* EXIT_DONE when every machine got its boot file, EXIT_NO when not. */
enum exit_code storm_run(const struct storm_want *want);

#endif

/* One persona's way from DISCOVER to the last byte of its initrd. */
#ifndef WALK_H
#define WALK_H

#include <stdbool.h>

#include "dhcp_build.h"
#include "net.h"
#include "persona.h"
#include "replay.h"
#include "report.h"

struct walk_want {
	struct net *net;
	struct report *report;
	struct identity id;
	unsigned patience_ms;
	struct replay *replay; /* NULL, or where to note what is loaded, for a storm */
};

/* True when the machine would boot.  Reports steps, faults, verdict. */
bool walk(const struct walk_want *want, const struct persona *p);

#endif

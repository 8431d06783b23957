/* One persona's way from DISCOVER to the last byte of its initrd. */
#ifndef BOOT_H
#define BOOT_H

#include <stdbool.h>

#include "dhcp_build.h"
#include "lan.h"
#include "persona.h"
#include "replay.h"
#include "report.h"

struct boot_want {
	struct lan *lan;
	struct report *report;
	struct identity id;
	unsigned patience_ms;
	struct replay *replay; /* NULL, or where to note what is loaded, for a storm */
};

/* Reports steps, faults, verdict. */
enum verdict boot_run(const struct boot_want *want, const struct persona *p);

#endif

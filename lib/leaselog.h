/* What a DHCP server's log says of its lease file: once a minute while it is so. */
#ifndef LEASELOG_H
#define LEASELOG_H

#include "leasefile.h"
#include "log.h"

struct leaselog {
	struct log_limit unsynced, compact;
	bool failed; /* leases are not on disk, and that was said */
};

/* Brings what was added to the file to disk.  How long that took goes into *sync, a
 * histogram of lib/metrics, and a failure is counted.  True when all is on disk. */
bool leaselog_sync(struct leaselog *l, struct leasefile *f, uint64_t *sync, uint64_t *failures);
/* What was to be there is not (errno). */
void leaselog_unsynced(struct leaselog *l, const char *path);
/* The lease file was found deleted or replaced; it could not be written anew
 * (`error`, 0 otherwise). */
void leaselog_compact(struct leaselog *l, const char *path, bool replaced, int error);

#endif

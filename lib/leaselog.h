/* What a DHCP server's log says of its lease file: once a minute while it is so. */
#ifndef LEASELOG_H
#define LEASELOG_H

#include "log.h"

struct leaselog {
	struct log_limit unsynced, compact;
	bool failed; /* leases are not on disk, and that was said */
};

/* The leases of a batch are on disk, or are not (errno). */
void leaselog_synced(struct leaselog *l);
void leaselog_unsynced(struct leaselog *l, const char *path);
/* The lease file was found deleted or replaced; it could not be written anew
 * (`error`, 0 otherwise). */
void leaselog_compact(struct leaselog *l, const char *path, bool replaced, int error);

#endif

#include "leaselog.h"

#include <errno.h>
#include <string.h>

#include "clock.h"

static bool
once_a_minute(struct log_limit *limit)
{
	unsigned missed;

	return log_allow(limit, clock_ms() / 60, 1, &missed);
}

void
leaselog_synced(struct leaselog *l)
{
	if (l->failed)
		log_info("leases are written again");
	l->failed = false;
}

void
leaselog_unsynced(struct leaselog *l, const char *path)
{
	const char *why = strerror(errno);

	if (once_a_minute(&l->unsynced))
		log_err("cannot write the lease file %s: %s; no address is leased until that is mended", path, why);
	l->failed = true;
}

void
leaselog_compact(struct leaselog *l, const char *path, bool replaced, int error)
{
	if ((!replaced && !error) || !once_a_minute(&l->compact))
		return;
	if (replaced)
		log_warn("%s was deleted or replaced while it was in use; it is written anew", path);
	if (error)
		log_warn("cannot write %s anew: %s; lines are appended to %s", path, strerror(error),
		    replaced ? "a file without a name" : "it");
}

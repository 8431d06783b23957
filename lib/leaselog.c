#include "leaselog.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "metrics.h"

void
leaselog_unsynced(struct leaselog *l, const char *path)
{
	const char *why = strerror(errno);

	if (log_allow_minute(&l->unsynced, clock_ms()))
		log_err("cannot write the lease file %s: %s; no address is leased until that is mended", path, why);
	l->failed = true;
}

bool
leaselog_sync(struct leaselog *l, struct leasefile *f, uint64_t *sync, uint64_t *failures)
{
	uint64_t begun_us = clock_us();
	int rc = leasefile_sync(f);

	if (rc != 0)
		metrics_observe(sync, clock_us() - begun_us);
	if (rc < 0) {
		leaselog_unsynced(l, f->path);
		++*failures;
	} else if (rc > 0 && l->failed) {
		log_info("leases are written again");
		l->failed = false;
	}
	return rc >= 0;
}

void
leaselog_compact(struct leaselog *l, const char *path, bool replaced, int error)
{
	if ((!replaced && !error) || !log_allow_minute(&l->compact, clock_ms()))
		return;
	if (replaced)
		log_warn("%s was deleted or replaced while it was in use; it is written anew", path);
	if (error)
		log_warn("cannot write %s anew: %s; lines are appended to %s", path, strerror(error),
		    replaced ? "a file without a name" : "it");
}

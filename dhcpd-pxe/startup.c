#include "startup.h"

#include <stdio.h>
#include <time.h>

#include "ifsockets.h"
#include "unique.h"

int
startup_open(struct daemon *d, char error[DHCPCORE_ERROR])
{
	int rc;

	/* before the interfaces are looked at, so that no change is missed */
	d->core.watch = ifaces_watch(d->core.config->set.rules.family);
	d->leases.seed = unique_number();
	d->uuids.seed = d->loops.seed = d->declines.seed = d->shares.seed = d->leases.seed;
	loggate_init(&d->log.gate);
	d->shares.settled = time(NULL) + SHARE_SETTLE_S;
	rc = ifsockets_open(d, error);
	if (rc != EXIT_DONE)
		return rc;
	arpprobe_open(&d->probe, d->net.frame);
	rogue_open(&d->rogue);
	d->core.store = leasebook_store(&d->leases);
	if (dhcpcore_open_leases(&d->core, d->core.config, error) < 0)
		return EXIT_SYSTEM;
	if (d->core.has_file)
		leasefile_shorten(&d->core.file, d->core.options->from.as);
	d->batch = batch_new();
	if (!d->batch) {
		snprintf(error, DHCPCORE_ERROR, "out of memory");
		return EXIT_SYSTEM;
	}
	if (dhcpcore_open_loop(&d->core, error) < 0)
		return EXIT_SYSTEM;
	daemon_apply(d);
	return EXIT_DONE;
}

#include "startup6.h"

#include <stdio.h>

#include "ifsockets6.h"
#include "unique.h"

int
startup6_open(struct daemon *d, char error[DHCPCORE_ERROR])
{
	int rc;

	/* before the interfaces are looked at, so that no change is missed */
	d->core.watch = ifaces_watch(d->core.config->set.rules.family);
	d->leases.seed = d->loops.seed = unique_number();
	loggate_init(&d->log.gate);
	rc = ifsockets6_open(d, error);
	if (rc != EXIT_DONE)
		return rc;
	d->book.leases = &d->leases;
	d->core.store = leasebook6_store(&d->book);
	if (dhcpcore_open_leases(&d->core, d->core.config, error) < 0)
		return EXIT_SYSTEM;
	if (d->core.has_file)
		leasefile_shorten(&d->core.file, d->core.options->from.as);
	d->batch = batch6_new();
	if (!d->batch) {
		snprintf(error, DHCPCORE_ERROR, "out of memory");
		return EXIT_SYSTEM;
	}
	return dhcpcore_open_loop(&d->core, error) < 0 ? EXIT_SYSTEM : EXIT_DONE;
}

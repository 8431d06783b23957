#include "startup6.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "fence.h"
#include "ifsockets6.h"
#include "unique.h"

int
startup6_open(struct daemon *d, char error[DAEMON_ERROR])
{
	int rc;

	/* before the interfaces are looked at, so that no change is missed */
	d->watch = ifaces_watch(d->config->set.rules.family);
	d->leases.seed = d->loops.seed = unique_number();
	loggate_init(&d->log.gate);
	rc = ifsockets6_open(d, error);
	if (rc != EXIT_DONE)
		return rc;
	if (daemon6_open_leases(d, d->config, error) < 0)
		return EXIT_SYSTEM;
	if (d->has_file)
		leasefile_shorten(&d->file, d->options->from.as);
	d->batch = batch6_new();
	d->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!d->batch || d->epoll < 0 || daemon6_poll(d, d->signals) < 0 || daemon6_poll(d, d->watch) < 0 ||
	    daemon6_poll(d, d->control.fd) < 0 || daemon6_poll(d, d->router.fd) < 0) {
		snprintf(error, DAEMON_ERROR, "cannot set up the event loop: %s", strerror(errno));
		return EXIT_SYSTEM;
	}
	return EXIT_DONE;
}

int
startup6_confine(struct daemon *d, char error[DAEMON_ERROR])
{
	return fence_enter(&(struct fence){ .config = d->config,
	                       .options = d->options,
	                       .file = d->has_file ? &d->file : NULL,
	                       .metrics = &d->metrics,
	                       .reach = &d->reach },
	    error);
}

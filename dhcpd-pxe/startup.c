/* startup_open: interfaces, sockets, leases, and what is polled. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <time.h>

#include "daemon.h"
#include "log.h"
#include "ifsockets.h"

int
daemon_open_leases(struct daemon *d, const struct config *c, char error[DAEMON_ERROR])
{
	const char *path = d->options->leases ? d->options->leases : CONFIG_LEASES;

	if (!d->has_file && config_serves(c)) {
		if (leasefile_open(&d->file, path, &d->leases, error) < 0) {
			leasefile_close(&d->file);
			return -1;
		}
		d->has_file = true;
		if (d->file.damaged)
			log_warn("%s: %zu damaged lines were passed over; they are in %s.damaged", path,
			    d->file.damaged, path);
		log_debug("%zu leases read from %s", d->leases.by_addr.n, path);
	}
	if (leases_bind(&d->leases, &c->rules, time(NULL)) == 0)
		return 0;
	snprintf(error, DAEMON_ERROR, "out of memory");
	return -1;
}

int
daemon_poll(const struct daemon *d, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	if (fd < 0 || epoll_ctl(d->epoll, EPOLL_CTL_ADD, fd, &e) == 0 || errno == EEXIST)
		return 0;
	return -1;
}

static int
poll_own(const struct daemon *d)
{
	const int fds[] = { d->signals, d->watch, d->sniff.arp, d->sniff.replies };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (daemon_poll(d, fds[i]) < 0)
			return -1;
	return 0;
}

int
startup_open(struct daemon *d, char error[DAEMON_ERROR])
{
	int rc;

	/* before the interfaces are looked at, so that no change is missed */
	d->watch = ifaces_watch();
	d->epoll = epoll_create1(EPOLL_CLOEXEC);
	d->batch = batch_new();
	sniff_open(&d->sniff);
	if (!d->batch || d->epoll < 0 || poll_own(d) < 0) {
		snprintf(error, DAEMON_ERROR, "cannot set up the event loop: %s", strerror(errno));
		return EXIT_SYSTEM;
	}
	if (getrandom(&d->leases.seed, sizeof(d->leases.seed), 0) < 0)
		d->leases.seed = (uint64_t)time(NULL);
	d->uuids.seed = d->leases.seed;
	rc = ifsockets_open(d, error);
	if (rc != EXIT_DONE)
		return rc;
	if (daemon_open_leases(d, d->config, error) < 0)
		return EXIT_SYSTEM;
	ifsockets_set(d);
	return EXIT_DONE;
}

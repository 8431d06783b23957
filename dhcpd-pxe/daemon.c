#include "daemon.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "asuser.h"
#include "log.h"

static int
open_control(void *context)
{
	struct daemon *d = context;

	return control_open(&d->control, d->file.dir, d->file.name);
}

/* What it cannot do is said; clients are served without it.  The file is ours alone
 * by now, and so is what lies beside it. */
static void
open_beside(struct daemon *d)
{
	if (d->file.offers >= 0 && ftruncate(d->file.offers, 0) < 0)
		log_debug("cannot empty %s" LEASEFILE_OFFERS ": %s", d->file.path, strerror(errno));
	if (asuser_try(d->options->from.as, d->file.path, open_control, d) < 0)
		log_info(
		    "no control socket %s" CONTROL " (%s): dhcpd-pxe -r finds nobody", d->file.path, strerror(errno));
}

int
daemon_open_leases(struct daemon *d, const struct config *c, char error[DAEMON_ERROR])
{
	if (d->has_file || !config_serves(c))
		return 0;
	d->store = leasebook_store(&d->leases);
	if (leasefile_open(&d->file, d->options->leases, &d->store, d->options->from.as, error) < 0) {
		leasefile_close(&d->file);
		return -1;
	}
	d->has_file = true;
	open_beside(d);
	return 0;
}

int
daemon_read_leases(struct daemon *d, const struct config *c, char error[DAEMON_ERROR])
{
	const char *path = d->options->leases;
	size_t cut;

	if (d->has_file && !d->has_read) {
		if (leasefile_read(&d->file, error) < 0) {
			leasefile_close(&d->file);
			d->has_file = false;
			return -1;
		}
		d->has_read = true;
		if (d->file.damaged)
			log_warn("%s: %zu damaged lines were passed over; they are in %s.damaged", path,
			    d->file.damaged, path);
		leases_mark_theirs(&d->leases, &c->set.rules);
		cut = leases_cut(&d->leases, &c->set.rules, time(NULL));
		if (cut > 0)
			log_warn(
			    "%s: %zu leases end later than their subnets allow, as if the clock had been ahead: cut",
			    path, cut);
		log_debug("%zu leases read from %s", d->leases.by_addr.n, path);
	}
	if (leases_bind(&d->leases, &c->set.rules, time(NULL)) == 0)
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

void
daemon_apply(struct daemon *d)
{
	int rc = daemon_poll(d, d->config->set.dirs.inotify);

	d->server = (struct server){ .alloc = { .rules = &d->config->set.rules,
		                         .hosts = &d->config->set.hosts,
		                         .leases = &d->leases,
		                         .own = d->config->ifaces.own,
		                         .owns = d->config->ifaces.owns },
		.uuids = &d->uuids,
		.loops = &d->loops,
		.declines = &d->declines,
		.shares = &d->shares };
	for (size_t i = 0; i < d->net.n; i++)
		rc |= daemon_poll(d, d->net.sock[i].fd);
	if (rc < 0)
		log_err("cannot poll: %s", strerror(errno));
}

void
daemon_close(struct daemon *d)
{
	events_close(&d->log.events);
	net_close(&d->net);
	arpprobe_close(&d->probe);
	rogue_close(&d->rogue);
	control_close(&d->control);
	if (d->has_file)
		leasefile_close(&d->file);
	leases_free(&d->leases);
	reach_free(&d->reach);
	batch_free(d->batch);
	stats_free(&d->stats);
	config_free(d->config);
	names_free(&d->names);
	close(d->epoll);
	close(d->signals);
	if (d->watch >= 0)
		close(d->watch);
}

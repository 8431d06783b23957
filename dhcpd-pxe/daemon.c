#include "daemon.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "log.h"

int
daemon_read_leases(struct daemon *d, const struct config *c, char error[DHCPCORE_ERROR])
{
	const char *path = d->core.options->leases;
	int read = dhcpcore_read_leases(&d->core, error);
	size_t cut;

	if (read < 0)
		return -1;
	if (read > 0) {
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
	snprintf(error, DHCPCORE_ERROR, "out of memory");
	return -1;
}

void
daemon_apply(struct daemon *d)
{
	int rc = dhcpcore_poll(&d->core, d->core.config->set.dirs.inotify);

	d->server = (struct server){ .alloc = { .rules = &d->core.config->set.rules,
		                         .hosts = &d->core.config->set.hosts,
		                         .leases = &d->leases,
		                         .own = d->core.config->ifaces.own,
		                         .owns = d->core.config->ifaces.owns },
		.uuids = &d->uuids,
		.loops = &d->loops,
		.declines = &d->declines,
		.shares = &d->shares };
	rc |= dhcpcore_poll(&d->core, d->probe.fd) | dhcpcore_poll(&d->core, d->rogue.fd);
	for (size_t i = 0; i < d->net.n; i++)
		rc |= dhcpcore_poll(&d->core, d->net.sock[i].fd);
	if (rc < 0)
		log_err("cannot poll: %s", strerror(errno));
}

void
daemon_close(struct daemon *d)
{
	eventlog_close(&d->log);
	net_close(&d->net);
	arpprobe_close(&d->probe);
	rogue_close(&d->rogue);
	dhcpcore_close(&d->core);
	leases_free(&d->leases);
	batch_free(d->batch);
	stats_free(&d->stats);
	names_free(&d->names);
}

#include "daemon6.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "asuser.h"
#include "log.h"

static int
daemon6_open_control(void *context)
{
	struct daemon *d = context;

	return control_open(&d->control, d->file.dir, d->file.name);
}

/* What it cannot do is said; clients are served without it. */
int
daemon6_open_leases(struct daemon *d, const struct config *c, char error[DAEMON_ERROR])
{
	const struct priv_user *as = d->options->from.as;

	if (d->has_file || !config_serves(c))
		return 0;
	d->book.leases = &d->leases;
	d->store = leasebook6_store(&d->book);
	if (leasefile_open(&d->file, d->options->leases, &d->store, as, error) < 0) {
		leasefile_close(&d->file);
		return -1;
	}
	d->has_file = true;
	if (asuser_try(as, d->file.path, daemon6_open_control, d) < 0)
		log_info(
		    "no control socket %s" CONTROL " (%s): dhcpd6-pxe -r finds nobody", d->file.path, strerror(errno));
	return 0;
}

uint32_t
daemon6_longest_s(const struct rules *rules)
{
	uint32_t longest = LEASES_OFFER_S;

	for (size_t i = 0; i < rules->n[RULE_SUBNET6]; i++) {
		const struct subnet6 *s = rules_line(rules, RULE_SUBNET6, i)->subnet6;

		longest = s->lease_s > longest ? s->lease_s : longest;
		longest = s->decline_s > longest ? s->decline_s : longest;
	}
	return longest;
}

/* The first time. */
static int
read_file(struct daemon *d, const struct config *c, char error[DAEMON_ERROR])
{
	const char *path = d->options->leases;
	size_t cut;

	if (leasefile_read(&d->file, error) < 0)
		return -1;
	if (d->file.damaged)
		log_warn("%s: %zu damaged lines were passed over; they are in %s.damaged", path, d->file.damaged, path);
	cut = leases6_cut(&d->leases, time(NULL) + daemon6_longest_s(&c->set.rules));
	if (cut > 0)
		log_warn(
		    "%s: %zu leases end later than any subnet allows, as if the clock had been ahead: cut", path, cut);
	log_debug("%zu leases read from %s", d->leases.by_addr.n, path);
	if (leasebook6_make_duid(&d->book, &d->file) == 0 && leasefile_sync(&d->file) >= 0)
		return 0;
	snprintf(error, DAEMON_ERROR, "cannot write this server's DUID to %s: %s", path, strerror(errno));
	return -1;
}

int
daemon6_read_leases(struct daemon *d, const struct config *c, char error[DAEMON_ERROR])
{
	if (d->has_file && !d->has_read && read_file(d, c, error) < 0) {
		leasefile_close(&d->file);
		d->has_file = false;
		return -1;
	}
	d->has_read = d->has_file;
	if (daemon6_bind_leases(d, &c->set.rules) == 0)
		return 0;
	snprintf(error, DAEMON_ERROR, "out of memory");
	return -1;
}

int
daemon6_bind_leases(struct daemon *d, const struct rules *rules)
{
	struct lease_range *range;
	size_t n = 0, room = 0;
	int rc;

	for (size_t i = 0; i < rules->n[RULE_SUBNET6]; i++)
		room += rules_line(rules, RULE_SUBNET6, i)->subnet6->ranges;
	range = calloc(room + 1, sizeof(*range));
	if (!range)
		return -1;
	for (size_t i = 0; i < rules->n[RULE_SUBNET6]; i++) {
		const struct subnet6 *s = rules_line(rules, RULE_SUBNET6, i)->subnet6;

		for (size_t k = 0; k < s->ranges; k++)
			range[n++] = (struct lease_range){ s->range[k].low, s->range[k].high };
	}
	rc = leases6_bind(&d->leases, range, n) < 0 || quotas6_bind(&d->quotas, rules) < 0 ? -1 : 0;
	free(range);
	return rc;
}

int
daemon6_poll(const struct daemon *d, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	if (fd < 0 || epoll_ctl(d->epoll, EPOLL_CTL_ADD, fd, &e) == 0 || errno == EEXIST)
		return 0;
	return -1;
}

void
daemon6_apply(struct daemon *d)
{
	int rc = daemon6_poll(d, d->config->set.dirs.inotify);

	d->server = (struct server){ .alloc = { .rules = &d->config->set.rules,
		                         .hosts = &d->config->set.hosts,
		                         .leases = &d->leases,
		                         .quotas = &d->quotas },
		.loops = &d->loops,
		.duid = leasebook6_duid(&d->book) };
	for (size_t i = 0; i < d->net.n; i++)
		rc |= daemon6_poll(d, d->net.sock[i].fd);
	if (rc < 0)
		log_err("cannot poll: %s", strerror(errno));
}

void
daemon6_close(struct daemon *d)
{
	eventlog6_close(&d->log);
	net6_close(&d->net);
	router_close(&d->router);
	control_close(&d->control);
	if (d->has_file)
		leasefile_close(&d->file);
	leases6_free(&d->leases);
	quotas6_free(&d->quotas);
	reach_free(&d->reach);
	batch6_free(d->batch);
	stats6_free(&d->stats);
	config_free(d->config);
	close(d->epoll);
	close(d->signals);
	if (d->watch >= 0)
		close(d->watch);
}

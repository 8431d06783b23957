#include "daemon6.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"

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

/* The lease file was read: cuts what cannot be, and finds or makes this server's DUID. */
static int
take_leases(struct daemon *d, const struct config *c, char error[DHCPCORE_ERROR])
{
	const char *path = d->core.options->leases;
	size_t cut = leases6_cut(&d->leases, time(NULL) + daemon6_longest_s(&c->set.rules));

	if (cut > 0)
		log_warn(
		    "%s: %zu leases end later than any subnet allows, as if the clock had been ahead: cut", path, cut);
	log_debug("%zu leases read from %s", d->leases.by_addr.n, path);
	if (leasebook6_make_duid(&d->book, &d->core.file) == 0 && leasefile_sync(&d->core.file) >= 0)
		return 0;
	snprintf(error, DHCPCORE_ERROR, "cannot write this server's DUID to %s: %s", path, strerror(errno));
	dhcpcore_close_leases(&d->core);
	return -1;
}

int
daemon6_read_leases(struct daemon *d, const struct config *c, char error[DHCPCORE_ERROR])
{
	int read = dhcpcore_read_leases(&d->core, error);

	if (read < 0 || (read > 0 && take_leases(d, c, error) < 0))
		return -1;
	if (daemon6_bind_leases(d, &c->set.rules) == 0)
		return 0;
	snprintf(error, DHCPCORE_ERROR, "out of memory");
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

void
daemon6_apply(struct daemon *d)
{
	int rc = dhcpcore_poll(&d->core, d->core.config->set.dirs.inotify);

	d->server = (struct server){ .alloc = { .rules = &d->core.config->set.rules,
		                         .hosts = &d->core.config->set.hosts,
		                         .leases = &d->leases,
		                         .quotas = &d->quotas },
		.loops = &d->loops,
		.duid = leasebook6_duid(&d->book) };
	rc |= dhcpcore_poll(&d->core, d->router.fd);
	for (size_t i = 0; i < d->net.n; i++)
		rc |= dhcpcore_poll(&d->core, d->net.sock[i].fd);
	if (rc < 0)
		log_err("cannot poll: %s", strerror(errno));
}

void
daemon6_close(struct daemon *d)
{
	eventlog6_close(&d->log);
	net6_close(&d->net);
	router_close(&d->router);
	dhcpcore_close(&d->core);
	leases6_free(&d->leases);
	quotas6_free(&d->quotas);
	batch6_free(d->batch);
	stats6_free(&d->stats);
}

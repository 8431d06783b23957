#include "ifsockets6.h"

#include <stdio.h>
#include <stdlib.h>

#include "addr6.h"
#include "clock.h"
#include "ifbind.h"
#include "log.h"

/* ---- what is served ---------------------------------------------------- */

static void
ifsockets6_print_subnet(FILE *f, const struct subnet6 *s)
{
	char low[INET6_ADDRSTRLEN], high[INET6_ADDRSTRLEN];

	fprintf(f, " %s for %s/%u", s->netboot ? "netboot" : "server", addr6_text(&s->net, low), s->prefix);
	for (size_t i = 0; i < s->ranges; i++)
		fprintf(f, "%s%s-%s", i ? "," : " range ", addr6_text(&s->range[i].low, low),
		    addr6_text(&s->range[i].high, high));
	if (s->ranges == 0)
		fputs(" hosts with addr= only", f);
}

void
ifsockets6_say(const struct daemon *d)
{
	const struct rules *rules = &d->core.config->set.rules;
	const char *between = "";
	char addr[INET6_ADDRSTRLEN], *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return;
	for (size_t i = 0; i < d->core.config->ifaces.n; i++) {
		const struct netif *net = &d->core.config->ifaces.net[i];

		if (!net6_has(&d->net, net->index) && !router_speaks(&d->router, net->index))
			continue;
		fprintf(f, "%s%s %s", between, net->name, ifaces_addr_text(net, rules->family, addr));
		between = "; ";
		for (size_t k = 0; k < rules->n[RULE_SUBNET6]; k++)
			if (ifaces_has_subnet6(net, rules_line(rules, RULE_SUBNET6, k)->subnet6))
				ifsockets6_print_subnet(f, rules_line(rules, RULE_SUBNET6, k)->subnet6);
		if (router_speaks(&d->router, net->index))
			fputs(" router advertisements", f);
	}
	if (!*between)
		fputs("no interface can be served yet", f);
	if (fclose(f) == 0 && text)
		log_info("ready: %s", text);
	free(text);
}

/* ---- their sockets ----------------------------------------------------- */

static int
ifsockets6_bind_net(void *net, const struct netif *iface, bool beside, char error[IFBIND_ERROR])
{
	return net6_bind(net, iface, beside, error);
}

static void
ifsockets6_drop_net(void *net, int ifindex)
{
	net6_drop(net, ifindex);
}

static size_t
ifsockets6_count_net(const void *context)
{
	const struct net *net = context;

	return net->n + net->joins;
}

static struct ifbind
ifsockets6_binder(struct daemon *d)
{
	return (struct ifbind){ .context = &d->net,
		.bind = ifsockets6_bind_net,
		.drop = ifsockets6_drop_net,
		.count = ifsockets6_count_net };
}

void
ifsockets6_drop(struct daemon *d, const struct config *keep, const struct config *other)
{
	const struct ifbind b = ifsockets6_binder(d);

	ifbind_drop(&b, keep, other);
}

struct router_env
ifsockets6_router_env(struct daemon *d)
{
	return (struct router_env){ .ifaces = &d->core.config->ifaces,
		.rules = &d->core.config->set.rules,
		.log = &d->log,
		.sent = &d->stats.value[STATS_SENT_RA],
		.now_ms = clock_ms() };
}

void
ifsockets6_route(struct daemon *d)
{
	const struct router_env env = ifsockets6_router_env(d);
	char error[ROUTER_ERROR];

	if (router_bind(&d->router, &env, error) < 0)
		log_err("%s", error);
}

/* ---- at the start, and with other rules -------------------------------- */

int
ifsockets6_open(struct daemon *d, char error[DHCPCORE_ERROR])
{
	const struct ifbind b = ifsockets6_binder(d);
	struct config *c = d->core.config;
	struct listen_set set;

	if (ifaces_read(&c->set.rules, &c->ifaces, error) < 0)
		return EXIT_SYSTEM;
	if (c->set.rules.n[RULE_INTERFACE] == 0 && c->ifaces.n == 0) {
		ifaces_say_none(&c->set.rules, error);
		return EXIT_SYSTEM;
	}
	/* a typo in -i should show at once; without a cable there is no link-local address
	 * yet */
	for (size_t i = 0; i < d->core.options->from.interfaces; i++) {
		const char *name = d->core.options->from.interface[i];

		if (!ifaces_is_pattern(name) && ifaces_exists(name, error) == IFACES_WRONG)
			return EXIT_USAGE;
	}
	if (listen_inherited(SOCK_DGRAM, &set) < 0) {
		snprintf(error, DHCPCORE_ERROR, "%s", set.error);
		return EXIT_SYSTEM;
	}
	if (net6_adopt(&d->net, &set, error) < 0 || ifbind_all(&b, c, error) < 0)
		return EXIT_SYSTEM;
	router_open(&d->router);
	if (router_bind(&d->router,
	        &(struct router_env){ .ifaces = &c->ifaces, .rules = &c->set.rules, .now_ms = clock_ms() }, error) < 0)
		return EXIT_SYSTEM;
	return EXIT_DONE;
}

int
ifsockets6_prepare(struct daemon *d, struct config *next, char error[DHCPCORE_ERROR])
{
	const struct ifbind b = ifsockets6_binder(d);

	if (ifbind_prepare(&b, d->core.config, next, error) < 0)
		return -1;
	d->core.unbound = false;
	return 0;
}

/* ---- as they come and go ----------------------------------------------- */

void
ifsockets6_update(struct daemon *d)
{
	const struct ifbind b = ifsockets6_binder(d);
	struct ifaces before;

	if (!ifbind_update(&b, d->core.config, &before, &d->core.unbound))
		return;
	daemon6_apply(d);
	ifsockets6_route(d);
	if (!ifaces_same(&before, &d->core.config->ifaces))
		ifsockets6_say(d);
	ifaces_free(&before);
}

void
ifsockets6_retry(struct daemon *d)
{
	const struct ifbind b = ifsockets6_binder(d);

	if (!ifbind_new(&b, d->core.config, NULL, &d->core.unbound))
		return;
	daemon6_apply(d);
	ifsockets6_say(d);
}

void
ifsockets6_restore(struct daemon *d, const struct config *next)
{
	const struct ifbind b = ifsockets6_binder(d);

	ifbind_drop(&b, d->core.config, next);
	ifbind_new(&b, d->core.config, NULL, &d->core.unbound);
	daemon6_apply(d);
}

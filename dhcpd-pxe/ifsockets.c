#include "ifsockets.h"

#include <stdio.h>
#include <stdlib.h>

#include "ifbind.h"
#include "log.h"

/* ---- what is served ---------------------------------------------------- */

static void
print_subnet(FILE *f, const struct subnet *s)
{
	char low[NUM_IP4_TEXT], high[NUM_IP4_TEXT];

	if (s->proxy) {
		fprintf(f, " proxy for %s/%u", num_ip4_text(s->net, low), s->prefix);
		return;
	}
	fprintf(f, " server for %s/%u", num_ip4_text(s->net, low), s->prefix);
	for (size_t i = 0; i < s->ranges; i++)
		fprintf(f, "%s%s-%s", i ? "," : " range ", num_ip4_text(s->range[i].low, low),
		    num_ip4_text(s->range[i].high, high));
	if (s->ranges == 0)
		fputs(" hosts with addr= only", f);
}

void
ifsockets_say(const struct daemon *d)
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

		if (!net_has(&d->net, net->index))
			continue;
		fprintf(f, "%s%s %s", between, net->name, ifaces_addr_text(net, rules->family, addr));
		between = "; ";
		for (size_t k = 0; k < rules->n[RULE_SUBNET]; k++)
			if (ifaces_has_subnet(net, rules_line(rules, RULE_SUBNET, k)->subnet))
				print_subnet(f, rules_line(rules, RULE_SUBNET, k)->subnet);
	}
	if (!*between)
		fputs("no interface can be served yet", f);
	if (fclose(f) == 0 && text)
		log_info("ready: %s", text);
	free(text);
}

/* ---- their sockets ----------------------------------------------------- */

static int
bind_net(void *net, const struct netif *iface, bool beside, char error[IFBIND_ERROR])
{
	return net_bind(net, iface, beside, error);
}

static void
drop_net(void *net, int ifindex)
{
	net_drop(net, ifindex);
}

static size_t
count_net(const void *context)
{
	const struct net *net = context;

	return net->n;
}

static struct ifbind
binder(struct daemon *d)
{
	return (struct ifbind){ .context = &d->net, .bind = bind_net, .drop = drop_net, .count = count_net };
}

void
ifsockets_drop(struct daemon *d, const struct config *keep, const struct config *other)
{
	const struct ifbind b = binder(d);

	ifbind_drop(&b, keep, other);
}

/* ---- at the start, and with other rules -------------------------------- */

int
ifsockets_open(struct daemon *d, char error[DHCPCORE_ERROR])
{
	const struct ifbind b = binder(d);
	struct config *c = d->core.config;
	struct listen_set set;

	if (ifaces_read(&c->set.rules, &c->ifaces, error) < 0)
		return EXIT_SYSTEM;
	if (c->set.rules.n[RULE_INTERFACE] == 0 && c->ifaces.n == 0) {
		ifaces_say_none(&c->set.rules, error);
		return EXIT_SYSTEM;
	}
	/* a typo in -i should show at once */
	for (size_t i = 0; i < d->core.options->from.interfaces; i++) {
		const char *name = d->core.options->from.interface[i];
		enum ifaces_result rc =
		    ifaces_is_pattern(name) ? IFACES_OK : ifaces_check(name, c->set.rules.family, error);

		if (rc != IFACES_OK)
			return rc == IFACES_WRONG ? EXIT_USAGE : EXIT_SYSTEM;
	}
	if (net_open(&d->net, error) < 0)
		return EXIT_SYSTEM;
	if (listen_inherited(SOCK_DGRAM, &set) < 0) {
		snprintf(error, DHCPCORE_ERROR, "%s", set.error);
		return EXIT_SYSTEM;
	}
	if (net_adopt(&d->net, &set, error) < 0 || ifbind_all(&b, c, error) < 0)
		return EXIT_SYSTEM;
	if (d->net.frame < 0)
		log_warn(
		    "no right to send raw frames (CAP_NET_RAW): replies to clients without an address are broadcast");
	return EXIT_DONE;
}

int
ifsockets_prepare(struct daemon *d, struct config *next, char error[DHCPCORE_ERROR])
{
	const struct ifbind b = binder(d);

	if (ifbind_prepare(&b, d->core.config, next, error) < 0)
		return -1;
	d->core.unbound = false;
	return 0;
}

/* ---- as they come and go ----------------------------------------------- */

void
ifsockets_update(struct daemon *d)
{
	const struct ifbind b = binder(d);
	struct ifaces before;

	if (!ifbind_update(&b, d->core.config, &before, &d->core.unbound))
		return;
	daemon_apply(d);
	if (!ifaces_same(&before, &d->core.config->ifaces))
		ifsockets_say(d);
	for (size_t i = 0; i < before.owns; i++)
		if (!ifaces_own(&d->core.config->ifaces, before.own[i]))
			rogue_was_ours(&d->rogue, before.own[i]);
	ifaces_free(&before);
}

void
ifsockets_retry(struct daemon *d)
{
	const struct ifbind b = binder(d);

	if (!ifbind_new(&b, d->core.config, NULL, &d->core.unbound))
		return;
	daemon_apply(d);
	ifsockets_say(d);
}

void
ifsockets_restore(struct daemon *d, const struct config *next)
{
	const struct ifbind b = binder(d);

	ifbind_drop(&b, d->core.config, next);
	ifbind_new(&b, d->core.config, NULL, &d->core.unbound);
	/* a socket that was bound anew, for a server instead of a proxy, stays */
	daemon_apply(d);
}

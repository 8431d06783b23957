#include "ifsockets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	const struct rules *rules = &d->config->set.rules;
	const char *between = "";
	char addr[NUM_IP4_TEXT], *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return;
	for (size_t i = 0; i < d->config->ifaces.n; i++) {
		const struct netif *net = &d->config->ifaces.net[i];

		if (!net_has(&d->net, net->index))
			continue;
		fprintf(f, "%s%s %s", between, net->name, num_ip4_text(net->addr[0].addr, addr));
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

/* Interfaces that are served in part, or not yet. */
static void
warn_of_ifaces(const struct config *c)
{
	char why[IFACES_ERROR], addr[NUM_IP4_TEXT];

	for (size_t i = 0; i < c->ifaces.n; i++) {
		const struct netif *iface = &c->ifaces.net[i];

		if (!iface->up)
			log_warn(
			    "%s is down: nothing arrives until it is up (ip link set %s up)", iface->name, iface->name);
		if (!ifaces_has_some_subnet(iface, &c->set.rules))
			log_warn("%s: no subnet line holds its address %s, so only clients behind a relay are "
			         "served there",
			    iface->name, num_ip4_text(iface->addr[0].addr, addr));
	}
	for (size_t i = 0; i < c->set.rules.n[RULE_INTERFACE]; i++) {
		const char *name = rules_line(&c->set.rules, RULE_INTERFACE, i)->interface;

		if (!ifaces_is_pattern(name) && !ifaces_named(&c->ifaces, name) &&
		    ifaces_check(name, c->set.rules.family, why) != IFACES_OK)
			log_warn("%s; it is served as soon as that changes", why);
	}
}

/* ---- their sockets ----------------------------------------------------- */

static int
bind_iface(struct daemon *d, const struct config *c, const struct netif *iface, char error[DAEMON_ERROR])
{
	return net_bind(&d->net, iface, ifaces_only_beside(iface, &c->set.rules), error);
}

static int
bind_all(struct daemon *d, const struct config *c, char error[DAEMON_ERROR])
{
	for (size_t i = 0; i < c->ifaces.n; i++)
		if (bind_iface(d, c, &c->ifaces.net[i], error) < 0)
			return -1;
	warn_of_ifaces(c);
	return 0;
}

void
ifsockets_drop(struct daemon *d, const struct config *keep, const struct config *other)
{
	for (size_t i = 0; i < other->ifaces.n; i++)
		if (!ifaces_find(&keep->ifaces, other->ifaces.net[i].index))
			net_drop(&d->net, other->ifaces.net[i].index);
}

/* ---- at the start, and with other rules -------------------------------- */

int
ifsockets_open(struct daemon *d, char error[DAEMON_ERROR])
{
	struct config *c = d->config;
	struct listen_set set;

	if (ifaces_read(&c->set.rules, &c->ifaces, error) < 0)
		return EXIT_SYSTEM;
	if (c->set.rules.n[RULE_INTERFACE] == 0 && c->ifaces.n == 0) {
		ifaces_say_none(&c->set.rules, error);
		return EXIT_SYSTEM;
	}
	/* a typo in -i should show at once */
	for (size_t i = 0; i < d->options->from.interfaces; i++) {
		const char *name = d->options->from.interface[i];
		enum ifaces_result rc =
		    ifaces_is_pattern(name) ? IFACES_OK : ifaces_check(name, c->set.rules.family, error);

		if (rc != IFACES_OK)
			return rc == IFACES_WRONG ? EXIT_USAGE : EXIT_SYSTEM;
	}
	if (net_open(&d->net, error) < 0)
		return EXIT_SYSTEM;
	if (listen_inherited(SOCK_DGRAM, &set) < 0) {
		snprintf(error, DAEMON_ERROR, "%s", set.error);
		return EXIT_SYSTEM;
	}
	if (net_adopt(&d->net, &set, error) < 0 || bind_all(d, c, error) < 0)
		return EXIT_SYSTEM;
	if (d->net.frame < 0)
		log_warn(
		    "no right to send raw frames (CAP_NET_RAW): replies to clients without an address are broadcast");
	return EXIT_DONE;
}

int
ifsockets_prepare(struct daemon *d, struct config *next, char error[DAEMON_ERROR])
{
	if (ifaces_read(&next->set.rules, &next->ifaces, error) < 0)
		return -1;
	/* the new rules are for a network that is not here; the old ones were not */
	if (next->set.rules.n[RULE_INTERFACE] == 0 && next->ifaces.n == 0 && d->config->ifaces.n > 0) {
		ifaces_say_none(&next->set.rules, error);
		return -1;
	}
	if (bind_all(d, next, error) < 0)
		return -1;
	d->unbound = false;
	return 0;
}

/* ---- as they come and go ----------------------------------------------- */

static void
warn_of_gone(const struct daemon *d, const struct netif *iface)
{
	char why[IFACES_ERROR];

	if (ifaces_check(iface->name, d->config->set.rules.family, why) == IFACES_OK)
		snprintf(why, sizeof(why),
		    d->config->set.rules.n[RULE_INTERFACE] > 0 ? "it is another interface now" :
		                                                 "no subnet line holds its address");
	log_warn("%s is not served any more: %s; it is again as soon as that changes", iface->name, why);
}

/* Binds what has no socket yet; true if something was bound.  A failure (another
 * server is there already) is logged once. */
static bool
bind_new(struct daemon *d, const struct ifaces *before)
{
	size_t had = d->net.n;
	bool said = d->unbound;
	char error[DAEMON_ERROR];

	d->unbound = false;
	for (size_t i = 0; i < d->config->ifaces.n; i++) {
		const struct netif *iface = &d->config->ifaces.net[i];

		if (bind_iface(d, d->config, iface, error) == 0)
			continue;
		d->unbound = true;
		if (!said || !ifaces_find(before, iface->index))
			log_err("%s (it is tried again)", error);
	}
	return d->net.n > had;
}

void
ifsockets_update(struct daemon *d)
{
	struct ifaces before = d->config->ifaces, now;
	char error[DAEMON_ERROR];

	if (ifaces_read(&d->config->set.rules, &now, error) < 0) {
		log_err("%s; they stay as they were", error);
		return;
	}
	d->config->ifaces = now;
	for (size_t i = 0; i < before.n; i++)
		if (!ifaces_find(&now, before.net[i].index)) {
			net_drop(&d->net, before.net[i].index);
			if (!ifaces_named(&now, before.net[i].name))
				warn_of_gone(d, &before.net[i]);
		}
	bind_new(d, &before);
	daemon_apply(d);
	if (!ifaces_same(&before, &now))
		ifsockets_say(d);
	for (size_t i = 0; i < before.owns; i++)
		if (!ifaces_own(&now, before.own[i]))
			rogue_was_ours(&d->rogue, before.own[i]);
	ifaces_free(&before);
}

void
ifsockets_retry(struct daemon *d)
{
	if (!bind_new(d, &d->config->ifaces))
		return;
	daemon_apply(d);
	ifsockets_say(d);
}

void
ifsockets_restore(struct daemon *d, const struct config *next)
{
	ifsockets_drop(d, d->config, next);
	bind_new(d, &d->config->ifaces);
	/* a socket that was bound anew, for a server instead of a proxy, stays */
	daemon_apply(d);
}

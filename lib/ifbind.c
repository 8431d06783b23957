#include "ifbind.h"

#include <stdio.h>

#include "log.h"

/* Without them there are ra lines alone, which need no socket here. */
static bool
has_subnets(const struct rules *rules)
{
	return rules->n[RULE_SUBNET] + rules->n[RULE_SUBNET6] > 0;
}

/* ---- warnings ---------------------------------------------------------- */

/* Interfaces that are served in part, or not yet. */
static void
warn_of_ifaces(const struct config *c)
{
	const struct rules *rules = &c->set.rules;
	char why[IFACES_ERROR], addr[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < c->ifaces.n; i++) {
		const struct netif *iface = &c->ifaces.net[i];

		if (!iface->up)
			log_warn(
			    "%s is down: nothing arrives until it is up (ip link set %s up)", iface->name, iface->name);
		if (has_subnets(rules) && !ifaces_has_some_subnet(iface, rules))
			log_warn("%s: no subnet line holds its address %s, so only clients behind a relay are "
			         "served there",
			    iface->name, ifaces_addr_text(iface, rules->family, addr));
	}
	for (size_t i = 0; i < rules->n[RULE_INTERFACE]; i++) {
		const char *name = rules_line(rules, RULE_INTERFACE, i)->interface;

		if (!ifaces_is_pattern(name) && !ifaces_named(&c->ifaces, name) &&
		    ifaces_check(name, rules->family, why) != IFACES_OK)
			log_warn("%s; it is served as soon as that changes", why);
	}
}

static void
warn_of_gone(const struct rules *rules, const struct netif *iface)
{
	char why[IFACES_ERROR];

	if (ifaces_check(iface->name, rules->family, why) == IFACES_OK)
		snprintf(why, sizeof(why),
		    rules->n[RULE_INTERFACE] > 0 ? "it is another interface now" : "no subnet line holds its address");
	log_warn("%s is not served any more: %s; it is again as soon as that changes", iface->name, why);
}

/* ---- with other rules -------------------------------------------------- */

static int
bind_iface(const struct ifbind *b, const struct config *c, const struct netif *iface, char error[IFBIND_ERROR])
{
	const struct rules *rules = &c->set.rules;

	return has_subnets(rules) ? b->bind(b->context, iface, ifaces_only_beside(iface, rules), error) : 0;
}

int
ifbind_all(const struct ifbind *b, const struct config *c, char error[IFBIND_ERROR])
{
	for (size_t i = 0; i < c->ifaces.n; i++)
		if (bind_iface(b, c, &c->ifaces.net[i], error) < 0)
			return -1;
	warn_of_ifaces(c);
	return 0;
}

int
ifbind_prepare(const struct ifbind *b, const struct config *old, struct config *next, char error[IFBIND_ERROR])
{
	if (ifaces_read(&next->set.rules, &next->ifaces, error) < 0)
		return -1;
	/* the new rules are for a network that is not here; the old ones were not */
	if (next->set.rules.n[RULE_INTERFACE] == 0 && next->ifaces.n == 0 && old->ifaces.n > 0) {
		ifaces_say_none(&next->set.rules, error);
		return -1;
	}
	return ifbind_all(b, next, error);
}

void
ifbind_drop(const struct ifbind *b, const struct config *keep, const struct config *other)
{
	for (size_t i = 0; i < other->ifaces.n; i++)
		if (!ifaces_find(&keep->ifaces, other->ifaces.net[i].index))
			b->drop(b->context, other->ifaces.net[i].index);
}

/* ---- as they come and go ----------------------------------------------- */

bool
ifbind_new(const struct ifbind *b, const struct config *c, const struct ifaces *before, bool *unbound)
{
	size_t had = b->count(b->context);
	bool said = *unbound;
	char error[IFBIND_ERROR];

	*unbound = false;
	for (size_t i = 0; i < c->ifaces.n; i++) {
		const struct netif *iface = &c->ifaces.net[i];

		if (bind_iface(b, c, iface, error) == 0)
			continue;
		*unbound = true;
		if (!said || (before && !ifaces_find(before, iface->index)))
			log_err("%s (it is tried again)", error);
	}
	return b->count(b->context) > had;
}

bool
ifbind_update(const struct ifbind *b, struct config *c, struct ifaces *before, bool *unbound)
{
	struct ifaces now;
	char error[IFACES_ERROR];

	if (ifaces_read(&c->set.rules, &now, error) < 0) {
		log_err("%s; they stay as they were", error);
		return false;
	}
	*before = c->ifaces;
	c->ifaces = now;
	for (size_t i = 0; i < before->n; i++) {
		const struct netif *iface = &before->net[i];

		if (ifaces_find(&now, iface->index))
			continue;
		b->drop(b->context, iface->index);
		if (!ifaces_named(&now, iface->name))
			warn_of_gone(&c->set.rules, iface);
	}
	ifbind_new(b, c, before, unbound);
	return true;
}

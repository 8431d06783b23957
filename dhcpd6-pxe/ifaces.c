#include "ifaces.h"

#include <errno.h>
#include <fnmatch.h>
#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "addr6.h"
#include "log.h"

/* ---- which ones are served ---------------------------------------------------- */

bool
ifaces_is_pattern(const char *name)
{
	return strchr(name, '*') != NULL;
}

bool
ifaces_has_subnet(const struct netif *net, const struct subnet6 *s)
{
	for (size_t i = 0; i < net->addrs6; i++)
		if (subnet6_holds(s, &net->addr6[i].addr))
			return true;
	return false;
}

bool
ifaces_only_netboot(const struct netif *net, const struct rules *rules)
{
	for (size_t i = 0; i < rules->n[RULE_SUBNET6]; i++) {
		const struct subnet6 *s = rules_line(rules, RULE_SUBNET6, i)->subnet6;

		if (!s->netboot && ifaces_has_subnet(net, s))
			return false;
	}
	return true;
}

bool
ifaces_has_some_subnet(const struct netif *net, const struct rules *rules)
{
	for (size_t i = 0; i < rules->n[RULE_SUBNET6]; i++)
		if (ifaces_has_subnet(net, rules_line(rules, RULE_SUBNET6, i)->subnet6))
			return true;
	return false;
}

const struct in6_addr *
ifaces_link_local(const struct netif *net)
{
	for (size_t i = 0; i < net->addrs6; i++)
		if (IN6_IS_ADDR_LINKLOCAL(&net->addr6[i].addr))
			return &net->addr6[i].addr;
	return NULL;
}

/* It is not an error if it has just gone, or has no link-local address any more:
 * clients are answered from that. */
static int
ifaces_add(struct ifaces *l, const char *name, const struct ifaddrs *all)
{
	struct netif *more, net;

	if (ifaces_named(l, name))
		return 0;
	if (netif_get_of(name, all, &net) < 0)
		return errno == ENODEV ? 0 : -1;
	if (!ifaces_link_local(&net))
		return 0;
	more = reallocarray(l->net, l->n + 1, sizeof(*more));
	if (!more)
		return -1;
	l->net = more;
	l->net[l->n++] = net;
	return 0;
}

static bool
in_some_subnet(const struct rules *rules, const struct sockaddr *sa)
{
	struct sockaddr_in6 in6;

	memcpy(&in6, sa, sizeof(in6));
	for (size_t i = 0; i < rules->n[RULE_RA]; i++) {
		const struct ra_line *line = rules_line(rules, RULE_RA, i)->ra;

		if (!line->none && addr6_in(&in6.sin6_addr, &line->net, line->prefix))
			return true;
	}
	return rules_network6(rules, &in6.sin6_addr) != NULL;
}

/* Those whose name fits the pattern; without one, those with an address in a
 * subnet line.  A host with containers has hundreds of interfaces: only those
 * that fit are looked at closely. */
static int
add_fitting(struct ifaces *l, const struct rules *rules, const char *pattern, const struct ifaddrs *all)
{
	for (const struct ifaddrs *a = all; a; a = a->ifa_next) {
		if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET6 || a->ifa_flags & IFF_LOOPBACK)
			continue;
		if (pattern ? fnmatch(pattern, a->ifa_name, 0) != 0 : !in_some_subnet(rules, a->ifa_addr))
			continue;
		if (ifaces_add(l, a->ifa_name, all) < 0)
			return -1;
	}
	return 0;
}

int
ifaces_read(const struct rules *rules, struct ifaces *out, char error[IFACES_ERROR])
{
	struct ifaces l = { 0 };
	struct ifaddrs *all = NULL;
	size_t named = rules->n[RULE_INTERFACE];
	int rc = getifaddrs(&all);

	if (rc == 0 && named == 0)
		rc = add_fitting(&l, rules, NULL, all);
	for (size_t i = 0; rc == 0 && i < named; i++) {
		const char *name = rules_line(rules, RULE_INTERFACE, i)->interface;

		rc = ifaces_is_pattern(name) ? add_fitting(&l, rules, name, all) : ifaces_add(&l, name, all);
	}
	if (rc < 0) {
		snprintf(error, IFACES_ERROR, "cannot look at the interfaces: %s", strerror(errno));
		ifaces_free(&l);
	} else {
		*out = l;
	}
	freeifaddrs(all);
	return rc;
}

void
ifaces_free(struct ifaces *l)
{
	free(l->net);
	*l = (struct ifaces){ 0 };
}

/* ---- why one is not among them ------------------------------------------ */

static enum ifaces_result
look_at(const char *name, struct netif *net, char error[IFACES_ERROR])
{
	char quoted[80];

	if (netif_get(name, net) == 0)
		return IFACES_OK;
	log_quote_str(name, quoted, sizeof(quoted));
	if (errno == ENODEV) {
		snprintf(error, IFACES_ERROR, "no interface %s here; `ip link' lists them", quoted);
		return IFACES_WRONG;
	}
	snprintf(error, IFACES_ERROR, "cannot look at interface %s: %s", quoted, strerror(errno));
	return IFACES_SYSTEM;
}

enum ifaces_result
ifaces_exists(const char *name, char error[IFACES_ERROR])
{
	struct netif net;

	return look_at(name, &net, error);
}

enum ifaces_result
ifaces_check(const char *name, char error[IFACES_ERROR])
{
	struct netif net;
	char quoted[80];
	enum ifaces_result rc = look_at(name, &net, error);

	if (rc != IFACES_OK || ifaces_link_local(&net))
		return rc;
	snprintf(error, IFACES_ERROR, "interface %s has no link-local IPv6 address%s",
	    log_quote_str(name, quoted, sizeof(quoted)),
	    net.up ? "; sysctl net.ipv6.conf.IFACE.disable_ipv6 and addr_gen_mode say why" : " and is down");
	return IFACES_SYSTEM;
}

void
ifaces_say_none(const struct rules *rules, char error[IFACES_ERROR])
{
	const struct subnet6 *s;
	char net[INET6_ADDRSTRLEN];

	if (rules->n[RULE_SUBNET6] == 0) {
		snprintf(error, IFACES_ERROR, "ra lines alone: name the interface (-i) that they are for");
		return;
	}
	s = rules_line(rules, RULE_SUBNET6, 0)->subnet6;

	snprintf(error, IFACES_ERROR,
	    "no interface has an address in %s/%u%s; give one to the "
	    "interface, or name the interface (-i) when clients come through a relay",
	    addr6_text(&s->net, net), s->prefix, rules->n[RULE_SUBNET6] > 1 ? " or another subnet" : "");
}

/* ---- finding ----------------------------------------------------------- */

const struct netif *
ifaces_find(const struct ifaces *l, int index)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->net[i].index == index)
			return &l->net[i];
	return NULL;
}

const struct netif *
ifaces_named(const struct ifaces *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->net[i].name, name) == 0)
			return &l->net[i];
	return NULL;
}

bool
ifaces_same(const struct ifaces *a, const struct ifaces *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct netif *net = &a->net[i], *other = ifaces_find(b, net->index);

		if (!other || strcmp(other->name, net->name) != 0 || other->addrs6 != net->addrs6)
			return false;
		for (size_t k = 0; k < net->addrs6; k++)
			if (addr6_cmp(&other->addr6[k].addr, &net->addr6[k].addr) != 0)
				return false;
	}
	return true;
}

/* ---- when they change -------------------------------------------------- */

int
ifaces_watch(void)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV6_IFADDR | RTMGRP_LINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	if (fd < 0 || bind(fd, (struct sockaddr *)&nl, sizeof(nl)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* All interfaces are read again, so no message needs to be parsed, and one that
 * was lost (ENOBUFS) is not missed. */
void
ifaces_changed(int watch)
{
	char buf[8192];

	while (recv(watch, buf, sizeof(buf), MSG_DONTWAIT) >= 0 || errno == ENOBUFS || errno == EINTR)
		;
}

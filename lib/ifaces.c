#include "ifaces.h"

#include <arpa/inet.h>
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
#include "num.h"

/* ---- which ones are served ---------------------------------------------------- */

bool
ifaces_is_pattern(const char *name)
{
	return strchr(name, '*') != NULL;
}

bool
ifaces_has_subnet(const struct netif *net, const struct subnet *s)
{
	for (size_t i = 0; i < net->addrs; i++)
		if (subnet_holds(s, net->addr[i].addr))
			return true;
	return false;
}

bool
ifaces_has_subnet6(const struct netif *net, const struct subnet6 *s)
{
	for (size_t i = 0; i < net->addrs6; i++)
		if (subnet6_holds(s, &net->addr6[i].addr))
			return true;
	return false;
}

/* Counts the subnet lines for a network of this interface, and those of them that are
 * for no other server's. */
static size_t
count_subnets(const struct netif *net, const struct rules *rules, size_t *alone)
{
	size_t n = 0;

	*alone = 0;
	for (size_t i = 0; i < rules->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(rules, RULE_SUBNET, i)->subnet;

		if (!ifaces_has_subnet(net, s))
			continue;
		n++;
		*alone += !s->proxy;
	}
	for (size_t i = 0; i < rules->n[RULE_SUBNET6]; i++) {
		const struct subnet6 *s = rules_line(rules, RULE_SUBNET6, i)->subnet6;

		if (!ifaces_has_subnet6(net, s))
			continue;
		n++;
		*alone += !s->netboot;
	}
	return n;
}

bool
ifaces_only_beside(const struct netif *net, const struct rules *rules)
{
	size_t alone;

	count_subnets(net, rules, &alone);
	return alone == 0;
}

bool
ifaces_has_some_subnet(const struct netif *net, const struct rules *rules)
{
	size_t alone;

	return count_subnets(net, rules, &alone) > 0;
}

const struct in6_addr *
ifaces_link_local(const struct netif *net)
{
	for (size_t i = 0; i < net->addrs6; i++)
		if (IN6_IS_ADDR_LINKLOCAL(&net->addr6[i].addr))
			return &net->addr6[i].addr;
	return NULL;
}

const char *
ifaces_addr_text(const struct netif *net, enum rules_family family, char out[INET6_ADDRSTRLEN])
{
	if (family == RULES_IP4)
		return num_ip4_text(net->addr[0].addr, out);
	for (size_t i = 0; i < net->addrs6; i++)
		if (!IN6_IS_ADDR_LINKLOCAL(&net->addr6[i].addr))
			return addr6_text(&net->addr6[i].addr, out);
	return addr6_text(ifaces_link_local(net), out);
}

/* Has it an address that clients can be answered from? */
static bool
can_answer(const struct netif *net, enum rules_family family)
{
	return family == RULES_IP6 ? ifaces_link_local(net) != NULL : net->addrs > 0;
}

/* It is not an error if it has just gone, or has no such address any more. */
static int
ifaces_add(struct ifaces *l, const char *name, const struct ifaddrs *all)
{
	struct netif *more, net;

	if (ifaces_named(l, name))
		return 0;
	if (netif_get_of(name, all, &net) < 0)
		return errno == ENODEV ? 0 : -1;
	if (!can_answer(&net, l->family))
		return 0;
	more = reallocarray(l->net, l->n + 1, sizeof(*more));
	if (!more)
		return -1;
	l->net = more;
	l->net[l->n++] = net;
	return 0;
}

static bool
in_some_subnet6(const struct rules *rules, const struct in6_addr *addr)
{
	for (size_t i = 0; i < rules->n[RULE_RA]; i++) {
		const struct ra_line *line = rules_line(rules, RULE_RA, i)->ra;

		if (!line->none && addr6_in(addr, &line->net, line->prefix))
			return true;
	}
	return rules_network6(rules, addr) != NULL;
}

static bool
in_some_subnet(const struct rules *rules, const struct sockaddr *sa)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (rules->family == RULES_IP6) {
		memcpy(&in6, sa, sizeof(in6));
		return in_some_subnet6(rules, &in6.sin6_addr);
	}
	memcpy(&in, sa, sizeof(in));
	for (size_t i = 0; i < rules->n[RULE_SUBNET]; i++)
		if (subnet_holds(rules_line(rules, RULE_SUBNET, i)->subnet, ntohl(in.sin_addr.s_addr)))
			return true;
	return false;
}

/* Those whose name fits the pattern; without one, those with an address in a
 * subnet line.  A host with containers has hundreds of interfaces: only those
 * that fit are looked at closely. */
static int
add_fitting(struct ifaces *l, const struct rules *rules, const char *pattern, const struct ifaddrs *all)
{
	const sa_family_t family = rules->family == RULES_IP6 ? AF_INET6 : AF_INET;

	for (const struct ifaddrs *a = all; a; a = a->ifa_next) {
		char name[IF_NAMESIZE];

		if (!a->ifa_addr || a->ifa_addr->sa_family != family || a->ifa_flags & IFF_LOOPBACK)
			continue;
		/* an IPv4 address may have a label: eth0:1 */
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(a->ifa_name, ":"), a->ifa_name);
		if (pattern ? fnmatch(pattern, name, 0) != 0 : !in_some_subnet(rules, a->ifa_addr))
			continue;
		if (ifaces_add(l, name, all) < 0)
			return -1;
	}
	return 0;
}

int
ifaces_read(const struct rules *rules, struct ifaces *out, char error[IFACES_ERROR])
{
	struct ifaces l = { .family = rules->family };
	struct ifaddrs *all = NULL;
	size_t named = rules->n[RULE_INTERFACE], addrs = 0;
	int rc = getifaddrs(&all);

	if (rc == 0 && named == 0)
		rc = add_fitting(&l, rules, NULL, all);
	for (size_t i = 0; rc == 0 && i < named; i++) {
		const char *name = rules_line(rules, RULE_INTERFACE, i)->interface;

		rc = ifaces_is_pattern(name) ? add_fitting(&l, rules, name, all) : ifaces_add(&l, name, all);
	}
	for (size_t i = 0; i < l.n; i++)
		addrs += l.net[i].addrs;
	if (rc == 0 && !(l.own = calloc(addrs ? addrs : 1, sizeof(*l.own))))
		rc = -1;
	if (rc < 0) {
		snprintf(error, IFACES_ERROR, "cannot look at the interfaces: %s", strerror(errno));
		ifaces_free(&l);
	} else {
		for (size_t i = 0; i < l.n; i++)
			for (size_t k = 0; k < l.net[i].addrs; k++)
				l.own[l.owns++] = l.net[i].addr[k].addr;
		*out = l;
	}
	freeifaddrs(all);
	return rc;
}

void
ifaces_free(struct ifaces *l)
{
	free(l->net);
	free(l->own);
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
ifaces_check(const char *name, enum rules_family family, char error[IFACES_ERROR])
{
	struct netif net;
	char quoted[80];
	enum ifaces_result rc = look_at(name, &net, error);

	if (rc != IFACES_OK || can_answer(&net, family))
		return rc;
	log_quote_str(name, quoted, sizeof(quoted));
	if (family == RULES_IP6)
		snprintf(error, IFACES_ERROR, "interface %s has no link-local IPv6 address%s", quoted,
		    net.up ? "; sysctl net.ipv6.conf.IFACE.disable_ipv6 and addr_gen_mode say why" : " and is down");
	else
		snprintf(error, IFACES_ERROR,
		    "interface %s has no IPv4 address%s; give it one: "
		    "ip addr add ADDRESS/BITS dev %s",
		    quoted, net.up ? "" : " and is down", net.name);
	return IFACES_SYSTEM;
}

/* The first subnet line's network; false when there is none. */
static bool
first_subnet(const struct rules *rules, char net[INET6_ADDRSTRLEN], unsigned *prefix)
{
	if (rules->n[RULE_SUBNET6] > 0) {
		const struct subnet6 *s = rules_line(rules, RULE_SUBNET6, 0)->subnet6;

		addr6_text(&s->net, net);
		*prefix = s->prefix;
		return true;
	}
	if (rules->n[RULE_SUBNET] > 0) {
		const struct subnet *s = rules_line(rules, RULE_SUBNET, 0)->subnet;

		num_ip4_text(s->net, net);
		*prefix = s->prefix;
		return true;
	}
	return false;
}

void
ifaces_say_none(const struct rules *rules, char error[IFACES_ERROR])
{
	char net[INET6_ADDRSTRLEN];
	unsigned prefix;

	if (!first_subnet(rules, net, &prefix)) {
		snprintf(error, IFACES_ERROR, "ra lines alone: name the interface (-i) that they are for");
		return;
	}
	snprintf(error, IFACES_ERROR,
	    "no interface has an address in %s/%u%s; give one to the "
	    "interface, or name the interface (-i) when clients come through a relay",
	    net, prefix, rules->n[RULE_SUBNET] + rules->n[RULE_SUBNET6] > 1 ? " or another subnet" : "");
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

static bool
same_addrs(const struct netif *a, const struct netif *b, enum rules_family family)
{
	if (family == RULES_IP6) {
		for (size_t i = 0; i < a->addrs6 && i < b->addrs6; i++)
			if (addr6_cmp(&a->addr6[i].addr, &b->addr6[i].addr) != 0)
				return false;
		return a->addrs6 == b->addrs6;
	}
	for (size_t i = 0; i < a->addrs && i < b->addrs; i++)
		if (a->addr[i].addr != b->addr[i].addr)
			return false;
	return a->addrs == b->addrs;
}

bool
ifaces_same(const struct ifaces *a, const struct ifaces *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct netif *net = &a->net[i], *other = ifaces_find(b, net->index);

		if (!other || strcmp(other->name, net->name) != 0 || !same_addrs(net, other, a->family))
			return false;
	}
	return true;
}

bool
ifaces_own(const struct ifaces *l, uint32_t addr)
{
	for (size_t i = 0; i < l->owns; i++)
		if (l->own[i] == addr)
			return true;
	return false;
}

/* ---- when they change -------------------------------------------------- */

int
ifaces_watch(enum rules_family family)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | (family == RULES_IP6 ? RTMGRP_IPV6_IFADDR : RTMGRP_IPV4_IFADDR) };
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

#include "links.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "log.h"
#include "num.h"

bool
links_has_subnet(const struct netif *net, const struct subnet *s)
{
	for (size_t i = 0; i < net->addrs; i++)
		if (subnet_holds(s, net->addr[i].addr))
			return true;
	return false;
}

bool
links_only_proxy(const struct netif *net, const struct rules *rules)
{
	for (size_t i = 0; i < rules->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(rules, RULE_SUBNET, i)->subnet;

		if (!s->proxy && links_has_subnet(net, s))
			return false;
	}
	return true;
}

static bool
in_some_subnet(const struct netif *net, const struct rules *rules)
{
	for (size_t i = 0; i < rules->n[RULE_SUBNET]; i++)
		if (links_has_subnet(net, rules_line(rules, RULE_SUBNET, i)->subnet))
			return true;
	return false;
}

static int
add(struct links *l, const struct netif *net)
{
	struct netif *more;

	for (size_t i = 0; i < l->n; i++)
		if (l->net[i].index == net->index)
			return 0;
	more = reallocarray(l->net, l->n + 1, sizeof(*more));
	if (!more)
		return -1;
	l->net = more;
	l->net[l->n++] = *net;
	return 0;
}

static enum links_result
look_at(const char *name, struct netif *net, char error[LINKS_ERROR])
{
	char quoted[80];

	if (netif_get(name, net) == 0)
		return LINKS_OK;
	log_quote_str(name, quoted, sizeof(quoted));
	if (errno == ENODEV) {
		snprintf(error, LINKS_ERROR, "no interface %s here; `ip link' lists them", quoted);
		return LINKS_WRONG;
	}
	snprintf(error, LINKS_ERROR, "cannot look at interface %s: %s", quoted, strerror(errno));
	return LINKS_SYSTEM;
}

enum links_result
links_check(const char *name, char error[LINKS_ERROR])
{
	struct netif net;

	return look_at(name, &net, error);
}

static enum links_result
add_named(struct links *l, const char *name, char error[LINKS_ERROR])
{
	struct netif net;
	char quoted[80];
	enum links_result rc = look_at(name, &net, error);

	if (rc != LINKS_OK)
		return rc;
	log_quote_str(name, quoted, sizeof(quoted));
	if (net.addrs == 0) {
		snprintf(error, LINKS_ERROR, "interface %s has no IPv4 address%s; give it one first: "
		    "ip addr add ADDRESS/BITS dev %s", quoted, net.up ? "" : " and is down", net.name);
		return LINKS_SYSTEM;
	}
	if (add(l, &net) == 0)
		return LINKS_OK;
	snprintf(error, LINKS_ERROR, "out of memory");
	return LINKS_SYSTEM;
}

static enum links_result
add_fitting(struct links *l, const struct rules *rules, char error[LINKS_ERROR])
{
	struct if_nameindex *list = if_nameindex();
	char net_text[NUM_IP4_TEXT];
	const struct subnet *s;

	for (size_t i = 0; list && list[i].if_index; i++) {
		struct netif net;

		if (netif_get_index((int)list[i].if_index, &net) == 0 && !net.loopback &&
		    in_some_subnet(&net, rules) && add(l, &net) < 0)
			break;
	}
	if (list)
		if_freenameindex(list);
	if (l->n > 0)
		return LINKS_OK;
	s = rules_line(rules, RULE_SUBNET, 0)->subnet;
	snprintf(error, LINKS_ERROR, "no interface has an address in %s/%u%s; give one to the "
	    "interface, or name the interface (-i) when clients come through a relay",
	    num_ip4_text(s->net, net_text), s->prefix, rules->n[RULE_SUBNET] > 1 ? " or another subnet" : "");
	return LINKS_SYSTEM;
}

static int
note_own(struct links *l)
{
	size_t n = 0;
	uint32_t *own;

	for (size_t i = 0; i < l->n; i++)
		n += l->net[i].addrs;
	own = calloc(n ? n : 1, sizeof(*own));
	if (!own)
		return -1;
	n = 0;
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < l->net[i].addrs; k++)
			own[n++] = l->net[i].addr[k].addr;
	free(l->own);
	l->own = own;
	l->owns = n;
	return 0;
}

enum links_result
links_open(const struct rules *rules, struct links *out, char error[LINKS_ERROR])
{
	struct links l = { 0 };
	enum links_result rc = LINKS_OK;

	for (size_t i = 0; i < rules->n[RULE_INTERFACE] && rc == LINKS_OK; i++)
		rc = add_named(&l, rules_line(rules, RULE_INTERFACE, i)->interface, error);
	if (rules->n[RULE_INTERFACE] == 0)
		rc = add_fitting(&l, rules, error);
	if (rc == LINKS_OK && note_own(&l) < 0) {
		snprintf(error, LINKS_ERROR, "out of memory");
		rc = LINKS_SYSTEM;
	}
	if (rc == LINKS_OK)
		*out = l;
	else
		links_free(&l);
	return rc;
}

void
links_refresh(struct links *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct netif net;

		if (netif_get_index(l->net[i].index, &net) == 0) {
			l->net[i] = net;
			continue;
		}
		if (!l->net[i].gone)
			log_warn("%s is gone; a new interface of that name is served after SIGHUP", l->net[i].name);
		l->net[i].gone = true;
		l->net[i].addrs = 0;
	}
	note_own(l);
}

const struct netif *
links_find(const struct links *l, int index)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->net[i].index == index)
			return &l->net[i];
	return NULL;
}

bool
links_own(const struct links *l, uint32_t addr)
{
	for (size_t i = 0; i < l->owns; i++)
		if (l->own[i] == addr)
			return true;
	return false;
}

int
links_watch(void)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_LINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	if (fd < 0 || bind(fd, (struct sockaddr *)&nl, sizeof(nl)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* What changed is asked for anew: no message needs to be understood, and
 * none that was lost (ENOBUFS) is missed. */
void
links_changed(int watch)
{
	char buf[8192];

	while (recv(watch, buf, sizeof(buf), MSG_DONTWAIT) >= 0 || errno == ENOBUFS || errno == EINTR)
		;
}

void
links_free(struct links *l)
{
	free(l->net);
	free(l->own);
	*l = (struct links){ 0 };
}

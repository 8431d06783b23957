#include "router.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addr6.h"
#include "ra.h"
#include "unique.h"

#define NEVER UINT64_MAX
#define HOP_LIMIT 255   /* shows that it comes from this link (RFC 4861, 6.1) */
#define SOON_MS 16000   /* MAX_INITIAL_RTR_ADVERT_INTERVAL */
#define FIRSTS 3        /* MAX_INITIAL_RTR_ADVERTISEMENTS */
#define BETWEEN_MS 3000 /* MIN_DELAY_BETWEEN_RAS, of those to all */
#define ASK_MS 1000     /* between our own solicitations */
#define ASKS 2
#define ANSWER_MS 700    /* a router answers within half a second (MAX_RA_DELAY_TIME) */
#define OTHER_MS 1800000 /* one that does not say how long: as long as it may be silent */

/* All nodes, all routers of the link. */
static const struct in6_addr all_nodes = { { { 0xff, 2, [15] = 1 } } };
static const struct in6_addr all_routers = { { { 0xff, 2, [15] = 2 } } };

struct control {
	alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int))];
};

void
router_open(struct router *r)
{
	struct icmp6_filter filter;
	int hops = HOP_LIMIT, on = 1, off = 0;

	*r = (struct router){ .fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6) };
	if (r->fd < 0)
		return;
	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ND_ROUTER_SOLICIT, &filter);
	ICMP6_FILTER_SETPASS(ND_ROUTER_ADVERT, &filter);
	/* what we send is not looped back: a router on this host sends from our address, too */
	if (setsockopt(r->fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter)) == 0 &&
	    setsockopt(r->fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops)) == 0 &&
	    setsockopt(r->fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof(hops)) == 0 &&
	    setsockopt(r->fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &off, sizeof(off)) == 0 &&
	    setsockopt(r->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) == 0 &&
	    setsockopt(r->fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof(on)) == 0)
		return;
	close(r->fd);
	r->fd = -1;
}

/* ---- which links --------------------------------------------------------- */

/* The first line that is for the interface: `ra prefix=' where that is its network. */
static const struct ra_line *
line_for(const struct rules *rules, const struct netif *net)
{
	for (size_t i = 0; i < rules->n[RULE_RA]; i++) {
		const struct ra_line *line = rules_line(rules, RULE_RA, i)->ra;

		if (line->none)
			return line;
		for (size_t k = 0; k < net->addrs6; k++)
			if (addr6_in(&net->addr6[k].addr, &line->net, line->prefix))
				return line;
	}
	return NULL;
}

static struct router_link *
link_of(const struct router *r, int ifindex)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->link[i].ifindex == ifindex)
			return &r->link[i];
	return NULL;
}

bool
router_speaks(const struct router *r, int ifindex)
{
	return link_of(r, ifindex) != NULL;
}

static void
listen_on(const struct router *r, int ifindex, bool join)
{
	struct ipv6_mreq req = { .ipv6mr_multiaddr = all_routers, .ipv6mr_interface = (unsigned)ifindex };

	(void)setsockopt(r->fd, IPPROTO_IPV6, join ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP, &req, sizeof(req));
}

/* With another line all begins anew, but for what is known of other routers. */
static void
begin(struct router_link *l, const struct ra_line *line, uint64_t now_ms)
{
	l->line = line;
	l->due_ms = line->none ? NEVER : now_ms;
	l->to = all_nodes;
	l->firsts = 0;
	l->asked = 0;
	l->ask_ms = now_ms;
	l->known_ms = NEVER;
}

int
router_bind(struct router *r, const struct router_env *env, char error[ROUTER_ERROR])
{
	struct router_link *link;
	size_t n = 0;

	if (r->fd < 0 && env->rules->n[RULE_RA] > 0) {
		snprintf(error, ROUTER_ERROR,
		    "cannot open a socket for router advertisements, which ra lines ask for: start as root, or with "
		    "CAP_NET_RAW");
		return -1;
	}
	link = calloc(env->ifaces->n + 1, sizeof(*link));
	if (!link) {
		snprintf(error, ROUTER_ERROR, "out of memory");
		return -1;
	}
	for (size_t i = 0; i < env->ifaces->n; i++) {
		const struct netif *net = &env->ifaces->net[i];
		const struct router_link *had = link_of(r, net->index);
		const struct ra_line *line = line_for(env->rules, net);

		if (!line)
			continue;
		link[n] = had ? *had : (struct router_link){ .ifindex = net->index };
		if (link[n].line != line)
			begin(&link[n], line, env->now_ms);
		n++;
		listen_on(r, net->index, true);
	}
	for (size_t i = 0; i < r->n; i++)
		if (!ifaces_find(env->ifaces, r->link[i].ifindex))
			listen_on(r, r->link[i].ifindex, false);
	free(r->link);
	r->link = link;
	r->n = n;
	return 0;
}

void
router_close(struct router *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->link);
	*r = (struct router){ .fd = -1 };
}

/* ---- in ------------------------------------------------------------------ */

/* False for what comes from beyond this link. */
static bool
read_control(struct msghdr *h, int *ifindex)
{
	int hops = 0;

	*ifindex = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		struct in6_pktinfo info;

		if (c->cmsg_level != IPPROTO_IPV6)
			continue;
		if (c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			*ifindex = (int)info.ipi6_ifindex;
		} else if (c->cmsg_type == IPV6_HOPLIMIT) {
			memcpy(&hops, CMSG_DATA(c), sizeof(hops));
		}
	}
	return hops == HOP_LIMIT;
}

/* At once, where we know that we are alone; else when another would have answered. */
static void
solicited(struct router_link *l, const struct in6_addr *from, uint64_t now_ms)
{
	bool lately = l->spoke_ms && now_ms - l->spoke_ms < BETWEEN_MS;
	uint64_t due_ms = l->line->none && now_ms < l->known_ms ? now_ms + ANSWER_MS : now_ms;

	if (l->line->none && l->other_until_ms > now_ms)
		return;
	if (l->due_ms <= due_ms)
		return; /* one is on its way */
	l->due_ms = due_ms;
	l->to = all_nodes;
	if (lately && IN6_IS_ADDR_UNSPECIFIED(from))
		l->due_ms = l->spoke_ms + BETWEEN_MS;
	else if (lately)
		l->to = *from;
}

static void
heard(struct router_link *l, const struct in6_addr *from, uint16_t lifetime_s, const struct router_env *env)
{
	const struct netif *net = ifaces_find(env->ifaces, l->ifindex);
	bool news = l->other_until_ms <= env->now_ms;

	l->other_until_ms = env->now_ms + (lifetime_s ? lifetime_s * 1000ull : OTHER_MS);
	if (l->line->none)
		l->due_ms = NEVER;
	if (news && net)
		eventlog6_router(env->log, net->name, from,
		    l->line->none ? "it speaks here, so we are silent" :
		                    "it speaks here too, though `ra prefix=' is for a link without a router");
}

void
router_read(struct router *r, const struct router_env *env)
{
	uint8_t bytes[RA_MAX];
	struct sockaddr_in6 from;
	struct control control;
	struct iovec iov = { bytes, sizeof(bytes) };

	for (int i = 0; i < 64; i++) {
		struct msghdr h = { .msg_name = &from,
			.msg_namelen = sizeof(from),
			.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = &control,
			.msg_controllen = sizeof(control) };
		ssize_t n = recvmsg(r->fd, &h, MSG_DONTWAIT);
		struct router_link *l;
		uint16_t lifetime_s;
		int ifindex;

		if (n < 0)
			return;
		if (!read_control(&h, &ifindex) || !(l = link_of(r, ifindex)))
			continue;
		switch (ra_read(bytes, (size_t)n, &lifetime_s)) {
		case RA_SOLICITATION:
			solicited(l, &from.sin6_addr, env->now_ms);
			break;
		case RA_ADVERTISEMENT:
			heard(l, &from.sin6_addr, lifetime_s, env);
			break;
		default:
			break;
		}
	}
}

/* ---- out ----------------------------------------------------------------- */

static bool
send_to(const struct router *r, const struct netif *net, const struct in6_addr *to, struct iovec *iov)
{
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6, .sin6_addr = *to, .sin6_scope_id = (uint32_t)net->index };
	struct in6_pktinfo info = { .ipi6_addr = *ifaces_link_local(net), .ipi6_ifindex = (unsigned)net->index };
	struct control control = { { 0 } };
	struct msghdr h = { .msg_name = &sin6,
		.msg_namelen = sizeof(sin6),
		.msg_iov = iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(sizeof(info)) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&h);

	c->cmsg_level = IPPROTO_IPV6;
	c->cmsg_type = IPV6_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	return sendmsg(r->fd, &h, MSG_DONTWAIT) >= 0;
}

/* The name servers that the ra line says, else those of its subnet line. */
static struct ra
make(const struct rules *rules, const struct router_link *l, const struct netif *net)
{
	const struct ra_line *line = l->line;
	const struct subnet6 *s = line->none ? NULL : rules_network6(rules, &line->net);
	const struct rule_addrs6 *dns = line->dns.n > 0 || !s ? &line->dns : &s->dns;

	return (struct ra){ .empty = line->none,
		.mac = net->ethernet ? net->mac : NULL,
		.net = line->net,
		.prefix = line->prefix,
		.dns = dns->addr,
		.dns_n = dns->n,
		.domain = s ? s->domain : NULL };
}

static void
speak(struct router *r, struct router_link *l, const struct netif *net, const struct router_env *env)
{
	const struct ra ra = make(env->rules, l, net);
	bool to_all = IN6_IS_ADDR_MULTICAST(&l->to);
	uint8_t bytes[RA_MAX];
	struct iovec iov = { bytes, ra_write(&ra, bytes) };

	if (iov.iov_len > 0 && send_to(r, net, &l->to, &iov)) {
		(*env->sent)++;
		log_debug("router advertisement on %s, to %s", net->name, to_all ? "all" : "one that asked");
	} else {
		log_debug("no router advertisement on %s: %s", net->name, strerror(errno));
	}
	if (to_all)
		l->spoke_ms = env->now_ms;
	l->to = all_nodes;
	if (l->line->none)
		l->due_ms = NEVER;
	else if (++l->firsts < FIRSTS)
		l->due_ms = env->now_ms + SOON_MS;
	else /* from a third of the interval to all of it (RFC 4861, 6.2.1) */
		l->due_ms =
		    env->now_ms + RA_INTERVAL_S * 1000ull / 3 + unique_number() % (RA_INTERVAL_S * 1000ull * 2 / 3);
}

/* Is there another router?  Where we are silent while there is one, we ask. */
static void
ask(struct router *r, struct router_link *l, const struct netif *net, uint64_t now_ms)
{
	uint8_t bytes[8] = { ND_ROUTER_SOLICIT };
	struct iovec iov = { bytes, sizeof(bytes) };

	send_to(r, net, &all_routers, &iov);
	l->known_ms = now_ms + ASK_MS;
	l->ask_ms = ++l->asked < ASKS ? now_ms + ASK_MS : NEVER;
}

int
router_due(struct router *r, const struct router_env *env)
{
	uint64_t next = NEVER;

	for (size_t i = 0; i < r->n; i++) {
		struct router_link *l = &r->link[i];
		const struct netif *net = ifaces_find(env->ifaces, l->ifindex);

		if (!net || !ifaces_link_local(net))
			continue;
		if (l->ask_ms <= env->now_ms)
			ask(r, l, net, env->now_ms);
		if (l->due_ms <= env->now_ms)
			speak(r, l, net, env);
		next = l->due_ms < next ? l->due_ms : next;
		next = l->ask_ms < next ? l->ask_ms : next;
	}
	if (next == NEVER)
		return -1;
	return next <= env->now_ms ? 0 : (int)(next - env->now_ms);
}

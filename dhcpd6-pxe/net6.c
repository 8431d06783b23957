#include "net6.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dhcp6.h"

#define RECEIVE_BUFFER (4 << 20)

/* All_DHCP_Relay_Agents_and_Servers, All_DHCP_Servers (RFC 8415, 7.1). */
static const struct in6_addr groups[] = { { { { 0xff, 2, [13] = 1, [15] = 2 } } },
	{ { { 0xff, 5, [13] = 1, [15] = 3 } } } };

static int
net6_failed(const char *what, char error[NET_ERROR])
{
	snprintf(error, NET_ERROR, "cannot %s: %s", what, strerror(errno));
	return -1;
}

static int
net6_add(struct net *n, const struct net_sock *s)
{
	struct net_sock *more = reallocarray(n->sock, n->n + 1, sizeof(*more));

	if (!more)
		return -1;
	n->sock = more;
	n->sock[n->n++] = *s;
	return 0;
}

static int
net6_set_sockopts(int fd)
{
	int on = 1, size = RECEIVE_BUFFER;

	/* more than the usual limit is for root only; what we get will do */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
}

static int
join_groups(int fd, int ifindex)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		struct ipv6_mreq req = { .ipv6mr_multiaddr = groups[i], .ipv6mr_interface = (unsigned)ifindex };

		if (setsockopt(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &req, sizeof(req)) < 0 && errno != EADDRINUSE)
			return -1;
	}
	return 0;
}

int
net6_adopt(struct net *n, const struct listen_set *set, char error[NET_ERROR])
{
	for (size_t i = 0; i < set->n; i++) {
		struct sockaddr_in6 sin6 = { .sin6_family = AF_UNSPEC };
		socklen_t len = sizeof(sin6);
		struct net_sock s = { .fd = set->fd[i] };

		if (getsockname(s.fd, (struct sockaddr *)&sin6, &len) < 0 || sin6.sin6_family != AF_INET6 ||
		    ntohs(sin6.sin6_port) != DHCP6_PORT_SERVER) {
			snprintf(error, NET_ERROR,
			    "socket %zu that was handed over is not an IPv6 socket of port 547: "
			    "ListenDatagram=[::]:547",
			    i + 1);
			return -1;
		}
		if (net6_set_sockopts(s.fd) < 0 || net6_add(n, &s) < 0)
			return net6_failed("use a socket that was handed over", error);
	}
	return 0;
}

/* ---- binding ----------------------------------------------------------- */

/* With one that sets the same: multicast goes to both.  dnsmasq sets SO_REUSEPORT,
 * others SO_REUSEADDR. */
static int
net6_share_port(int fd)
{
	int on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

static int
net6_bind_udp(const struct netif *iface, bool reuse)
{
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6, .sin6_port = htons(DHCP6_PORT_SERVER) };
	int on = 1, saved, fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0 && (!reuse || net6_share_port(fd) == 0) &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, iface->name, (socklen_t)strlen(iface->name)) == 0 &&
	    net6_set_sockopts(fd) == 0 && bind(fd, (struct sockaddr *)&sin6, sizeof(sin6)) == 0 &&
	    join_groups(fd, iface->index) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static int
net6_bind_failed(const struct netif *iface, char error[NET_ERROR])
{
	if (errno == EADDRINUSE)
		snprintf(error, NET_ERROR,
		    "port 547 on %s is in use: another DHCPv6 server runs there "
		    "(`ss -lunp sport = :547' shows it); stop it, or say `subnet ... netboot' "
		    "to boot machines beside it",
		    iface->name);
	else if (errno == EACCES || errno == EPERM)
		snprintf(error, NET_ERROR,
		    "cannot bind port 547 on %s: %s; start as root, or with "
		    "CAP_NET_BIND_SERVICE and CAP_NET_RAW",
		    iface->name, strerror(errno));
	else
		snprintf(error, NET_ERROR, "cannot bind port 547 on %s: %s", iface->name, strerror(errno));
	return -1;
}

static const struct net_sock *
net6_find(const struct net *n, int ifindex)
{
	for (size_t i = 0; i < n->n; i++)
		if (n->sock[i].ifindex == 0 || n->sock[i].ifindex == ifindex)
			return &n->sock[i];
	return NULL;
}

static bool
has_joined(const struct net *n, int ifindex)
{
	for (size_t i = 0; i < n->joins; i++)
		if (n->joined[i] == ifindex)
			return true;
	return false;
}

/* One socket for all interfaces hears only of those that it joined on. */
static int
join_adopted(struct net *n, const struct net_sock *s, int ifindex)
{
	int *more;

	if (has_joined(n, ifindex))
		return 0;
	more = reallocarray(n->joined, n->joins + 1, sizeof(*more));
	if (!more)
		return -1;
	n->joined = more;
	if (join_groups(s->fd, ifindex) < 0)
		return -1;
	n->joined[n->joins++] = ifindex;
	return 0;
}

int
net6_bind(struct net *n, const struct netif *iface, bool beside, char error[NET_ERROR])
{
	const struct net_sock *had = net6_find(n, iface->index);
	struct net_sock s = { .ifindex = iface->index, .shared = beside };

	if (had && had->ifindex == 0)
		return join_adopted(n, had, iface->index) == 0 ? 0 : net6_failed("join a multicast group", error);
	if (had && had->shared == beside)
		return 0;
	if (had) /* it was alone there until now, or beside another one */
		net6_drop(n, iface->index);
	s.fd = net6_bind_udp(iface, false);
	if (s.fd < 0 && errno == EADDRINUSE && beside)
		s.fd = net6_bind_udp(iface, true);
	if (s.fd < 0)
		return net6_bind_failed(iface, error);
	/* Lets a server that comes later have the port too. */
	if (beside)
		(void)net6_share_port(s.fd);
	if (net6_add(n, &s) == 0)
		return 0;
	close(s.fd);
	return net6_failed("remember a socket", error);
}

bool
net6_has(const struct net *n, int ifindex)
{
	const struct net_sock *s = net6_find(n, ifindex);

	return s && (s->ifindex != 0 || has_joined(n, ifindex));
}

void
net6_drop(struct net *n, int ifindex)
{
	size_t kept = 0;

	for (size_t i = 0; i < n->n; i++)
		if (n->sock[i].ifindex == ifindex)
			close(n->sock[i].fd);
		else
			n->sock[kept++] = n->sock[i];
	n->n = kept;
	kept = 0;
	for (size_t i = 0; i < n->joins; i++)
		if (n->joined[i] != ifindex)
			n->joined[kept++] = n->joined[i];
	n->joins = kept;
}

void
net6_close(struct net *n)
{
	for (size_t i = 0; i < n->n; i++)
		close(n->sock[i].fd);
	free(n->sock);
	free(n->joined);
	*n = (struct net){ 0 };
}

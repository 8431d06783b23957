#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf.h"
#include "dhcp.h"

#define RECEIVE_BUFFER (4 << 20)

static int
net_failed(const char *what, char error[NET_ERROR])
{
	snprintf(error, NET_ERROR, "cannot %s: %s", what, strerror(errno));
	return -1;
}

static int
net_add(struct net *n, const struct net_sock *s)
{
	struct net_sock *more = reallocarray(n->sock, n->n + 1, sizeof(*more));

	if (!more)
		return -1;
	n->sock = more;
	n->sock[n->n++] = *s;
	return 0;
}

int
net_open(struct net *n, char error[NET_ERROR])
{
	*n = (struct net){ .raw = -1 };
	/* protocol 0: it sends, and hears nothing */
	n->frame = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (n->frame < 0 && errno != EPERM && errno != EACCES)
		return net_failed("open a packet socket", error);
	return 0;
}

static int
set_sockopts(int fd)
{
	int on = 1, size = RECEIVE_BUFFER;

	/* more than the usual limit is for root only; what we get will do */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) < 0)
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
}

int
net_adopt(struct net *n, const struct listen_set *set, char error[NET_ERROR])
{
	for (size_t i = 0; i < set->n; i++) {
		struct sockaddr_in sin;
		socklen_t len = sizeof(sin);
		struct net_sock s = { .fd = set->fd[i] };

		if (getsockname(s.fd, (struct sockaddr *)&sin, &len) < 0 || sin.sin_family != AF_INET) {
			snprintf(error, NET_ERROR,
			    "socket %zu that was handed over is not an IPv4 socket: "
			    "ListenDatagram=0.0.0.0:67",
			    i + 1);
			return -1;
		}
		s.port = ntohs(sin.sin_port);
		if (s.port != DHCP_PORT_SERVER && s.port != DHCP_PORT_BINL) {
			snprintf(error, NET_ERROR,
			    "socket %zu that was handed over has port %u, "
			    "not 67 or 4011",
			    i + 1, s.port);
			return -1;
		}
		if (set_sockopts(s.fd) < 0 || net_add(n, &s) < 0)
			return net_failed("use a socket that was handed over", error);
	}
	return 0;
}

/* ---- binding ----------------------------------------------------------- */

static int
bind_udp(const struct netif *iface, uint16_t port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(port) };
	int saved, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, iface->name, (socklen_t)strlen(iface->name)) == 0 &&
	    set_sockopts(fd) == 0 && bind(fd, (struct sockaddr *)&sin, sizeof(sin)) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* Whole IPv4 UDP packets to port 67, no later fragments. */
static struct sock_filter dhcp_requests[] = {
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9), /* protocol */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 17, 0, 6),
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6), /* fragment */
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 4, 0),
	BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* length of the header */
	BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),  /* destination port */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DHCP_PORT_SERVER, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 0xffff),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

static int
bind_beside(struct net *n, const struct netif *iface, char error[NET_ERROR])
{
	struct net_sock s = { .port = DHCP_PORT_SERVER, .ifindex = iface->index, .packet = true };
	int on = 1, size = RECEIVE_BUFFER;

	if (n->raw < 0) {
		n->raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
		if (n->raw < 0 || setsockopt(n->raw, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) < 0)
			return net_failed("open a raw socket", error);
	}
	s.fd = bpf_listen(ETH_P_IP, iface->index, dhcp_requests, sizeof(dhcp_requests) / sizeof(dhcp_requests[0]));
	if (s.fd < 0 || net_add(n, &s) < 0)
		return net_failed("listen with a packet socket", error);
	(void)setsockopt(s.fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return 0;
}

static int
bind_failed(const struct netif *iface, uint16_t port, char error[NET_ERROR])
{
	if (errno == EADDRINUSE && port == DHCP_PORT_BINL)
		snprintf(error, NET_ERROR,
		    "port 4011 on %s is in use: another proxyDHCP or PXE server runs there "
		    "(`ss -lunp sport = :4011' shows it); stop it",
		    iface->name);
	else if (errno == EADDRINUSE)
		snprintf(error, NET_ERROR,
		    "port %u on %s is in use: another DHCP server runs there "
		    "(`ss -lunp sport = :%u' shows it); stop it, or say `subnet ... proxy' "
		    "to boot machines beside it",
		    port, iface->name, port);
	else if (errno == EACCES || errno == EPERM)
		snprintf(error, NET_ERROR,
		    "cannot bind port %u on %s: %s; start as root, or with "
		    "CAP_NET_BIND_SERVICE and CAP_NET_RAW",
		    port, iface->name, strerror(errno));
	else
		snprintf(error, NET_ERROR, "cannot bind port %u on %s: %s", port, iface->name, strerror(errno));
	return -1;
}

struct net_sock *
net_find(const struct net *n, uint16_t port, int ifindex)
{
	for (size_t i = 0; i < n->n; i++)
		if (n->sock[i].port == port && (n->sock[i].ifindex == 0 || n->sock[i].ifindex == ifindex))
			return &n->sock[i];
	return NULL;
}

/* Closes the sockets of an interface: all, or only those that leave room for
 * another server. */
static void
close_socks(struct net *n, int ifindex, bool beside_only)
{
	size_t kept = 0;

	for (size_t i = 0; i < n->n; i++)
		if (n->sock[i].ifindex == ifindex && (n->sock[i].packet || n->sock[i].shared || !beside_only))
			close(n->sock[i].fd);
		else
			n->sock[kept++] = n->sock[i];
	n->n = kept;
}

/* Lets a server that comes later bind the port too: a proxy must not keep it out,
 * and most set SO_REUSEADDR.  Both hear broadcasts; unicast goes to the later one,
 * as it should.  Set before the bind, it would let us take the port from a server
 * that is there already. */
static void
share_port(struct net_sock *s)
{
	int on = 1;

	if (s->ifindex != 0 && !s->packet && !s->shared)
		s->shared = setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0;
}

/* A packet socket is cut off when its interface goes, even if that comes back
 * with its index from another network namespace before we look. */
static bool
is_cut_off(const struct net *n, int ifindex)
{
	const struct net_sock *s = net_find(n, DHCP_PORT_SERVER, ifindex);
	struct sockaddr_ll ll;
	socklen_t len = sizeof(ll);

	return s && s->packet && getsockname(s->fd, (struct sockaddr *)&ll, &len) == 0 && ll.sll_ifindex != ifindex;
}

int
net_bind(struct net *n, const struct netif *iface, bool beside, char error[NET_ERROR])
{
	static const uint16_t ports[] = { DHCP_PORT_SERVER, DHCP_PORT_BINL };

	/* it was a proxy there until now */
	if (!beside || is_cut_off(n, iface->index))
		close_socks(n, iface->index, true);
	for (size_t i = 0; i < 2; i++) {
		struct net_sock s = { .port = ports[i], .ifindex = iface->index };
		struct net_sock *had = net_find(n, s.port, iface->index);
		bool shares = beside && s.port == DHCP_PORT_SERVER;

		if (had) { /* it may have been a server until now */
			if (shares)
				share_port(had);
			continue;
		}
		s.fd = bind_udp(iface, s.port);
		if (s.fd < 0 && errno == EADDRINUSE && shares) {
			if (bind_beside(n, iface, error) < 0)
				return -1;
			continue;
		}
		if (s.fd < 0)
			return bind_failed(iface, s.port, error);
		if (shares)
			share_port(&s);
		if (net_add(n, &s) < 0)
			return net_failed("remember a socket", error);
	}
	return 0;
}

bool
net_has(const struct net *n, int ifindex)
{
	return net_find(n, DHCP_PORT_SERVER, ifindex) != NULL;
}

void
net_drop(struct net *n, int ifindex)
{
	close_socks(n, ifindex, false);
}

void
net_close(struct net *n)
{
	for (size_t i = 0; i < n->n; i++)
		close(n->sock[i].fd);
	free(n->sock);
	if (n->frame >= 0)
		close(n->frame);
	if (n->raw >= 0)
		close(n->raw);
	*n = (struct net){ .frame = -1, .raw = -1 };
}

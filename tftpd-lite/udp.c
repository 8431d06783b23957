#include "udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* after netinet/in.h, which has its own idea of struct in_addr; it uses struct timespec */
#include <linux/errqueue.h>

#define SMALL 1024               /* what a small datagram takes of a buffer, at most */
#define BUFFER (4 * 1024 * 1024) /* a rack that starts at once; the kernel cuts it to what it allows */

static int
udp_set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value));
}

static void
enlarge_buffers(int fd)
{
	if (udp_set(fd, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER) < 0)
		udp_set(fd, SOL_SOCKET, SO_RCVBUF, BUFFER);
	if (udp_set(fd, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER) < 0)
		udp_set(fd, SOL_SOCKET, SO_SNDBUF, BUFFER);
}

static unsigned
datagrams_held(int fd)
{
	int bytes;
	socklen_t len = sizeof(bytes);

	return getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, &len) < 0 || bytes < SMALL ? 1 : (unsigned)bytes / SMALL;
}

/* The IPv4 options are for IPv4 clients of a socket of both families, too. */
static void
ask_for_errors(const struct udp_socket *s)
{
	udp_set(s->fd, IPPROTO_IP, IP_RECVERR, 1);
	if (s->family == AF_INET6)
		udp_set(s->fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
}

int
udp_adopt(int fd, struct udp_socket *out)
{
	struct udp_socket s = { .fd = fd };
	socklen_t len = sizeof(s.family);

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &s.family, &len) < 0 ||
	    (s.family != AF_INET && s.family != AF_INET6)) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	enlarge_buffers(fd);
	s.holds = datagrams_held(fd);
	ask_for_errors(&s);
	/* on AF_INET6 the IPv4 option is for IPv4 clients, and fails where there are none */
	if (udp_set(fd, IPPROTO_IP, IP_PKTINFO, 1) < 0 && s.family == AF_INET)
		return -1;
	if (s.family == AF_INET6 && udp_set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) < 0)
		return -1;
	*out = s;
	return 0;
}

int
udp_open(const struct addr *local, struct udp_socket *out)
{
	struct udp_socket s = { .family = addr_is4(local) ? AF_INET : AF_INET6 };
	struct timeval wait = { .tv_usec = UDP_WAIT_MS * 1000 };
	struct sockaddr_storage ss;
	socklen_t len = addr_to(local, s.family, &ss);

	/* not SOCK_NONBLOCK: udp_wait waits on it */
	s.fd = socket(s.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s.fd < 0)
		return -1;
	setsockopt(s.fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	enlarge_buffers(s.fd);
	s.holds = datagrams_held(s.fd);
	ask_for_errors(&s);
	if (bind(s.fd, (struct sockaddr *)&ss, len) < 0) {
		int err = errno;

		close(s.fd);
		errno = err;
		return -1;
	}
	*out = s;
	return 0;
}

void
udp_close(struct udp_socket *s)
{
	close(s->fd);
	s->fd = -1;
}

void
udp_connect(struct udp_socket *s, const struct addr *peer)
{
	struct sockaddr_storage to;
	socklen_t len = addr_to(peer, s->family, &to);

	s->connected = connect(s->fd, (struct sockaddr *)&to, len) == 0;
}

unsigned
udp_mtu(const struct addr *local, const struct addr *peer)
{
	bool four = addr_is4(peer);
	int family = four ? AF_INET : AF_INET6, mtu = 0;
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage from, to;
	socklen_t from_len = addr_to(local, family, &from), to_len = addr_to(peer, family, &to);
	socklen_t len = sizeof(mtu);

	if (fd < 0)
		return 0;
	if (bind(fd, (struct sockaddr *)&from, from_len) < 0 || connect(fd, (struct sockaddr *)&to, to_len) < 0 ||
	    getsockopt(fd, four ? IPPROTO_IP : IPPROTO_IPV6, four ? IP_MTU : IPV6_MTU, &mtu, &len) < 0)
		mtu = 0;
	close(fd);
	return mtu < 0 ? 0 : (unsigned)mtu;
}

/* ---- in ---------------------------------------------------------------- */

#define CONTROL 256

struct udp_in {
	size_t size;
	struct mmsghdr msg[UDP_BATCH];
	struct iovec iov[UDP_BATCH];
	struct sockaddr_storage from[UDP_BATCH];
	_Alignas(struct cmsghdr) uint8_t control[UDP_BATCH][CONTROL];
	uint8_t bytes[]; /* UDP_BATCH times size; pages come when they are used */
};

struct udp_in *
udp_in_new(size_t size)
{
	struct udp_in *in = malloc(sizeof(*in) + UDP_BATCH * size);

	if (in)
		in->size = size;
	return in;
}

void
udp_in_free(struct udp_in *in)
{
	free(in);
}

/* The address of ours that a datagram was sent to. */
static void
take_control(struct msghdr *h, struct udp_packet *p)
{
	struct sockaddr_in sa4 = { .sin_family = AF_INET };
	struct sockaddr_in6 sa6 = { .sin6_family = AF_INET6 };
	struct in_pktinfo info4;
	struct in6_pktinfo info6;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&info4, CMSG_DATA(c), sizeof(info4));
			sa4.sin_addr = info4.ipi_addr;
			/* ipi_spec_dst is unset in what came before we asked for it */
			p->broadcast = info4.ipi_spec_dst.s_addr && info4.ipi_spec_dst.s_addr != info4.ipi_addr.s_addr;
			addr_from((struct sockaddr *)&sa4, &p->to);
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info6, CMSG_DATA(c), sizeof(info6));
			sa6.sin6_addr = info6.ipi6_addr;
			sa6.sin6_scope_id = info6.ipi6_ifindex;
			p->broadcast |= IN6_IS_ADDR_MULTICAST(&info6.ipi6_addr);
			addr_from((struct sockaddr *)&sa6, &p->to);
		}
	}
}

/* Nothing can be answered to port 0. */
static bool
take_sender(const struct sockaddr_storage *from, struct udp_packet *p)
{
	return addr_from((const struct sockaddr *)from, &p->from) && p->from.port != 0;
}

static bool
receive_one(struct udp_in *in, const struct udp_socket *s, int flags, struct udp_packet *p)
{
	socklen_t from_len = sizeof(in->from[0]);
	ssize_t got =
	    recvfrom(s->fd, in->bytes, in->size, flags | MSG_TRUNC, (struct sockaddr *)&in->from[0], &from_len);

	if (got < 0)
		return false;
	*p = (struct udp_packet){ .bytes = in->bytes, .len = (size_t)got, .cut = (size_t)got > in->size };
	if (p->cut)
		p->len = in->size;
	return take_sender(&in->from[0], p);
}

bool
udp_wait(struct udp_in *in, const struct udp_socket *s, struct udp_packet *p)
{
	return receive_one(in, s, 0, p);
}

size_t
udp_receive(struct udp_in *in, const struct udp_socket *s, size_t max, struct udp_packet *packets)
{
	size_t n = 0;
	int got;

	if (max == 1)
		return receive_one(in, s, MSG_DONTWAIT, packets) ? 1 : 0;
	for (size_t i = 0; i < max; i++) {
		in->iov[i] = (struct iovec){ .iov_base = in->bytes + i * in->size, .iov_len = in->size };
		in->msg[i].msg_hdr = (struct msghdr){ .msg_name = &in->from[i],
			.msg_namelen = sizeof(in->from[i]),
			.msg_iov = &in->iov[i],
			.msg_iovlen = 1,
			.msg_control = in->control[i],
			.msg_controllen = CONTROL };
	}
	got = recvmmsg(s->fd, in->msg, (unsigned)max, MSG_DONTWAIT, NULL);
	for (int i = 0; i < got; i++) {
		struct udp_packet *p = &packets[n];
		struct msghdr *h = &in->msg[i].msg_hdr;

		*p = (struct udp_packet){
			.bytes = h->msg_iov->iov_base, .len = in->msg[i].msg_len, .cut = (h->msg_flags & MSG_TRUNC) != 0
		};
		take_control(h, p);
		n += take_sender(&in->from[i], p);
	}
	return n;
}

static bool
is_refusal(struct msghdr *h)
{
	struct sock_extended_err err;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		if (!(c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) &&
		    !(c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR))
			continue;
		memcpy(&err, CMSG_DATA(c), sizeof(err));
		return err.ee_errno == ECONNREFUSED &&
		    (err.ee_origin == SO_EE_ORIGIN_ICMP || err.ee_origin == SO_EE_ORIGIN_ICMP6);
	}
	return false;
}

bool
udp_refusal(const struct udp_socket *s, struct addr *who)
{
	_Alignas(struct cmsghdr) uint8_t control[512];
	struct sockaddr_storage to = { .ss_family = AF_UNSPEC };
	uint8_t byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };

	for (int i = 0; i < UDP_BATCH; i++) {
		struct msghdr h = { .msg_name = &to,
			.msg_namelen = sizeof(to),
			.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control) };

		if (recvmsg(s->fd, &h, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			return false;
		if (is_refusal(&h) && addr_from((struct sockaddr *)&to, who))
			return true;
	}
	return false;
}

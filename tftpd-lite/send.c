#include "net.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#define SEGMENTS 64          /* UDP_MAX_SEGMENTS of older kernels */
#define SEGMENT_BYTES 65000  /* all segments together are one IP packet inside the kernel */
#define PATIENCE_MS 10       /* for a full send buffer: at 100 Mbit/s 125 KB leave meanwhile */

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

struct net_out {
	size_t segment_max;      /* larger ones were refused: they need fragments */
	int trouble;             /* errno of the last datagram that could not leave */
	uint8_t room[NET_ROOM];
};

struct net_out *
net_out_new(void)
{
	struct net_out *out = malloc(sizeof(*out));

	if (out) {
		out->segment_max = SEGMENT_BYTES;
		out->trouble = 0;
	}
	return out;
}

void
net_out_free(struct net_out *out)
{
	free(out);
}

uint8_t *
net_room(struct net_out *out)
{
	return out->room;
}

int
net_trouble(struct net_out *out)
{
	int trouble = out->trouble;

	out->trouble = 0;
	return trouble;
}

/* ---- to the kernel ----------------------------------------------------- */

struct slot {
	struct iovec iov;
	struct sockaddr_storage to;
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t))];
};

static void
add_control(struct msghdr *h, int level, int type, const void *data, size_t len)
{
	struct cmsghdr *c;

	h->msg_controllen += CMSG_SPACE(len);
	c = (struct cmsghdr *)(void *)((uint8_t *)h->msg_control + h->msg_controllen - CMSG_SPACE(len));
	*c = (struct cmsghdr){ .cmsg_level = level, .cmsg_type = type, .cmsg_len = CMSG_LEN(len) };
	memcpy(CMSG_DATA(c), data, len);
}

static void
add_source(struct msghdr *h, const struct net_way *way)
{
	struct in_pktinfo four = { .ipi_ifindex = 0 };
	struct in6_pktinfo six = { .ipi6_ifindex = way->from->scope };

	if (way->socket->family == AF_INET) {
		memcpy(&four.ipi_spec_dst, way->from->ip + 12, 4);
		add_control(h, IPPROTO_IP, IP_PKTINFO, &four, sizeof(four));
	} else {
		memcpy(&six.ipi6_addr, way->from->ip, 16);
		add_control(h, IPPROTO_IPV6, IPV6_PKTINFO, &six, sizeof(six));
	}
}

/* One message; more than `segment` bytes are several datagrams of that size
 * (the last may be shorter).  Without controls sendto is the cheaper call. */
static int
submit(const struct net_way *way, uint8_t *bytes, size_t len, size_t segment)
{
	uint16_t size = (uint16_t)segment;
	struct slot slot;
	struct msghdr h = { .msg_name = &slot.to, .msg_iov = &slot.iov, .msg_iovlen = 1, .msg_control = slot.control };

	h.msg_namelen = addr_to(way->to, way->socket->family, &slot.to);
	if (!way->from && len <= segment)
		return sendto(way->socket->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL,
		    (struct sockaddr *)&slot.to, h.msg_namelen) < 0 ? errno : 0;
	slot.iov = (struct iovec){ .iov_base = bytes, .iov_len = len };
	if (way->from)
		add_source(&h, way);
	if (len > segment)
		add_control(&h, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size));
	return sendmsg(way->socket->fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? errno : 0;
}

/* A send buffer is full: nothing else could leave through it now. */
static void
wait_writable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	poll(&p, 1, PATIENCE_MS);
}

/* The same, and once more if that may help: an ICMP error of an earlier
 * datagram shows up once, a full buffer drains. */
static int
insist(const struct net_way *way, uint8_t *bytes, size_t len, size_t segment)
{
	int err = submit(way, bytes, len, segment);

	if (err == 0 || (len > segment && (err == EINVAL || err == EIO || err == EMSGSIZE || err == EOPNOTSUPP)))
		return err;
	if (err == EAGAIN)
		wait_writable(way->socket->fd);
	return submit(way, bytes, len, segment);
}

void
net_send(struct net_out *out, const struct net_way *way, size_t len)
{
	int err = len ? insist(way, out->room, len, len) : 0;

	if (err)
		out->trouble = err;
}

static void
send_singly(struct net_out *out, const struct net_way *way, size_t at, size_t end, size_t segment)
{
	for (; at < end; at += segment) {
		size_t len = end - at < segment ? end - at : segment;
		int err = insist(way, out->room + at, len, len);

		if (err)
			out->trouble = err;
	}
}

void
net_send_all(struct net_out *out, const struct net_way *way, size_t len, size_t segment)
{
	size_t together = segment > out->segment_max ? 1 : SEGMENT_BYTES / segment, n;

	if (together > SEGMENTS)
		together = SEGMENTS;
	for (size_t at = 0; at < len; at += n) {
		int err;

		n = len - at < together * segment ? len - at : together * segment;
		err = insist(way, out->room + at, n, segment);
		if (err && n > segment) {
			/* refused: a datagram larger than the MTU, a card without
			 * checksums, a kernel before 4.18 */
			if (out->segment_max >= segment)
				out->segment_max = segment - 1;
			send_singly(out, way, at, len, segment);
			return;
		}
		if (err)
			out->trouble = err;
	}
}

#include "udp_send.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#define QUEUE UDP_BATCH     /* one packet in, one out */
#define SEGMENTS 64         /* UDP_MAX_SEGMENTS of older kernels */
#define SEGMENT_BYTES 65000 /* all segments form one IP packet inside the kernel */
#define PATIENCE_MS 10      /* for a full send buffer: 125 KB leave meanwhile at 100 Mbit/s */

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

/* One message: a datagram, or several of `segment` bytes, the last of which
 * may be shorter. */
struct slot {
	struct iovec iov;
	size_t segment; /* 0: one datagram */
	struct sockaddr_storage to;
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t))];
};

struct udp_out {
	size_t segment_max; /* larger ones were refused: they need fragments */
	int trouble;        /* errno of the last datagram that could not leave */
	int fd;             /* of everything collected */
	unsigned n;
	size_t used; /* bytes of the room */
	struct mmsghdr msg[QUEUE];
	struct slot slot[QUEUE];
	uint8_t room[UDP_ROOM];
};

struct udp_out *
udp_out_new(void)
{
	/* zeroed: the kernel is given the padding of control data, too */
	struct udp_out *out = calloc(1, sizeof(*out));

	if (out)
		out->segment_max = SEGMENT_BYTES;
	return out;
}

void
udp_out_free(struct udp_out *out)
{
	free(out);
}

int
udp_error(struct udp_out *out)
{
	int trouble = out->trouble;

	out->trouble = 0;
	return trouble;
}

/* ---- to the kernel ----------------------------------------------------- */

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
add_local_address(struct msghdr *h, const struct udp_dest *dest)
{
	struct in_pktinfo four = { .ipi_ifindex = 0 };
	struct in6_pktinfo six = { .ipi6_ifindex = dest->from->scope };

	if (dest->socket->family == AF_INET) {
		memcpy(&four.ipi_spec_dst, dest->from->ip + 12, 4);
		add_control(h, IPPROTO_IP, IP_PKTINFO, &four, sizeof(four));
	} else {
		memcpy(&six.ipi6_addr, dest->from->ip, 16);
		add_control(h, IPPROTO_IPV6, IPV6_PKTINFO, &six, sizeof(six));
	}
}

/* Tries once more if that may help: an ICMP error of an earlier datagram shows
 * up once; a full buffer drains, and until then nothing else could leave
 * through it.  errno, or 0. */
static int
send_again_after(int fd, const struct msghdr *h, int err)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	if (err == EAGAIN)
		poll(&p, 1, PATIENCE_MS);
	return sendmsg(fd, h, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? errno : 0;
}

/* True when the kernel refused the segments as a whole: datagrams larger than
 * the MTU, a card without checksums, a kernel before 4.18. */
static bool
needs_singles(const struct slot *slot, int err)
{
	return slot->segment && (err == EINVAL || err == EIO || err == EMSGSIZE || err == EOPNOTSUPP);
}

static void
send_singly(struct udp_out *out, struct msghdr h, size_t segment)
{
	struct iovec all = *h.msg_iov, one = all;

	if (out->segment_max >= segment)
		out->segment_max = segment - 1;
	h.msg_controllen -= CMSG_SPACE(sizeof(uint16_t)); /* UDP_SEGMENT, the last one */
	if (h.msg_controllen == 0)
		h.msg_control = NULL;
	h.msg_iov = &one;
	for (size_t at = 0; at < all.iov_len; at += segment) {
		int err;

		one = (struct iovec){ .iov_base = (uint8_t *)all.iov_base + at,
			.iov_len = all.iov_len - at < segment ? all.iov_len - at : segment };
		err = sendmsg(out->fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? send_again_after(out->fd, &h, errno) : 0;
		if (err)
			out->trouble = err;
	}
}

/* Sends the i-th message, which the kernel refused with err. */
static void
send_refused(struct udp_out *out, unsigned i, int err)
{
	const struct slot *slot = &out->slot[i];
	const struct msghdr *h = &out->msg[i].msg_hdr;

	if (!needs_singles(slot, err))
		err = send_again_after(out->fd, h, err);
	if (needs_singles(slot, err))
		send_singly(out, *h, slot->segment);
	else if (err)
		out->trouble = err;
}

/* For a single datagram without control data, sendto is the cheaper call. */
static int
send_queue(struct udp_out *out, unsigned from)
{
	struct msghdr *h = &out->msg[from].msg_hdr;

	if (out->n - from > 1 || h->msg_controllen)
		return sendmmsg(out->fd, out->msg + from, out->n - from, MSG_DONTWAIT | MSG_NOSIGNAL);
	return sendto(out->fd, h->msg_iov->iov_base, h->msg_iov->iov_len, MSG_DONTWAIT | MSG_NOSIGNAL, h->msg_name,
	           h->msg_namelen) < 0 ?
	    -1 :
	    1;
}

void
udp_flush(struct udp_out *out)
{
	unsigned i = 0;

	while (i < out->n) {
		int sent = send_queue(out, i);

		if (sent > 0)
			i += (unsigned)sent;
		else
			send_refused(out, i++, errno);
	}
	out->n = 0;
}

/* ---- collecting -------------------------------------------------------- */

uint8_t *
udp_reserve(struct udp_out *out, size_t len)
{
	if (out->n == QUEUE || UDP_ROOM - out->used < len)
		udp_flush(out);
	if (out->n == 0)
		out->used = 0;
	return out->room + out->used;
}

/* Queues the next `len` bytes of the room. */
static void
enqueue(struct udp_out *out, const struct udp_dest *dest, size_t len, size_t segment)
{
	struct slot *slot;
	struct msghdr *h;
	uint16_t size = (uint16_t)segment;

	if (out->n == QUEUE || (out->n && out->fd != dest->socket->fd))
		udp_flush(out);
	slot = &out->slot[out->n];
	h = &out->msg[out->n++].msg_hdr;
	out->fd = dest->socket->fd;
	slot->iov = (struct iovec){ .iov_base = out->room + out->used, .iov_len = len };
	slot->segment = len > segment ? segment : 0;
	out->used += len;
	*h = (struct msghdr){ .msg_iov = &slot->iov, .msg_iovlen = 1 };
	if (!dest->socket->connected) {
		h->msg_name = &slot->to;
		h->msg_namelen = addr_to(dest->to, dest->socket->family, &slot->to);
	}
	if (!dest->from && !slot->segment)
		return;
	h->msg_control = slot->control;
	if (dest->from)
		add_local_address(h, dest);
	if (slot->segment)
		add_control(h, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size));
}

void
udp_send(struct udp_out *out, const struct udp_dest *dest, size_t len)
{
	if (len)
		enqueue(out, dest, len, len);
}

void
udp_send_segments(struct udp_out *out, const struct udp_dest *dest, size_t len, size_t segment)
{
	size_t together = segment > out->segment_max ? 1 : SEGMENT_BYTES / segment, n;

	if (together > SEGMENTS)
		together = SEGMENTS;
	for (; len > 0; len -= n) {
		n = len < together * segment ? len : together * segment;
		enqueue(out, dest, n, segment);
	}
}

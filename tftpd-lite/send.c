#include "net.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#define ENTRIES 512
#define CALL 64              /* messages a system call */
#define SEGMENTS 64          /* UDP_MAX_SEGMENTS of older kernels */
#define SEGMENT_BYTES 65000  /* all segments together are one IP packet inside the kernel */
#define PATIENCE_MS 10       /* for a full send buffer: at 100 Mbit/s 125 KB leave meanwhile */

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

/* A datagram, or several of one size to one address (the last may be
 * shorter), which UDP_SEGMENT hands to the kernel as one. */
struct entry {
	struct net_socket socket;
	struct addr to, from;
	bool has_from;
	size_t at, len;
	size_t segment, segments;
	bool closed;             /* its last datagram was a short one */
};

struct net_out {
	size_t used, n;
	size_t segment_max;      /* larger ones were refused: they need fragments */
	struct entry entry[ENTRIES];
	uint8_t bytes[NET_ROOM];
};

struct net_out *
net_out_new(void)
{
	struct net_out *out = malloc(sizeof(*out));

	if (out) {
		out->used = out->n = 0;
		out->segment_max = SEGMENT_BYTES;
	}
	return out;
}

void
net_out_free(struct net_out *out)
{
	free(out);
}

uint8_t *
net_room(struct net_out *out, size_t len)
{
	if (len > NET_ROOM - out->used)
		net_flush(out);
	return out->bytes + out->used;
}

static bool
same_way(const struct entry *a, const struct entry *b)
{
	return a->socket.fd == b->socket.fd && addr_equal(&a->to, &b->to) &&
	    a->has_from == b->has_from && (!a->has_from || addr_equal(&a->from, &b->from));
}

/* May `next`, a single datagram, ride on `e`? */
static bool
continues(const struct net_out *out, const struct entry *e, const struct entry *next)
{
	return !e->closed && next->len <= e->segment && e->segment <= out->segment_max &&
	    e->segments < SEGMENTS && e->len + next->len <= SEGMENT_BYTES && same_way(e, next);
}

/* What the caller has filled but not claimed yet moves to the front. */
static void
make_way(struct net_out *out)
{
	size_t at = out->used;

	net_flush(out);
	memmove(out->bytes, out->bytes + at, NET_ROOM - at);
}

void
net_put(struct net_out *out, const struct net_socket *s, const struct addr *to,
    const struct addr *from, size_t len)
{
	struct entry *e = out->n ? &out->entry[out->n - 1] : NULL;
	struct entry next = { .socket = *s, .to = *to, .len = len, .segment = len, .segments = 1,
	    .has_from = from != NULL };

	if (from)
		next.from = *from;
	if (e && continues(out, e, &next)) {
		e->closed = len < e->segment;
		e->segments++;
		e->len += len;
	} else {
		if (out->n == ENTRIES)
			make_way(out);
		next.at = out->used;
		out->entry[out->n++] = next;
	}
	out->used += len;
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
add_source(struct msghdr *h, const struct entry *e)
{
	struct in_pktinfo four = { .ipi_ifindex = 0 };
	struct in6_pktinfo six = { .ipi6_ifindex = e->from.scope };

	if (e->socket.family == AF_INET) {
		memcpy(&four.ipi_spec_dst, e->from.ip + 12, 4);
		add_control(h, IPPROTO_IP, IP_PKTINFO, &four, sizeof(four));
	} else {
		memcpy(&six.ipi6_addr, e->from.ip, 16);
		add_control(h, IPPROTO_IPV6, IPV6_PKTINFO, &six, sizeof(six));
	}
}

/* Bytes at .. at + len of an entry as a message. */
static void
fill(struct msghdr *h, struct slot *slot, const struct entry *e, uint8_t *bytes, size_t len)
{
	uint16_t segment = (uint16_t)e->segment;

	slot->iov = (struct iovec){ .iov_base = bytes, .iov_len = len };
	*h = (struct msghdr){ .msg_name = &slot->to, .msg_iov = &slot->iov, .msg_iovlen = 1,
	    .msg_control = slot->control };
	h->msg_namelen = addr_to(&e->to, e->socket.family, &slot->to);
	if (e->has_from)
		add_source(h, e);
	if (len > e->segment)
		add_control(h, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment));
	if (h->msg_controllen == 0)
		h->msg_control = NULL;
}

/* A send buffer is full: nothing else could leave through it now. */
static void
wait_writable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	poll(&p, 1, PATIENCE_MS);
}

/* One after the other: UDP_SEGMENT was refused (a datagram larger than the
 * MTU, a card without checksums, a kernel before 4.18). */
static int
send_singly(struct net_out *out, struct entry *e)
{
	struct slot slot;
	struct msghdr h;
	size_t done = 0;
	int err = 0;

	if (out->segment_max >= e->segment)
		out->segment_max = e->segment - 1;
	while (done < e->len) {
		size_t len = e->len - done < e->segment ? e->len - done : e->segment;

		fill(&h, &slot, e, out->bytes + e->at + done, len);
		if (sendmsg(e->socket.fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno == EAGAIN) {
			wait_writable(e->socket.fd);
			if (sendmsg(e->socket.fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
				err = errno;
		}
		done += len;
	}
	return err;
}

/* What to do about the entry the kernel stopped at. */
static int
send_troubled(struct net_out *out, struct entry *e, int err)
{
	struct slot slot;
	struct msghdr h;

	if (e->segments > 1 && (err == EINVAL || err == EIO || err == EMSGSIZE || err == EOPNOTSUPP))
		return send_singly(out, e);
	if (err == EAGAIN)
		wait_writable(e->socket.fd);
	/* an ICMP error of an earlier datagram shows up once: try again */
	fill(&h, &slot, e, out->bytes + e->at, e->len);
	return sendmsg(e->socket.fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? errno : 0;
}

/* Entries first .. first + n, which share a socket. */
static int
send_group(struct net_out *out, size_t first, size_t n)
{
	struct mmsghdr msg[CALL];
	struct slot slot[CALL];
	size_t done = 0;
	int err = 0;

	for (size_t i = 0; i < n; i++) {
		struct entry *e = &out->entry[first + i];

		fill(&msg[i].msg_hdr, &slot[i], e, out->bytes + e->at, e->len);
	}
	while (done < n) {
		int sent = sendmmsg(out->entry[first].socket.fd, msg + done, (unsigned)(n - done),
		    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent > 0) {
			done += (size_t)sent;
		} else {
			int failed = send_troubled(out, &out->entry[first + done], errno);

			err = failed ? failed : err;
			done++;
		}
	}
	return err;
}

int
net_flush(struct net_out *out)
{
	int err = 0;

	for (size_t first = 0, n; first < out->n; first += n) {
		int failed;

		for (n = 1; n < CALL && first + n < out->n &&
		    out->entry[first + n].socket.fd == out->entry[first].socket.fd; n++)
			;
		failed = send_group(out, first, n);
		err = failed ? failed : err;
	}
	out->n = out->used = 0;
	return err;
}

/* Batches of messages in and out: recvmmsg(2), sendmmsg(2). */
#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "net6.h"

struct control {
	alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

/* ---- in ---------------------------------------------------------------- */

struct net_buf {
	size_t used;
	struct mmsghdr msg[NET_BATCH];
	struct iovec iov[NET_BATCH];
	struct sockaddr_in6 from[NET_BATCH];
	struct control control[NET_BATCH];
	uint8_t bytes[NET_BATCH][NET_BYTES];
};

static bool
net6_read_pktinfo(struct msghdr *h, struct net_in *in)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		struct in6_pktinfo info;

		if (c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_PKTINFO)
			continue;
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		in->dst = info.ipi6_addr;
		in->ifindex = (int)info.ipi6_ifindex;
		return true;
	}
	return false;
}

/* What recvmmsg(2) has changed in n of them. */
static void
net6_make_ready(struct net_buf *b, size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++)
		b->msg[i].msg_hdr = (struct msghdr){ .msg_name = &b->from[i],
			.msg_namelen = sizeof(b->from[i]),
			.msg_iov = &b->iov[i],
			.msg_iovlen = 1,
			.msg_control = &b->control[i],
			.msg_controllen = sizeof(b->control[i]) };
}

struct net_buf *
net6_buf_new(void)
{
	struct net_buf *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	for (int i = 0; i < NET_BATCH; i++)
		b->iov[i] = (struct iovec){ b->bytes[i], NET_BYTES };
	net6_make_ready(b, 0, NET_BATCH);
	return b;
}

void
net6_buf_free(struct net_buf *b)
{
	free(b);
}

void
net6_buf_clear(struct net_buf *b)
{
	b->used = 0;
}

int
net6_receive(const struct net_sock *s, struct net_buf *b, struct net_in *in)
{
	size_t first = b->used;
	int kept = 0,
	    n = first == NET_BATCH ? 0 :
	                             recvmmsg(s->fd, b->msg + first, (unsigned)(NET_BATCH - first), MSG_DONTWAIT, NULL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	for (int i = 0; i < n; i++) {
		size_t at = b->used++;

		in[kept] = (struct net_in){ .data = b->bytes[at],
			.len = b->msg[at].msg_len,
			.src = b->from[at].sin6_addr,
			.sport = ntohs(b->from[at].sin6_port) };
		kept += net6_read_pktinfo(&b->msg[at].msg_hdr, &in[kept]);
	}
	net6_make_ready(b, first, (size_t)n);
	return kept;
}

/* ---- out --------------------------------------------------------------- */

#define TOGETHER 64 /* messages that one sendmmsg(2) takes */

/* One message on its way to the kernel. */
struct parcel {
	int fd;
	struct iovec iov;
	struct sockaddr_in6 to;
	struct control control;
};

/* A socket that was handed over is told which interface it is; a link-local address is
 * nobody's without. */
static void
name_interface(const struct net_out *o, struct parcel *p, struct msghdr *h)
{
	struct in6_pktinfo info = { .ipi6_ifindex = (unsigned)o->ifindex };
	struct cmsghdr *c;

	memset(&p->control, 0, sizeof(p->control));
	h->msg_control = &p->control;
	h->msg_controllen = sizeof(p->control);
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = IPPROTO_IPV6;
	c->cmsg_type = IPV6_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
}

static bool
net6_pack(const struct net *n, const struct net_out *o, struct parcel *p, struct msghdr *h)
{
	const struct net_sock *s = NULL;

	for (size_t i = 0; i < n->n && !s; i++)
		if (n->sock[i].ifindex == 0 || n->sock[i].ifindex == o->ifindex)
			s = &n->sock[i];
	if (!s) { /* the interface has gone while the answer was made */
		errno = ENODEV;
		return false;
	}
	p->fd = s->fd;
	p->iov = (struct iovec){ (void *)(uintptr_t)o->data, o->len };
	p->to = (struct sockaddr_in6){ .sin6_family = AF_INET6,
		.sin6_port = htons(o->port),
		.sin6_addr = o->to,
		.sin6_scope_id = IN6_IS_ADDR_LINKLOCAL(&o->to) ? (uint32_t)o->ifindex : 0 };
	*h = (struct msghdr){ .msg_name = &p->to, .msg_namelen = sizeof(p->to), .msg_iov = &p->iov, .msg_iovlen = 1 };
	if (s->ifindex == 0 && IN6_IS_ADDR_LINKLOCAL(&o->to))
		name_interface(o, p, h);
	return true;
}

/* Sends a run of messages for one socket, in one call if it can. */
static size_t
net6_send_run(struct parcel *p, struct mmsghdr *msg, size_t count)
{
	size_t done = 0, lost = 0;

	while (done < count) {
		int n = sendmmsg(p[done].fd, msg + done, (unsigned)(count - done), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			lost++; /* this one; the rest may do better */
			n = 1;
		}
		done += (size_t)n;
	}
	return lost;
}

static size_t
net6_send_parcels(const struct net *n, const struct net_out *out, size_t count)
{
	struct parcel parcel[TOGETHER];
	struct mmsghdr msg[TOGETHER];
	size_t packed = 0, lost = 0, run;

	for (size_t i = 0; i < count; i++)
		if (net6_pack(n, &out[i], &parcel[packed], &msg[packed].msg_hdr))
			packed++;
		else
			lost++;
	for (size_t i = 0; i < packed; i += run) {
		for (run = 1; i + run < packed && parcel[i + run].fd == parcel[i].fd; run++)
			;
		lost += net6_send_run(parcel + i, msg + i, run);
	}
	return lost;
}

size_t
net6_send(const struct net *n, const struct net_out *out, size_t count)
{
	size_t lost = 0;

	for (size_t i = 0; i < count; i += TOGETHER)
		lost += net6_send_parcels(n, out + i, count - i < TOGETHER ? count - i : TOGETHER);
	return lost;
}

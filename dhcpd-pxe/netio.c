/* Batches of messages in and out: recvmmsg(2), sendmmsg(2). */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"
#include "num.h"

union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_ll ll;
};

struct control {
	alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

/* ---- in ---------------------------------------------------------------- */

static bool
read_pktinfo(struct msghdr *h, const union address *from, struct net_in *in)
{
	in->src = ntohl(from->in.sin_addr.s_addr);
	in->sport = ntohs(from->in.sin_port);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		struct in_pktinfo info;

		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO)
			continue;
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		in->dst = ntohl(info.ipi_addr.s_addr);
		in->ifindex = info.ipi_ifindex;
		return true;
	}
	return false;
}

/* A packet socket also sees what this host sends and, without their tags, frames
 * of VLANs that have an interface of their own (another index) or none here
 * (another host's): these are passed over. */
static bool
parse_frame(const struct net_sock *s, const union address *from, struct net_in *in)
{
	struct frame_udp u;
	int type = from->ll.sll_pkttype;

	if (from->ll.sll_ifindex != s->ifindex ||
	    (type != PACKET_HOST && type != PACKET_BROADCAST && type != PACKET_MULTICAST) ||
	    !frame_parse_ip(in->data, in->len, true, &u))
		return false;
	in->src = u.src;
	in->dst = u.dst;
	in->sport = u.sport;
	in->data = u.data;
	in->len = u.len;
	in->ifindex = from->ll.sll_ifindex;
	return true;
}

struct net_buf {
	size_t used;
	struct mmsghdr msg[NET_BATCH];
	struct iovec iov[NET_BATCH];
	union address from[NET_BATCH];
	struct control control[NET_BATCH];
	uint8_t bytes[NET_BATCH][NET_BYTES];
};

/* What recvmmsg(2) has changed in n of them. */
static void
make_ready(struct net_buf *b, size_t first, size_t n)
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
net_buf_new(void)
{
	struct net_buf *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	for (int i = 0; i < NET_BATCH; i++)
		b->iov[i] = (struct iovec){ b->bytes[i], NET_BYTES };
	make_ready(b, 0, NET_BATCH);
	return b;
}

void
net_buf_free(struct net_buf *b)
{
	free(b);
}

void
net_buf_clear(struct net_buf *b)
{
	b->used = 0;
}

int
net_receive(const struct net_sock *s, struct net_buf *b, struct net_in *in)
{
	size_t first = b->used;
	int n = first == NET_BATCH ? 0 :
	                             recvmmsg(s->fd, b->msg + first, (unsigned)(NET_BATCH - first), MSG_DONTWAIT, NULL),
	    kept = 0;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	for (int i = 0; i < n; i++) {
		size_t at = b->used++;
		struct net_in *m = &in[kept];

		*m = (struct net_in){ .data = b->bytes[at], .len = b->msg[at].msg_len };
		kept +=
		    s->packet ? parse_frame(s, &b->from[at], m) : read_pktinfo(&b->msg[at].msg_hdr, &b->from[at], m);
	}
	make_ready(b, first, (size_t)n);
	return kept;
}

/* ---- out --------------------------------------------------------------- */

#define TOGETHER 64 /* messages that one sendmmsg(2) takes */

/* One message on its way to the kernel. */
struct parcel {
	int fd;
	struct iovec iov;
	union address to;
	struct control control;
	uint8_t frame[FRAME_HEADERS + NET_OUT_MAX];
};

static size_t
build_frame(const struct net_out *o, struct parcel *p)
{
	struct frame_udp u = {
		.src = o->src, .dst = o->to.addr, .sport = o->port, .dport = o->to.port, .data = o->data, .len = o->len
	};

	memcpy(u.src_mac, o->src_mac, sizeof(u.src_mac));
	if (o->to.way == TARGET_FRAME)
		memcpy(u.dst_mac, o->dst_mac, sizeof(u.dst_mac));
	else
		memset(u.dst_mac, 0xff, sizeof(u.dst_mac));
	return frame_build(&u, p->frame, sizeof(p->frame));
}

static void
to_address(const struct net_out *o, struct parcel *p, struct msghdr *h)
{
	p->to.in = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(o->to.port), .sin_addr.s_addr = htonl(o->to.addr)
	};
	h->msg_namelen = sizeof(p->to.in);
}

static void
by_udp(const struct net_sock *s, const struct net_out *o, struct parcel *p, struct msghdr *h)
{
	struct in_pktinfo info = { .ipi_spec_dst.s_addr = htonl(o->src) };
	struct cmsghdr *c;

	/* routed replies find their own way out */
	if (o->to.way == TARGET_BROADCAST)
		info.ipi_ifindex = o->ifindex;
	p->fd = s->fd;
	p->iov = (struct iovec){ (void *)(uintptr_t)o->data, o->len };
	to_address(o, p, h);
	h->msg_control = &p->control;
	h->msg_controllen = sizeof(p->control);
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
}

static bool
pack(const struct net *n, const struct net_out *o, struct parcel *p, struct msghdr *h)
{
	const struct net_sock *s = net_find(n, o->port, o->ifindex);

	*h = (struct msghdr){ .msg_name = &p->to, .msg_iov = &p->iov, .msg_iovlen = 1 };
	memset(&p->control, 0, sizeof(p->control));
	if (!s) { /* the interface has gone while the answer waited */
		errno = ENODEV;
		return false;
	}
	/* a broadcast as well: the kernel would look for a route for each, and
	 * hand a copy to this host */
	if (o->to.way == TARGET_FRAME ||
	    (o->to.way == TARGET_BROADCAST && (s->packet || (o->ethernet && n->frame >= 0)))) {
		p->fd = n->frame;
		p->iov = (struct iovec){ p->frame, build_frame(o, p) };
		p->to.ll = (struct sockaddr_ll){ .sll_family = AF_PACKET,
			.sll_protocol = htons(ETH_P_IP),
			.sll_ifindex = o->ifindex,
			.sll_halen = 6 };
		memcpy(p->to.ll.sll_addr, p->frame, 6);
		h->msg_namelen = sizeof(p->to.ll);
	} else if (s->packet) {
		/* from port 67 although another server has it: the kernel routes
		 * an IP packet that we made */
		p->fd = n->raw;
		p->iov = (struct iovec){ p->frame + ETH_HLEN, build_frame(o, p) - ETH_HLEN };
		to_address(o, p, h);
		p->to.in.sin_port = 0;
	} else {
		by_udp(s, o, p, h);
	}
	return true;
}

/* Sends a run of messages for one socket, in one call if it can. */
static size_t
send_run(struct parcel *p, struct mmsghdr *msg, size_t count)
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
send_parcels(const struct net *n, const struct net_out *const *out, size_t count)
{
	struct parcel parcel[TOGETHER];
	struct mmsghdr msg[TOGETHER];
	size_t packed = 0, lost = 0, run;

	for (size_t i = 0; i < count; i++)
		if (pack(n, out[i], &parcel[packed], &msg[packed].msg_hdr))
			packed++;
		else
			lost++;
	for (size_t i = 0; i < packed; i += run) {
		for (run = 1; i + run < packed && parcel[i + run].fd == parcel[i].fd; run++)
			;
		lost += send_run(parcel + i, msg + i, run);
	}
	return lost;
}

size_t
net_send(const struct net *n, const struct net_out *const *out, size_t count)
{
	size_t lost = 0;

	for (size_t i = 0; i < count; i += TOGETHER)
		lost += send_parcels(n, out + i, count - i < TOGETHER ? count - i : TOGETHER);
	return lost;
}

/* Batches of messages in and out. */
#include <errno.h>
#include <linux/if_ether.h>
#include <string.h>

#include "net.h"

/* ---- in ---------------------------------------------------------------- */

static bool
read_pktinfo(const struct msgbatch_message *m, struct net_in *in)
{
	struct in_pktinfo info;

	if (!msgbatch_pktinfo(m->head, MSGBATCH_IP4, &info))
		return false;
	in->src = ntohl(m->from->in.sin_addr.s_addr);
	in->sport = ntohs(m->from->in.sin_port);
	in->dst = ntohl(info.ipi_addr.s_addr);
	in->ifindex = info.ipi_ifindex;
	return true;
}

/* A packet socket also sees what this host sends and, without their tags, frames
 * of VLANs that have an interface of their own (another index) or none here
 * (another host's): these are passed over. */
static bool
parse_frame(const struct net_sock *s, const union msgbatch_address *from, struct net_in *in)
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

int
net_receive(const struct net_sock *s, struct msgbatch *b, struct net_in *in)
{
	size_t first;
	int n = msgbatch_receive(b, s->fd, &first), kept = 0;

	for (int i = 0; i < n; i++) {
		const struct msgbatch_message m = msgbatch_message(b, first + (size_t)i);
		struct net_in *one = &in[kept];

		*one = (struct net_in){ .data = m.data, .len = m.len };
		kept += s->packet ? parse_frame(s, m.from, one) : read_pktinfo(&m, one);
	}
	return n < 0 ? -1 : kept;
}

/* ---- out --------------------------------------------------------------- */

#define TOGETHER 64 /* messages that one sendmmsg(2) takes */

/* One message on its way to the kernel. */
struct parcel {
	struct iovec iov;
	union msgbatch_address to;
	struct msgbatch_control control;
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

static int
by_udp(const struct net_sock *s, const struct net_out *o, struct parcel *p, struct msghdr *h)
{
	struct in_pktinfo info = { .ipi_spec_dst.s_addr = htonl(o->src) };

	/* routed replies find their own way out */
	if (o->to.way == TARGET_BROADCAST)
		info.ipi_ifindex = o->ifindex;
	p->iov = (struct iovec){ (void *)(uintptr_t)o->data, o->len };
	to_address(o, p, h);
	msgbatch_add_pktinfo(h, &p->control, MSGBATCH_IP4, &info);
	return s->fd;
}

/* The socket that it goes by; -1 with errno. */
static int
pack(const struct net *n, const struct net_out *o, struct parcel *p, struct msghdr *h)
{
	const struct net_sock *s = net_find(n, o->port, o->ifindex);

	*h = (struct msghdr){ .msg_name = &p->to, .msg_iov = &p->iov, .msg_iovlen = 1 };
	if (!s) { /* the interface has gone while the answer waited */
		errno = ENODEV;
		return -1;
	}
	/* a broadcast as well: the kernel would look for a route for each, and
	 * hand a copy to this host */
	if (o->to.way == TARGET_FRAME ||
	    (o->to.way == TARGET_BROADCAST && (s->packet || (o->ethernet && n->frame >= 0)))) {
		p->iov = (struct iovec){ p->frame, build_frame(o, p) };
		p->to.ll = (struct sockaddr_ll){ .sll_family = AF_PACKET,
			.sll_protocol = htons(ETH_P_IP),
			.sll_ifindex = o->ifindex,
			.sll_halen = 6 };
		memcpy(p->to.ll.sll_addr, p->frame, 6);
		h->msg_namelen = sizeof(p->to.ll);
		return n->frame;
	}
	if (s->packet) {
		/* from port 67 although another server has it: the kernel routes
		 * an IP packet that we made */
		p->iov = (struct iovec){ p->frame + ETH_HLEN, build_frame(o, p) - ETH_HLEN };
		to_address(o, p, h);
		p->to.in.sin_port = 0;
		return n->raw;
	}
	return by_udp(s, o, p, h);
}

static size_t
send_parcels(const struct net *n, const struct net_out *const *out, size_t count)
{
	struct parcel parcel[TOGETHER];
	struct mmsghdr msg[TOGETHER];
	int fd[TOGETHER];
	size_t packed = 0;

	for (size_t i = 0; i < count; i++) {
		fd[packed] = pack(n, out[i], &parcel[packed], &msg[packed].msg_hdr);
		packed += fd[packed] >= 0;
	}
	return count - packed + msgbatch_send(fd, msg, packed);
}

size_t
net_send(const struct net *n, const struct net_out *const *out, size_t count)
{
	size_t lost = 0;

	for (size_t i = 0; i < count; i += TOGETHER)
		lost += send_parcels(n, out + i, count - i < TOGETHER ? count - i : TOGETHER);
	return lost;
}

/* Batches of messages in and out. */
#include <errno.h>

#include "net6.h"

/* ---- in ---------------------------------------------------------------- */

int
net6_receive(const struct net_sock *s, struct msgbatch *b, struct net_in *in)
{
	size_t first;
	int n = msgbatch_receive(b, s->fd, &first), kept = 0;

	for (int i = 0; i < n; i++) {
		const struct msgbatch_message m = msgbatch_message(b, first + (size_t)i);
		struct in6_pktinfo info;

		if (!msgbatch_pktinfo(m.head, MSGBATCH_IP6, &info))
			continue;
		in[kept++] = (struct net_in){ .data = m.data,
			.len = m.len,
			.src = m.from->in6.sin6_addr,
			.dst = info.ipi6_addr,
			.sport = ntohs(m.from->in6.sin6_port),
			.ifindex = (int)info.ipi6_ifindex };
	}
	return n < 0 ? -1 : kept;
}

/* ---- out --------------------------------------------------------------- */

#define TOGETHER 64 /* messages that one sendmmsg(2) takes */

/* One message on its way to the kernel. */
struct parcel {
	struct iovec iov;
	struct sockaddr_in6 to;
	struct msgbatch_control control;
};

/* A socket that was handed over is told which interface it is; a link-local address is
 * nobody's without. */
static void
name_interface(const struct net_out *o, struct parcel *p, struct msghdr *h)
{
	struct in6_pktinfo info = { .ipi6_ifindex = (unsigned)o->ifindex };

	msgbatch_add_pktinfo(h, &p->control, MSGBATCH_IP6, &info);
}

/* The socket that it goes by; -1 with errno. */
static int
net6_pack(const struct net *n, const struct net_out *o, struct parcel *p, struct msghdr *h)
{
	const struct net_sock *s = NULL;

	for (size_t i = 0; i < n->n && !s; i++)
		if (n->sock[i].ifindex == 0 || n->sock[i].ifindex == o->ifindex)
			s = &n->sock[i];
	if (!s) { /* the interface has gone while the answer was made */
		errno = ENODEV;
		return -1;
	}
	p->iov = (struct iovec){ (void *)(uintptr_t)o->data, o->len };
	p->to = (struct sockaddr_in6){ .sin6_family = AF_INET6,
		.sin6_port = htons(o->port),
		.sin6_addr = o->to,
		.sin6_scope_id = IN6_IS_ADDR_LINKLOCAL(&o->to) ? (uint32_t)o->ifindex : 0 };
	*h = (struct msghdr){ .msg_name = &p->to, .msg_namelen = sizeof(p->to), .msg_iov = &p->iov, .msg_iovlen = 1 };
	if (s->ifindex == 0 && IN6_IS_ADDR_LINKLOCAL(&o->to))
		name_interface(o, p, h);
	return s->fd;
}

static size_t
net6_send_parcels(const struct net *n, const struct net_out *out, size_t count)
{
	struct parcel parcel[TOGETHER];
	struct mmsghdr msg[TOGETHER];
	int fd[TOGETHER];
	size_t packed = 0;

	for (size_t i = 0; i < count; i++) {
		fd[packed] = net6_pack(n, &out[i], &parcel[packed], &msg[packed].msg_hdr);
		packed += fd[packed] >= 0;
	}
	return count - packed + msgbatch_send(fd, msg, packed);
}

size_t
net6_send(const struct net *n, const struct net_out *out, size_t count)
{
	size_t lost = 0;

	for (size_t i = 0; i < count; i += TOGETHER)
		lost += net6_send_parcels(n, out + i, count - i < TOGETHER ? count - i : TOGETHER);
	return lost;
}

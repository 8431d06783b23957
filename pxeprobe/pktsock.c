#include "pktsock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define IN 64 /* frames per call */
#define OUT 128
#define OUT_FRAME 1600
#define FRAME 65600 /* receive offload hands up more than the MTU */
#define TAG 4       /* room for a VLAN tag in front */
#define ADDRESSES 12
#define QUEUE (64 * 1024 * 1024)
#define FILTER_MAX 256
/* linux/filter.h: "load whether there is a VLAN tag". */
#define LOAD_VLAN ((uint32_t)SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT)

struct pktsock {
	int fd;
	unsigned got, next; /* frames read, handed out */
	unsigned queued;
	struct mmsghdr in[IN], out[OUT];
	union {
		struct cmsghdr align;
		uint8_t bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} about[IN];
	struct iovec in_io[IN], out_io[OUT];
	uint8_t out_bytes[OUT][OUT_FRAME];
	uint8_t in_bytes[IN][TAG + FRAME];
};

static int
pktsock_set_up(int fd, int index, const struct pktsock_filter *filter, size_t n, bool tagged)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_ifindex = index, .sll_protocol = htons(ETH_P_ALL) };
	struct packet_mreq promisc = { .mr_ifindex = index, .mr_type = PACKET_MR_PROMISC };
	/* Only the kernel knows of a tag that the card has stripped. */
	struct sock_filter all[FILTER_MAX + 3] = { BPF_STMT(BPF_LD | BPF_B | BPF_ABS, LOAD_VLAN),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, tagged), BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_fprog program = { .len = (unsigned short)(n + 3), .filter = all };
	int one = 1, queue = QUEUE;

	if (n > FILTER_MAX) {
		errno = E2BIG;
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		all[i + 3] = (struct sock_filter){ filter[i].code, filter[i].jt, filter[i].jf, filter[i].k };
	/* More than net.core.rmem_max needs CAP_NET_ADMIN. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof(queue)) != 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &queue, sizeof(queue));
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) != 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) != 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)) != 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promisc, sizeof(promisc)) != 0)
		return -1;
	return bind(fd, (struct sockaddr *)&at, sizeof(at));
}

struct pktsock *
pktsock_open(int index, const struct pktsock_filter *filter, size_t n, bool tagged)
{
	struct pktsock *b = calloc(1, sizeof(*b));
	int saved;

	if (!b)
		return NULL;
	/* Protocol 0: nothing comes in before the filter is there. */
	b->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (b->fd < 0 || pktsock_set_up(b->fd, index, filter, n, tagged) != 0) {
		saved = errno;
		pktsock_close(b);
		errno = saved;
		return NULL;
	}
	for (unsigned i = 0; i < IN; i++) {
		b->in_io[i] = (struct iovec){ b->in_bytes[i] + TAG, FRAME };
		b->in[i].msg_hdr = (struct msghdr){ .msg_iov = &b->in_io[i], .msg_iovlen = 1 };
	}
	for (unsigned i = 0; i < OUT; i++) {
		b->out_io[i].iov_base = b->out_bytes[i];
		b->out[i].msg_hdr = (struct msghdr){ .msg_iov = &b->out_io[i], .msg_iovlen = 1 };
	}
	return b;
}

void
pktsock_close(struct pktsock *b)
{
	if (!b)
		return;
	if (b->fd >= 0) {
		pktsock_flush(b);
		close(b->fd);
	}
	free(b);
}

int
pktsock_fd(const struct pktsock *b)
{
	return b->fd;
}

/* What the kernel says of frame i. */
static void
read_about(struct pktsock *b, unsigned i, struct pktsock_frame *out)
{
	struct msghdr *m = &b->in[i].msg_hdr;
	uint8_t *frame = b->in_bytes[i] + TAG;
	struct tpacket_auxdata aux;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		out->offloaded = aux.tp_status & TP_STATUS_CSUMNOTREADY;
		if (!(aux.tp_status & TP_STATUS_VLAN_VALID) || out->len < ADDRESSES)
			continue;
		memmove(frame - TAG, frame, ADDRESSES);
		frame[ADDRESSES - TAG] = 0x81;
		frame[ADDRESSES - TAG + 1] = 0;
		frame[ADDRESSES - TAG + 2] = (uint8_t)(aux.tp_vlan_tci >> 8);
		frame[ADDRESSES - TAG + 3] = (uint8_t)aux.tp_vlan_tci;
		out->bytes = frame - TAG;
		out->len += TAG;
	}
}

int
pktsock_next(struct pktsock *b, struct pktsock_frame *out)
{
	int n;

	if (b->next == b->got) {
		b->next = b->got = 0;
		for (unsigned i = 0; i < IN; i++) {
			b->in[i].msg_hdr.msg_control = b->about[i].bytes;
			b->in[i].msg_hdr.msg_controllen = sizeof(b->about[i].bytes);
		}
		n = recvmmsg(b->fd, b->in, IN, MSG_DONTWAIT, NULL);
		if (n <= 0)
			return n == 0 || errno == EAGAIN || errno == EINTR ? 0 : -1;
		b->got = (unsigned)n;
	}
	*out = (struct pktsock_frame){ .bytes = b->in_bytes[b->next] + TAG, .len = b->in[b->next].msg_len };
	read_about(b, b->next++, out);
	return 1;
}

int
pktsock_send(struct pktsock *b, const void *frame, size_t len)
{
	if (len > OUT_FRAME) {
		pktsock_flush(b);
		return send(b->fd, frame, len, 0) == (ssize_t)len ? 0 : -1;
	}
	if (b->queued == OUT)
		pktsock_flush(b);
	memcpy(b->out_bytes[b->queued], frame, len);
	b->out_io[b->queued++].iov_len = len;
	return 0;
}

void
pktsock_flush(struct pktsock *b)
{
	unsigned sent = 0;

	while (sent < b->queued) {
		int n = sendmmsg(b->fd, b->out + sent, b->queued - sent, 0);

		/* What the interface refuses is lost, as on a wire. */
		sent += n > 0 ? (unsigned)n : 1;
	}
	b->queued = 0;
}

uint64_t
pktsock_lost(struct pktsock *b)
{
	struct tpacket_stats stats;
	socklen_t len = sizeof(stats);

	return getsockopt(b->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0 ? stats.tp_drops : 0;
}

#include "line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "dhcp.h"
#include "frame.h"
#include "log.h"
#include "netif.h"

struct line {
	int fd;
	struct line_ends ends;
	struct frame_udp frame; /* the headers of what is sent, with an interface */
	struct sockaddr_in to;  /* without */
	unsigned queued;
	struct mmsghdr out[LINE_BATCH], in[LINE_BATCH];
	struct iovec out_iov[LINE_BATCH], in_iov[LINE_BATCH];
	uint8_t message[LINE_BYTES];
	uint8_t out_bytes[LINE_BATCH][FRAME_HEADERS + LINE_BYTES], in_bytes[LINE_BATCH][FRAME_HEADERS + DHCP_MAX];
};

static void
set(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)) < 0)
		die(EXIT_SYSTEM, "cannot set up the socket: %s", strerror(errno));
}

static int
open_frames(struct line *l)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_IP));
	struct netif card;
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };

	if (fd < 0)
		die(EXIT_SYSTEM, "cannot open a packet socket: %s", strerror(errno));
	if (netif_get(l->ends.interface, &card) < 0)
		die(EXIT_SYSTEM, "%s: %s", l->ends.interface, strerror(errno));
	set(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
	set(fd, SOL_PACKET, PACKET_QDISC_BYPASS, 1);
	at.sll_ifindex = card.index;
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		die(EXIT_SYSTEM, "cannot listen on %s: %s", l->ends.interface, strerror(errno));
	l->frame = (struct frame_udp){
		.src = l->ends.from, .dst = l->ends.to, .sport = l->ends.from_port, .dport = l->ends.to_port
	};
	memset(l->frame.dst_mac, 0xff, 6);
	memcpy(l->frame.src_mac, card.mac, 6);
	return fd;
}

static int
open_udp(struct line *l)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in from = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(l->ends.from), .sin_port = htons(l->ends.from_port)
	};

	if (fd < 0)
		die(EXIT_SYSTEM, "cannot open a socket: %s", strerror(errno));
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0)
		die(EXIT_SYSTEM, "cannot bind port %d: %s", l->ends.from_port, strerror(errno));
	l->to = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(l->ends.to), .sin_port = htons(l->ends.to_port)
	};
	return fd;
}

struct line *
line_open(const struct line_ends *ends)
{
	struct line *l = calloc(1, sizeof(*l));

	if (!l)
		die(EXIT_SYSTEM, "no memory");
	l->ends = *ends;
	l->fd = ends->interface ? open_frames(l) : open_udp(l);
	set(l->fd, SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20);
	set(l->fd, SOL_SOCKET, SO_SNDBUFFORCE, 16 << 20);
	for (size_t i = 0; i < LINE_BATCH; i++) {
		l->out_iov[i].iov_base = l->out_bytes[i];
		l->out[i].msg_hdr.msg_iov = &l->out_iov[i];
		l->out[i].msg_hdr.msg_iovlen = 1;
		if (!ends->interface) {
			l->out[i].msg_hdr.msg_name = &l->to;
			l->out[i].msg_hdr.msg_namelen = sizeof(l->to);
		}
		l->in_iov[i] = (struct iovec){ l->in_bytes[i], sizeof(l->in_bytes[i]) };
		l->in[i].msg_hdr.msg_iov = &l->in_iov[i];
		l->in[i].msg_hdr.msg_iovlen = 1;
	}
	return l;
}

void
line_close(struct line *l)
{
	close(l->fd);
	free(l);
}

struct wr
line_room(struct line *l)
{
	if (l->queued == LINE_BATCH)
		line_flush(l);
	return l->ends.interface ? wr_open(l->message, LINE_BYTES) : wr_open(l->out_bytes[l->queued], LINE_BYTES);
}

void
line_put(struct line *l, const struct wr *message)
{
	size_t len = wr_len(message);

	if (l->ends.interface) {
		l->frame.data = l->message;
		l->frame.len = len;
		len = frame_build(&l->frame, l->out_bytes[l->queued], sizeof(l->out_bytes[0]));
	}
	l->out_iov[l->queued++].iov_len = len;
}

/* To a relay, a server that is down shows as ECONNREFUSED; the message is lost
 * then, as on any network. */
void
line_flush(struct line *l)
{
	unsigned at = 0;

	while (at < l->queued) {
		int sent = sendmmsg(l->fd, l->out + at, l->queued - at, 0);

		if (sent > 0)
			at += (unsigned)sent;
		else if (errno == ECONNREFUSED || errno == ENETUNREACH)
			at++;
		else if (errno != EINTR && errno != ENOBUFS)
			die(EXIT_SYSTEM, "cannot send: %s", strerror(errno));
	}
	l->queued = 0;
}

/* Passes on the payload of a frame or datagram, if it is for us. */
static void
take(const struct line *l, const uint8_t *bytes, size_t len, const struct line_sink *to)
{
	struct frame_udp u;

	if (!l->ends.interface)
		to->each(to->arg, bytes, len);
	else if (frame_parse(bytes, len, true, &u) && u.dport == l->ends.from_port)
		to->each(to->arg, u.data, u.len);
}

void
line_wait(struct line *l, uint64_t ns, const struct line_sink *to)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };
	struct timespec limit = { .tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000) };
	int n;

	if (ppoll(&p, 1, &limit, NULL) <= 0)
		return;
	n = recvmmsg(l->fd, l->in, LINE_BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++)
		take(l, l->in_bytes[i], l->in[i].msg_len, to);
}

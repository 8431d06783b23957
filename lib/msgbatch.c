#include "msgbatch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct pktinfo {
	int level, type;
	size_t size;
} pktinfo[] = {
	[MSGBATCH_IP4] = { IPPROTO_IP, IP_PKTINFO, sizeof(struct in_pktinfo) },
	[MSGBATCH_IP6] = { IPPROTO_IPV6, IPV6_PKTINFO, sizeof(struct in6_pktinfo) },
};

/* ---- in ---------------------------------------------------------------- */

/* What a message needs beside its bytes. */
struct envelope {
	struct iovec iov;
	union msgbatch_address from;
	struct msgbatch_control control;
};

struct msgbatch {
	size_t most, bytes, used;
	struct mmsghdr *msg;
	struct envelope *envelope;
	uint8_t *data;
};

/* What recvmmsg(2) changes in the first n of them. */
static void
make_ready(struct msgbatch *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct envelope *e = &b->envelope[i];

		b->msg[i].msg_hdr = (struct msghdr){ .msg_name = &e->from,
			.msg_namelen = sizeof(e->from),
			.msg_iov = &e->iov,
			.msg_iovlen = 1,
			.msg_control = &e->control,
			.msg_controllen = sizeof(e->control) };
	}
}

struct msgbatch *
msgbatch_new(size_t most, size_t bytes)
{
	struct msgbatch *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	*b = (struct msgbatch){ .most = most,
		.bytes = bytes,
		.msg = calloc(most, sizeof(*b->msg)),
		.envelope = calloc(most, sizeof(*b->envelope)),
		.data = calloc(most, bytes) };
	if (!b->msg || !b->envelope || !b->data) {
		msgbatch_free(b);
		return NULL;
	}
	for (size_t i = 0; i < most; i++)
		b->envelope[i].iov = (struct iovec){ b->data + i * bytes, bytes };
	make_ready(b, most);
	return b;
}

void
msgbatch_free(struct msgbatch *b)
{
	if (!b)
		return;
	free(b->msg);
	free(b->envelope);
	free(b->data);
	free(b);
}

void
msgbatch_clear(struct msgbatch *b)
{
	make_ready(b, b->used);
	b->used = 0;
}

int
msgbatch_receive(struct msgbatch *b, int fd, size_t *first)
{
	int n;

	*first = b->used;
	if (b->used == b->most)
		return 0;
	n = recvmmsg(fd, b->msg + b->used, (unsigned)(b->most - b->used), MSG_DONTWAIT, NULL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	b->used += (size_t)n;
	return n;
}

struct msgbatch_message
msgbatch_message(struct msgbatch *b, size_t number)
{
	return (struct msgbatch_message){ .data = b->data + number * b->bytes,
		.len = b->msg[number].msg_len,
		.from = &b->envelope[number].from,
		.head = &b->msg[number].msg_hdr };
}

bool
msgbatch_pktinfo(struct msghdr *h, enum msgbatch_ip ip, void *info)
{
	const struct pktinfo *p = &pktinfo[ip];

	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c))
		if (c->cmsg_level == p->level && c->cmsg_type == p->type && c->cmsg_len >= CMSG_LEN(p->size)) {
			memcpy(info, CMSG_DATA(c), p->size);
			return true;
		}
	return false;
}

/* ---- out --------------------------------------------------------------- */

void
msgbatch_add_pktinfo(struct msghdr *h, struct msgbatch_control *room, enum msgbatch_ip ip, const void *info)
{
	const struct pktinfo *p = &pktinfo[ip];
	struct cmsghdr *c;

	*room = (struct msgbatch_control){ .bytes = { 0 } };
	h->msg_control = room;
	h->msg_controllen = CMSG_SPACE(p->size);
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = p->level;
	c->cmsg_type = p->type;
	c->cmsg_len = CMSG_LEN(p->size);
	memcpy(CMSG_DATA(c), info, p->size);
}

/* All by one socket. */
static size_t
send_run(int fd, struct mmsghdr *msg, size_t count)
{
	size_t done = 0, lost = 0;

	while (done < count) {
		int n = sendmmsg(fd, msg + done, (unsigned)(count - done), 0);

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

size_t
msgbatch_send(const int *fd, struct mmsghdr *msg, size_t count)
{
	size_t lost = 0, run;

	for (size_t i = 0; i < count; i += run) {
		for (run = 1; i + run < count && fd[i + run] == fd[i]; run++)
			;
		lost += send_run(fd[i], msg + i, run);
	}
	return lost;
}

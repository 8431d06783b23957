/*
 * The most that a TFTP server could do: one socket, one system call to receive
 * everything that has come, another to send the answers.  It keeps the last
 * block requested by each port, resends nothing, logs and limits nothing.
 *
 *   bare ADDR PORT DIR
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "num.h"
#include "tftp.h"

#define BATCH 64
#define PACKET 2048
#define FILES 8
#define BUFFER (4 * 1024 * 1024)

struct file {
	char name[64];
	const uint8_t *bytes;
	uint64_t size;
};

struct client {
	const struct file *file;
	uint32_t blksize;
	uint64_t due; /* the block whose ACK is due */
};

struct bare {
	int fd, dir;
	struct file file[FILES];
	size_t files;
	struct client client[65536]; /* by port: they all have one address */
	struct sockaddr_in from[BATCH];
	struct mmsghdr in[BATCH], out[BATCH];
	struct iovec in_iov[BATCH], out_iov[BATCH];
	uint8_t in_bytes[BATCH][PACKET], out_bytes[BATCH][PACKET];
};

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "bare: %s: %s\n", what, strerror(errno));
	exit(3);
}

static const struct file *
file_of(struct bare *b, const char *name)
{
	struct file *f = &b->file[b->files];
	struct stat st;
	int fd;

	for (size_t i = 0; i < b->files; i++)
		if (strcmp(b->file[i].name, name) == 0)
			return &b->file[i];
	if (b->files == FILES)
		return NULL;
	fd = openat(b->dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return NULL;
	snprintf(f->name, sizeof(f->name), "%s", name);
	f->size = (uint64_t)st.st_size;
	f->bytes = mmap(NULL, f->size + 1, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	close(fd);
	if (f->bytes == MAP_FAILED)
		return NULL;
	b->files++;
	return f;
}

static size_t
begin(struct bare *b, struct client *c, const struct tftp_packet *p, uint8_t *out)
{
	struct tftp_options oack = { .has = TFTP_HAS_BLKSIZE, .blksize = p->options.blksize };

	*c = (struct client){ .file = file_of(b, p->name), .blksize = p->options.blksize };
	if (!c->file || !(p->options.has & TFTP_HAS_BLKSIZE) || c->blksize > PACKET - TFTP_HEADER)
		return tftp_write_error(TFTP_E_NOT_FOUND, "Not here", out, PACKET);
	return tftp_write_oack(&oack, out, PACKET);
}

static size_t
next_block(struct client *c, uint16_t acked, uint8_t *out)
{
	uint64_t at = c->due * c->blksize, left;
	size_t len;

	if (!c->file || acked != (uint16_t)c->due || at > c->file->size)
		return 0;
	left = c->file->size - at;
	len = left < c->blksize ? (size_t)left : c->blksize;
	tftp_write_data_header((uint16_t)++c->due, out, TFTP_HEADER);
	memcpy(out + TFTP_HEADER, c->file->bytes + at, len);
	return TFTP_HEADER + len;
}

/* The answer to the i-th packet; 0: none. */
static size_t
answer(struct bare *b, int i, uint8_t *out)
{
	struct client *c = &b->client[ntohs(b->from[i].sin_port)];
	struct tftp_packet p;

	if (tftp_parse(b->in_bytes[i], b->in[i].msg_len, &p) != TFTP_OK)
		return 0;
	if (p.op == TFTP_RRQ)
		return begin(b, c, &p, out);
	return p.op == TFTP_ACK ? next_block(c, p.block, out) : 0;
}

static void
serve(struct bare *b)
{
	for (;;) {
		int n = recvmmsg(b->fd, b->in, BATCH, MSG_WAITFORONE, NULL);
		unsigned out = 0;

		for (int i = 0; i < n; i++) {
			b->in[i].msg_hdr.msg_namelen = sizeof(b->from[i]);
			b->out_iov[out].iov_len = answer(b, i, b->out_bytes[out]);
			b->out[out].msg_hdr.msg_name = &b->from[i];
			out += b->out_iov[out].iov_len > 0;
		}
		if (out)
			sendmmsg(b->fd, b->out, out, MSG_DONTWAIT);
	}
}

static void
prepare(struct bare *b)
{
	for (int i = 0; i < BATCH; i++) {
		b->in_iov[i] = (struct iovec){ .iov_base = b->in_bytes[i], .iov_len = PACKET };
		b->out_iov[i] = (struct iovec){ .iov_base = b->out_bytes[i] };
		b->in[i].msg_hdr = (struct msghdr){ .msg_name = &b->from[i],
			.msg_namelen = sizeof(b->from[i]),
			.msg_iov = &b->in_iov[i],
			.msg_iovlen = 1 };
		b->out[i].msg_hdr =
		    (struct msghdr){ .msg_namelen = sizeof(b->from[i]), .msg_iov = &b->out_iov[i], .msg_iovlen = 1 };
	}
}

int
main(int argc, char *argv[])
{
	struct bare *b = calloc(1, sizeof(*b));
	struct sockaddr_in self = { .sin_family = AF_INET };
	int buffer = BUFFER;
	uint64_t port;

	if (!b || argc != 4 || inet_pton(AF_INET, argv[1], &self.sin_addr) != 1 ||
	    !num_uint(argv[2], 1, 65535, &port)) {
		fprintf(stderr, "usage: bare ADDR PORT DIR\n");
		return 2;
	}
	self.sin_port = htons((uint16_t)port);
	b->dir = open(argv[3], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	b->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (b->dir < 0 || b->fd < 0 || bind(b->fd, (struct sockaddr *)&self, sizeof(self)) < 0)
		fail(argv[b->dir < 0 ? 3 : 1]);
	if (setsockopt(b->fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) < 0 ||
	    setsockopt(b->fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof(buffer)) < 0)
		fail("buffers");
	prepare(b);
	serve(b);
}

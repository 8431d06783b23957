/*
 * The most that an HTTP server on epoll could do: a request is one recv, its
 * response a ready-made head and the file: small ones in one send, others by
 * sendfile for as long as the socket takes more.  It looks only at the path,
 * keeps every file it was asked for open, and never checks it again, logs,
 * limits, times out or yields.
 *
 *   bare ADDR PORT DIR [WORKERS]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "num.h"

#define FILES 8
#define SMALL 16384 /* sent from memory, with its head */
#define HEAD 256
#define EVENTS 256
#define REQUEST 2048 /* whole in one recv, or the client is dropped */

struct file {
	char name[64];
	int fd;
	uint64_t size;
	size_t len; /* of `bytes`: the head, and the content of a small one */
	char bytes[HEAD + SMALL];
};

struct client {
	int fd;
	struct file *file; /* NULL: nothing is being sent */
	uint64_t sent;
};

struct bare {
	int epoll, listener, dir;
	struct file file[FILES];
	size_t files;
};

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "bare: %s: %s\n", what, strerror(errno));
	exit(3);
}

static struct file *
open_file(struct bare *b, const char *name, size_t len)
{
	struct file *f = &b->file[b->files];
	struct stat st;

	if (b->files == FILES || len >= sizeof(f->name))
		return NULL;
	memcpy(f->name, name, len);
	f->name[len] = '\0';
	f->fd = openat(b->dir, f->name, O_RDONLY | O_CLOEXEC);
	if (f->fd < 0 || fstat(f->fd, &st) < 0)
		return NULL;
	f->size = (uint64_t)st.st_size;
	f->len = (size_t)snprintf(f->bytes, HEAD,
	    "HTTP/1.1 200 OK\r\nServer: bare\r\n"
	    "Content-Type: application/octet-stream\r\nContent-Length: %llu\r\n\r\n",
	    (unsigned long long)f->size);
	if (f->size <= SMALL) {
		if (pread(f->fd, f->bytes + f->len, f->size, 0) != (ssize_t)f->size)
			return NULL;
		f->len += f->size;
		f->size = 0;
	}
	b->files++;
	return f;
}

/* "GET /name HTTP/1.1..." */
static struct file *
file_of(struct bare *b, const char *text, size_t len)
{
	const char *name = text + 5, *end = len > 5 ? memchr(name, ' ', len - 5) : NULL;

	if (!end || memcmp(text, "GET /", 5) != 0)
		return NULL;
	for (size_t i = 0; i < b->files; i++)
		if (strncmp(b->file[i].name, name, (size_t)(end - name)) == 0 && !b->file[i].name[end - name])
			return &b->file[i];
	return open_file(b, name, (size_t)(end - name));
}

/* False: the client is gone, or not worth keeping. */
static bool
go_on(struct client *c)
{
	struct file *f = c->file;

	while (c->sent < f->len + f->size) {
		off_t pos = (off_t)(c->sent - f->len);
		ssize_t n = c->sent < f->len ?
		    send(c->fd, f->bytes + c->sent, f->len - c->sent, MSG_NOSIGNAL | (f->size ? MSG_MORE : 0)) :
		    sendfile(c->fd, f->fd, &pos, f->len + f->size - c->sent);

		if (n <= 0)
			return n < 0 && errno == EAGAIN;
		c->sent += (uint64_t)n;
	}
	c->file = NULL;
	return true;
}

static bool
answer(struct bare *b, struct client *c)
{
	char text[REQUEST];
	ssize_t n = recv(c->fd, text, sizeof(text), 0);

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	c->file = file_of(b, text, (size_t)n);
	c->sent = 0;
	return c->file && go_on(c);
}

static void
let_in(struct bare *b)
{
	int fd = accept4(b->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLET };
	struct client *c;

	if (fd < 0)
		return;
	ev.data.ptr = c = calloc(1, sizeof(*c));
	if (!c || epoll_ctl(b->epoll, EPOLL_CTL_ADD, fd, &ev) < 0)
		fail("client");
	c->fd = fd;
}

static _Noreturn void
serve(struct bare *b)
{
	struct epoll_event ev[EVENTS] = { { .events = EPOLLIN | EPOLLEXCLUSIVE } };

	b->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (b->epoll < 0 || epoll_ctl(b->epoll, EPOLL_CTL_ADD, b->listener, &ev[0]) < 0)
		fail("epoll");
	for (;;) {
		int n = epoll_wait(b->epoll, ev, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			struct client *c = ev[i].data.ptr;

			if (!c) {
				let_in(b);
			} else if (!(c->file ? go_on(c) : answer(b, c))) {
				close(c->fd);
				free(c);
			}
		}
	}
}

int
main(int argc, char *argv[])
{
	struct sockaddr_in self = { .sin_family = AF_INET };
	struct bare *b = calloc(1, sizeof(*b));
	uint64_t port, workers = 1;
	int on = 1;

	signal(SIGPIPE, SIG_IGN); /* sendfile to a client that has gone */
	if (!b || argc < 4 || argc > 5 || inet_pton(AF_INET, argv[1], &self.sin_addr) != 1 ||
	    !num_uint(argv[2], 1, 65535, &port) || (argc == 5 && !num_uint(argv[4], 1, 64, &workers))) {
		fprintf(stderr, "usage: bare ADDR PORT DIR [WORKERS]\n");
		return 2;
	}
	self.sin_port = htons((uint16_t)port);
	b->dir = open(argv[3], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	b->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (b->dir < 0 || b->listener < 0)
		fail(argv[b->dir < 0 ? 3 : 1]);
	setsockopt(b->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(b->listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bind(b->listener, (struct sockaddr *)&self, sizeof(self)) < 0 || listen(b->listener, SOMAXCONN) < 0)
		fail(argv[2]);
	while (workers-- > 1)
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			serve(b);
		}
	serve(b);
}

/*
 * Parallel downloads by a client that discards what it gets (MSG_TRUNC: bytes
 * are counted, not copied), so that the server is what is measured.
 *
 *   load [-c CONNECTIONS] [-n DOWNLOADS] ADDRESS PORT PATH
 *
 * CONNECTIONS (1) at a time, DOWNLOADS (as many) in all, one connection each.
 * Prints one line: GiB per second in all, and the median, 99th percentile and
 * longest time of a download in ms.  Exit 1 if a response is not status 200 or
 * not as long as it said.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEAD_MAX 4096
#define AT_ONCE (1 << 20) /* bytes discarded before the others get their turn */

struct download {
	int fd;
	bool in_content;
	char head[HEAD_MAX + 1];
	size_t head_len;
	uint64_t left;
	double start;
};

struct load {
	struct sockaddr_in to;
	char request[512];
	size_t request_len;
	unsigned conns, total;
	int epoll;
	unsigned begun, done;
	double *ms; /* of each that is done */
	uint64_t bytes;
};

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
begin(struct load *l, struct download *d)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = d };

	*d = (struct download){ .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .start = now() };
	l->begun++;
	if (d->fd < 0 || connect(d->fd, (struct sockaddr *)&l->to, sizeof(l->to)) < 0 ||
	    send(d->fd, l->request, l->request_len, MSG_NOSIGNAL) != (ssize_t)l->request_len ||
	    epoll_ctl(l->epoll, EPOLL_CTL_ADD, d->fd, &ev) < 0)
		fail("cannot begin a download");
}

/* Reads the head, and no byte behind it: false when there is not all of it. */
static bool
read_head(struct download *d)
{
	static const char length[] = "\r\nContent-Length: ";
	ssize_t n = recv(d->fd, d->head + d->head_len, HEAD_MAX - d->head_len, MSG_PEEK | MSG_DONTWAIT);
	const char *end, *value;
	size_t take;

	if (n <= 0)
		fail("no answer");
	d->head[d->head_len + (size_t)n] = '\0';
	end = strstr(d->head, "\r\n\r\n");
	take = end ? (size_t)(end + 4 - d->head) - d->head_len : (size_t)n;
	if (recv(d->fd, d->head + d->head_len, take, MSG_DONTWAIT) != (ssize_t)take)
		fail("head");
	d->head_len += take;
	if (!end)
		return false;
	value = strcasestr(d->head, length);
	errno = EPROTO;
	if (strncmp(d->head, "HTTP/1.1 200 ", 13) != 0 || !value)
		fail("not what was asked for");
	d->left = strtoull(value + sizeof(length) - 1, NULL, 10);
	d->in_content = true;
	return true;
}

static void
finish(struct load *l, struct download *d)
{
	l->ms[l->done++] = (now() - d->start) * 1000;
	close(d->fd);
	if (l->begun < l->total)
		begin(l, d);
}

static void
go_on(struct load *l, struct download *d)
{
	uint64_t turn = AT_ONCE;

	if (!d->in_content && !read_head(d))
		return;
	while (d->left && turn) {
		size_t want = d->left < turn ? (size_t)d->left : (size_t)turn;
		ssize_t n = recv(d->fd, NULL, want, MSG_TRUNC | MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN)
			return;
		errno = n ? errno : EPIPE;
		if (n <= 0)
			fail("cut off");
		d->left -= (uint64_t)n;
		turn -= (uint64_t)n;
		l->bytes += (uint64_t)n;
	}
	if (!d->left)
		finish(l, d);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
run(struct load *l)
{
	struct download *all = calloc(l->conns, sizeof(*all));
	double start = now(), seconds;

	l->ms = calloc(l->total, sizeof(*l->ms));
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!all || !l->ms || l->epoll < 0)
		fail("no memory");
	for (unsigned i = 0; i < l->conns; i++)
		begin(l, &all[i]);
	while (l->done < l->total) {
		struct epoll_event ev[256];
		int n = epoll_wait(l->epoll, ev, 256, 60000);

		errno = n ? errno : ETIMEDOUT;
		if (n <= 0)
			fail("nothing comes");
		for (int i = 0; i < n; i++)
			go_on(l, ev[i].data.ptr);
	}
	seconds = now() - start;
	qsort(l->ms, l->total, sizeof(*l->ms), compare);
	printf("GiB/s %.3f median %.1f p99 %.1f max %.1f\n", (double)l->bytes / seconds / (1 << 30),
	    l->ms[l->total / 2], l->ms[l->total * 99 / 100], l->ms[l->total - 1]);
	free(all);
	free(l->ms);
}

int
main(int argc, char **argv)
{
	struct load l = { .to.sin_family = AF_INET, .conns = 1 };
	int c;

	while ((c = getopt(argc, argv, "c:n:")) != -1) {
		if (c == 'c')
			l.conns = (unsigned)strtoul(optarg, NULL, 10);
		else if (c == 'n')
			l.total = (unsigned)strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	if (argc - optind != 3 || l.conns == 0 || inet_pton(AF_INET, argv[optind], &l.to.sin_addr) != 1) {
		fprintf(stderr, "usage: load [-c CONNECTIONS] [-n DOWNLOADS] ADDRESS PORT PATH\n");
		return 2;
	}
	l.to.sin_port = htons((uint16_t)strtoul(argv[optind + 1], NULL, 10));
	l.total = l.total < l.conns ? l.conns : l.total;
	l.request_len = (size_t)snprintf(l.request, sizeof(l.request),
	    "GET %s HTTP/1.1\r\nHost: load\r\nConnection: close\r\n\r\n", argv[optind + 2]);
	if (l.request_len >= sizeof(l.request))
		return 2;
	run(&l);
	return 0;
}

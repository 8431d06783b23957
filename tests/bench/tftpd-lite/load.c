/*
 * Thousands of TFTP clients in one process: each reads a file, compares every
 * byte with the original, and may lose packets on purpose.
 *
 *   load [-hv] [-a ADDR] [-p PORT] [-b BLKSIZE] [-w WINDOW] [-c CLIENTS] [-n TRANSFERS]
 *        [-l PERCENT] [-L PERCENT] [-r MS] [-t SEC] ORIGINAL NAME
 *
 *   -c  clients at once; -n transfers in all (each client starts again until then)
 *   -h  hold: nobody asks for block 2 before everybody has block 1
 *   -l  percent of the received packets that are lost; -L of those sent
 *   -r  a client repeats its last packet after this much silence (2000 ms)
 *   -t  a client that is not done after this many seconds has failed (120)
 *   -v  names the clients that fail
 *
 * Prints one facts line; exit 1 if a transfer failed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "num.h"
#include "tftp.h"

#define EVENTS 256
#define DEPTH 64 /* datagrams received at once */
#define TICK_US 20000
#define PACKET (TFTP_HEADER + TFTP_BLKSIZE_MAX)

struct client {
	int fd;
	bool talking; /* the server answered: connected to its port */
	bool said;    /* a gap was reported; not again until it is closed */
	bool held;    /* -h: has block 1, waits for the others */
	uint32_t blksize, window, since;
	uint64_t expect; /* block */
	uint64_t begun_us, sent_us;
};

struct load {
	const char *name;
	struct sockaddr_storage server;
	socklen_t server_len;
	struct tftp_options asked;
	size_t clients, transfers, begun, done, failed;
	double lose_in, lose_out;
	uint64_t repeat_us, limit_us, end_us;
	bool hold, verbose;
	const uint8_t *original;
	uint64_t size;
	struct client *client;
	size_t holding;
	uint64_t *took_us;
	uint64_t resends, bytes, random;
	int epoll;
	struct mmsghdr msg[DEPTH];
	struct iovec iov[DEPTH];
	uint8_t (*packet)[PACKET];
};

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(3);
}

static uint64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* xorshift64: the same losses each time */
static bool
lost(struct load *l, double percent)
{
	if (percent <= 0)
		return false;
	l->random ^= l->random << 13;
	l->random ^= l->random >> 7;
	l->random ^= l->random << 17;
	return (double)(l->random >> 11) / 9007199254740992.0 * 100 < percent;
}

/* ---- one client -------------------------------------------------------- */

static void
send_packet(struct load *l, struct client *c, const void *bytes, size_t len)
{
	c->sent_us = now_us();
	if (lost(l, l->lose_out))
		return;
	if (c->talking)
		send(c->fd, bytes, len, 0);
	else
		sendto(c->fd, bytes, len, 0, (struct sockaddr *)&l->server, l->server_len);
}

static void
ask(struct load *l, struct client *c)
{
	uint8_t p[600];

	send_packet(l, c, p, tftp_write_request(TFTP_RRQ, l->name, &l->asked, p, sizeof(p)));
}

static void
acknowledge(struct load *l, struct client *c)
{
	uint8_t p[TFTP_HEADER];

	c->since = 0;
	send_packet(l, c, p, tftp_write_ack((uint16_t)(c->expect - 1), p, sizeof(p)));
}

static void
begin(struct load *l, struct client *c)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
	int one = l->clients > 1;
	struct timeval tick = { .tv_usec = TICK_US };

	*c = (struct client){ .blksize = TFTP_BLKSIZE, .window = 1, .expect = 1, .begun_us = now_us() };
	c->fd = socket(l->server.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | (one ? SOCK_NONBLOCK : 0), 0);
	if (c->fd < 0)
		fail("socket");
	setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof(tick));
	if (l->clients > 1 && epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &e) < 0)
		fail("epoll_ctl");
	l->begun++;
	ask(l, c);
}

static void
end(struct load *l, struct client *c, const char *why)
{
	if (why) {
		l->failed++;
		if (l->verbose)
			fprintf(stderr, "load: client %zu at block %llu: %s\n", (size_t)(c - l->client),
			    (unsigned long long)c->expect, why);
	} else {
		l->took_us[l->done++] = now_us() - c->begun_us;
	}
	close(c->fd);
	c->fd = -1;
	if (l->begun < l->transfers)
		begin(l, c);
}

static void
release(struct load *l)
{
	for (size_t i = 0; i < l->clients; i++)
		if (l->client[i].held) {
			l->client[i].held = false;
			acknowledge(l, &l->client[i]);
		}
}

/* The block that is due. */
static void
take_block(struct load *l, struct client *c, const struct tftp_packet *p)
{
	uint64_t at = (c->expect - 1) * c->blksize, left = at < l->size ? l->size - at : 0;

	if (p->len != (left < c->blksize ? left : c->blksize) || memcmp(p->data, l->original + at, p->len) != 0) {
		end(l, c, "other bytes than the original's");
		return;
	}
	c->expect++;
	c->since++;
	c->said = false;
	l->bytes += p->len;
	if (l->hold && c->expect == 2) {
		c->held = true;
		c->sent_us = now_us();
		if (++l->holding == l->clients)
			release(l);
		return;
	}
	if (p->len < c->blksize || c->since >= c->window)
		acknowledge(l, c);
	if (p->len < c->blksize)
		end(l, c, NULL);
}

static void
take_data(struct load *l, struct client *c, const struct tftp_packet *p)
{
	uint16_t ahead = (uint16_t)(p->block - (uint16_t)c->expect);

	if (c->held)
		return;
	if (ahead == 0) {
		take_block(l, c, p);
	} else if (c->window == 1 ? ahead == 65535 : !c->said) {
		c->said = true;
		acknowledge(l, c);
	}
}

static void
take(struct load *l, struct client *c, const uint8_t *bytes, size_t len)
{
	struct tftp_packet p;

	if (tftp_parse(bytes, len, &p) != TFTP_OK) {
		end(l, c, "nonsense");
	} else if (p.op == TFTP_DATA) {
		take_data(l, c, &p);
	} else if (p.op == TFTP_OACK && c->expect == 1) {
		c->blksize = p.options.has & TFTP_HAS_BLKSIZE ? p.options.blksize : TFTP_BLKSIZE;
		c->window = p.options.has & TFTP_HAS_WINDOW ? p.options.windowsize : 1;
		acknowledge(l, c);
	} else if (p.op == TFTP_ERROR) {
		end(l, c, p.message);
	}
}

/* The first packet comes from the port that the rest will come from. */
static void
receive_first(struct load *l, struct client *c)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	ssize_t n = recvfrom(c->fd, l->packet[0], PACKET, 0, (struct sockaddr *)&from, &len);

	if (n < 0 || lost(l, l->lose_in))
		return;
	if (connect(c->fd, (struct sockaddr *)&from, len) < 0)
		fail("connect");
	c->talking = true;
	take(l, c, l->packet[0], (size_t)n);
}

static void
receive(struct load *l, struct client *c)
{
	unsigned max = c->window < DEPTH ? c->window : DEPTH;
	int fd = c->fd, n;

	if (!c->talking) {
		receive_first(l, c);
		return;
	}
	if (max == 1) {
		ssize_t len = recv(fd, l->packet[0], PACKET, 0);

		if (len >= 0 && !lost(l, l->lose_in))
			take(l, c, l->packet[0], (size_t)len);
		else if (len < 0 && errno == ECONNREFUSED)
			end(l, c, "nobody listens there");
		return;
	}
	n = recvmmsg(fd, l->msg, max, MSG_WAITFORONE, NULL);
	for (int i = 0; i < n && c->fd == fd; i++)
		if (!lost(l, l->lose_in))
			take(l, c, l->packet[i], l->msg[i].msg_len);
}

/* ---- all of them ------------------------------------------------------- */

static void
look_round(struct load *l, uint64_t now)
{
	for (size_t i = 0; i < l->clients; i++) {
		struct client *c = &l->client[i];

		if (c->fd < 0)
			continue;
		if (now >= l->end_us) {
			end(l, c, "too slow");
		} else if (now - c->sent_us >= l->repeat_us && !c->held) {
			l->resends++;
			if (c->talking)
				acknowledge(l, c);
			else
				ask(l, c);
		}
	}
}

static void
run(struct load *l)
{
	struct epoll_event events[EVENTS];
	uint64_t next = 0;

	l->end_us = now_us() + l->limit_us;
	for (size_t i = 0; i < l->clients; i++)
		begin(l, &l->client[i]);
	while (l->done + l->failed < l->transfers) {
		uint64_t now;
		int n = 0;

		if (l->clients == 1)
			receive(l, &l->client[0]);
		else
			n = epoll_wait(l->epoll, events, EVENTS, TICK_US / 1000);
		for (int i = 0; i < n; i++)
			if (((struct client *)events[i].data.ptr)->fd >= 0)
				receive(l, events[i].data.ptr);
		now = now_us();
		if (now < next)
			continue;
		next = now + TICK_US;
		look_round(l, now);
		if (now >= l->end_us)
			l->transfers = l->begun;
	}
}

static int
by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static double
part(const struct load *l, double share)
{
	size_t i = (size_t)(share * (double)l->done);

	return l->done ? (double)l->took_us[i < l->done ? i : l->done - 1] / 1e6 : 0;
}

static void
report(const struct load *l, double seconds)
{
	qsort(l->took_us, l->done, sizeof(l->took_us[0]), by_size);
	printf(
	    "load transfers=%zu done=%zu failed=%zu bytes=%llu seconds=%.3f mib_s=%.1f p50=%.3f p99=%.3f max=%.3f resends=%llu\n",
	    l->transfers, l->done, l->failed, (unsigned long long)l->bytes, seconds,
	    (double)l->bytes / 1048576 / seconds, part(l, 0.5), part(l, 0.99), part(l, 1),
	    (unsigned long long)l->resends);
}

/* ---- setting up -------------------------------------------------------- */

static uint64_t
number(const char *text, uint64_t lo, uint64_t hi)
{
	uint64_t n;

	if (!num_uint(text, lo, hi, &n)) {
		fprintf(stderr, "load: \"%s\": not a number from %llu to %llu\n", text, (unsigned long long)lo,
		    (unsigned long long)hi);
		exit(2);
	}
	return n;
}

static void
set_server(struct load *l, const char *address, uint16_t port)
{
	struct sockaddr_in *four = (struct sockaddr_in *)&l->server;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&l->server;

	if (inet_pton(AF_INET, address, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		l->server_len = sizeof(*four);
	} else if (inet_pton(AF_INET6, address, &six->sin6_addr) == 1) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port);
		l->server_len = sizeof(*six);
	} else {
		fprintf(stderr, "load: \"%s\": not an address\n", address);
		exit(2);
	}
}

static void
take_options(struct load *l, int argc, char *argv[])
{
	const char *address = "127.0.0.1";
	uint16_t port = TFTP_PORT;
	int o;

	while ((o = getopt(argc, argv, "a:b:c:hl:L:n:p:r:t:vw:")) != -1) {
		switch (o) {
		case 'a':
			address = optarg;
			break;
		case 'b':
			l->asked.blksize = (uint32_t)number(optarg, TFTP_BLKSIZE_MIN, TFTP_BLKSIZE_MAX);
			l->asked.has |= TFTP_HAS_BLKSIZE;
			break;
		case 'c':
			l->clients = number(optarg, 1, 60000);
			break;
		case 'h':
			l->hold = true;
			break;
		case 'l':
			l->lose_in = strtod(optarg, NULL);
			break;
		case 'L':
			l->lose_out = strtod(optarg, NULL);
			break;
		case 'n':
			l->transfers = number(optarg, 1, 100000000);
			break;
		case 'p':
			port = (uint16_t)number(optarg, 1, 65535);
			break;
		case 'r':
			l->repeat_us = number(optarg, 1, 1000000) * 1000;
			break;
		case 't':
			l->limit_us = number(optarg, 1, 1000000) * 1000000;
			break;
		case 'v':
			l->verbose = true;
			break;
		case 'w':
			l->asked.windowsize = (uint32_t)number(optarg, 1, TFTP_WINDOW_MAX);
			l->asked.has |= TFTP_HAS_WINDOW;
			break;
		default:
			exit(2);
		}
	}
	if (argc - optind != 2) {
		fprintf(stderr, "load: name the original file and the file to ask for\n");
		exit(2);
	}
	set_server(l, address, port);
}

static void
prepare(struct load *l, const char *original)
{
	struct rlimit limit = { .rlim_cur = l->clients + 100, .rlim_max = l->clients + 100 };
	struct stat st;
	int fd = open(original, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0)
		fail(original);
	l->size = (uint64_t)st.st_size;
	l->original = mmap(NULL, l->size + 1, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (l->original == MAP_FAILED)
		fail(original);
	close(fd);
	if (l->transfers < l->clients)
		l->transfers = l->clients;
	setrlimit(RLIMIT_NOFILE, &limit);
	l->client = calloc(l->clients, sizeof(*l->client));
	l->took_us = calloc(l->transfers, sizeof(*l->took_us));
	l->packet = malloc(DEPTH * sizeof(*l->packet));
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!l->client || !l->took_us || !l->packet || l->epoll < 0)
		fail("start");
	for (size_t i = 0; i < DEPTH; i++) {
		l->iov[i] = (struct iovec){ .iov_base = l->packet[i], .iov_len = PACKET };
		l->msg[i].msg_hdr = (struct msghdr){ .msg_iov = &l->iov[i], .msg_iovlen = 1 };
	}
}

int
main(int argc, char *argv[])
{
	struct load l = { .clients = 1, .repeat_us = 2000000, .limit_us = 120000000, .random = 88172645463325252 };
	uint64_t begin_us;

	take_options(&l, argc, argv);
	l.name = argv[optind + 1];
	prepare(&l, argv[optind]);
	begin_us = now_us();
	run(&l);
	report(&l, (double)(now_us() - begin_us) / 1e6);
	return l.failed ? 1 : 0;
}

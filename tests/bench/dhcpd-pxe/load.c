/*
 * Load for a DHCP server: always new clients, with a fixed number of exchanges
 * outstanding or begun per second, every reply verified.  Prints one facts line;
 * exit 1 if a reply was wrong or missing.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "dhcp.h"
#include "lib/crowd.h"
#include "lib/line.h"
#include "log.h"
#include "num.h"
#include "sigs.h"

#define NAME "load"
#define TICK_NS 5000000
#define DRAIN_NS 5000000000

static const char usage[] =
    "usage: load [-ak] [-i IFACE | -g RELAY -s SERVER] [-c CLIENTS] [-R RATE] [-n COUNT] [-t SECONDS] [-w MS] [-b PERCENT] [-m KIND]\n"
    "  -i IFACE    clients on this interface's link, which needs no address (default eth0)\n"
    "  -g RELAY    a relay with this address of ours instead, writing to -s SERVER\n"
    "  -c CLIENTS  exchanges outstanding, at most 4096 (default 64)\n"
    "  -R RATE     begin that many a second instead of one for each that ends\n"
    "  -n COUNT    end after as many exchanges\n"
    "  -t SECONDS  end after that time (default 4), or at SIGTERM; 0: at SIGTERM only\n"
    "  -w MS       send again after (default 1000)\n"
    "  -b PERCENT  so many of the exchanges are former clients that ask for their address again\n"
    "  -m KIND    0 to 255: other clients than those of another kind\n"
    "  -a          at the end every client asks for its address again\n"
    "  -k          the server is killed meanwhile: resend for long, a NAK to a fresh client is no failure\n";

struct load {
	struct crowd crowd;
	struct line *line;
	struct line_ends ends;
	uint32_t clients, rate, percent;
	uint64_t count; /* exchanges in all, 0: no limit */
	uint64_t span;  /* ns, 0: no limit */
	bool all;

	uint64_t start, begun, missed, random;
	uint32_t idle[CROWD_SLOTS], idles;
	bool ending;
	uint32_t next_return; /* -a: the next serial to come back */
};

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* xorshift: which former client comes back next. */
static uint32_t
any_below(struct load *l, uint32_t n)
{
	l->random ^= l->random << 13;
	l->random ^= l->random >> 7;
	l->random ^= l->random << 17;
	return (uint32_t)(l->random >> 32) % n;
}

/* A former client, half of the time one of the latest 500; UINT32_MAX if the
 * one it picked has no address. */
static uint32_t
former(struct load *l)
{
	uint32_t all = l->crowd.serials, last = all < 500 ? all : 500, serial;

	if (all == 0)
		return UINT32_MAX;
	serial = any_below(l, 2) ? all - 1 - any_below(l, last) : any_below(l, all);
	return l->crowd.addr[serial] ? serial : UINT32_MAX;
}

/* Puts one idle slot to work. */
static void
begin(struct load *l, uint64_t now)
{
	uint32_t slot = l->idle[--l->idles], serial = UINT32_MAX;
	struct wr w = line_room(l->line);

	if (l->percent > 0 && any_below(l, 100) < l->percent)
		serial = former(l);
	if (serial == UINT32_MAX)
		crowd_begin(&l->crowd, slot, now, &w);
	else
		crowd_return(&l->crowd, slot, serial, now, &w);
	line_put(l->line, &w);
	l->begun++;
}

static bool
may_begin(const struct load *l)
{
	return !l->ending && l->idles > 0 && (l->count == 0 || l->begun < l->count);
}

/* Begins the exchanges that are due; returns the nanoseconds until the next one. */
static uint64_t
begin_due(struct load *l, uint64_t now)
{
	uint64_t due;

	if (l->rate == 0) {
		while (may_begin(l))
			begin(l, now);
		return TICK_NS;
	}
	due = (now - l->start) / 1000 * l->rate / 1000000;
	while (l->begun + l->missed < due && may_begin(l))
		begin(l, now);
	if (!l->ending && l->idles == 0 && due > l->begun + l->missed)
		l->missed = due - l->begun;
	due = l->start + (l->begun + l->missed + 1) * 1000000000 / l->rate;
	now = now_ns();
	return due > now ? due - now : 0;
}

static void
went(struct load *l, enum crowd_event e, uint32_t slot, const struct wr *w)
{
	if (e == CROWD_ANSWER)
		line_put(l->line, w);
	else if (e == CROWD_OVER)
		l->idle[l->idles++] = slot;
}

static void
received(void *arg, const uint8_t *bytes, size_t len)
{
	struct load *l = arg;
	struct wr w = line_room(l->line);
	uint32_t slot = 0;
	enum crowd_event e;

	l->crowd.now = now_ns();
	e = crowd_reply(&l->crowd, bytes, len, &slot, &w);
	went(l, e, slot, &w);
}

static void
resend(struct load *l, uint64_t now)
{
	for (uint32_t slot = 0; slot < l->clients; slot++) {
		struct wr w = line_room(l->line);

		went(l, crowd_tick(&l->crowd, slot, now, &w), slot, &w);
	}
}

static bool
over(struct load *l, uint64_t now, int stop_fd)
{
	return (l->span && now - l->start >= l->span) || (l->count && l->begun >= l->count && l->idles == l->clients) ||
	    sigs_next(stop_fd) == SIGS_STOP;
}

static void
turn(struct load *l, uint64_t *ticked, uint64_t wait)
{
	const struct line_sink sink = { received, l };
	uint64_t now;

	line_flush(l->line);
	line_wait(l->line, wait < TICK_NS ? wait : TICK_NS, &sink);
	now = now_ns();
	if (now - *ticked >= TICK_NS) {
		resend(l, now);
		*ticked = now;
	}
}

/* Lets the exchanges under way finish. */
static void
drain(struct load *l, uint64_t *ticked)
{
	uint64_t until = now_ns() + DRAIN_NS + l->crowd.timeout * (l->crowd.tries + 1);

	l->ending = true;
	while (l->idles < l->clients && now_ns() < until)
		turn(l, ticked, TICK_NS);
	l->crowd.silent += l->clients - l->idles;
}

/* Every client that ever got an address asks for it again. */
static void
return_all(struct load *l, uint64_t *ticked)
{
	struct crowd *c = &l->crowd;

	while (l->next_return < c->serials || l->idles < l->clients) {
		while (l->idles > 0 && l->next_return < c->serials) {
			uint32_t serial = l->next_return++;
			struct wr w = line_room(l->line);

			if (c->addr[serial] == 0)
				continue;
			crowd_return(c, l->idle[--l->idles], serial, now_ns(), &w);
			line_put(l->line, &w);
		}
		turn(l, ticked, TICK_NS);
	}
}

static void
print_times(const char *name, struct figures *f)
{
	printf(" %s_p50_us=%u %s_p99_us=%u", name, figures_at(f, 0.5), name, figures_at(f, 0.99));
}

static int
run(struct load *l)
{
	uint64_t ticked, elapsed, done;
	int stop_fd = sigs_open();

	if (stop_fd < 0)
		die(EXIT_SYSTEM, "cannot wait for signals: %s", strerror(errno));
	l->line = line_open(&l->ends);
	for (uint32_t i = l->clients; i > 0; i--)
		l->idle[l->idles++] = i - 1;
	l->start = ticked = now_ns();
	while (!over(l, now_ns(), stop_fd))
		turn(l, &ticked, begin_due(l, now_ns()));
	elapsed = now_ns() - l->start;
	done = l->crowd.done;
	drain(l, &ticked);
	if (l->all)
		return_all(l, &ticked);
	line_close(l->line);
	printf("load outstanding=%u seconds=%.2f exchanges=%llu rate=%.1f", l->clients, (double)elapsed / 1e9,
	    (unsigned long long)l->crowd.done, (double)done * 1e9 / (double)elapsed);
	print_times("exchange", &l->crowd.exchange);
	print_times("offer", &l->crowd.offer);
	print_times("ack", &l->crowd.ack);
	printf(
	    " resends=%llu late=%llu missed=%llu returned=%llu naks=%llu silent=%llu twice=%llu other=%llu refused=%llu failures=%llu\n",
	    (unsigned long long)l->crowd.resends, (unsigned long long)l->crowd.late, (unsigned long long)l->missed,
	    (unsigned long long)l->crowd.returned, (unsigned long long)l->crowd.naks,
	    (unsigned long long)l->crowd.silent, (unsigned long long)l->crowd.twice, (unsigned long long)l->crowd.other,
	    (unsigned long long)l->crowd.refused, (unsigned long long)crowd_failures(&l->crowd));
	return crowd_failures(&l->crowd) || l->crowd.done == 0 ? EXIT_NO : EXIT_DONE;
}

static uint64_t
number(const char *text, uint64_t lo, uint64_t hi, int option)
{
	uint64_t n;

	if (!num_uint(text, lo, hi, &n))
		cli_wrong(NAME, "-%c \"%s\": not a number from %llu to %llu", option, text, (unsigned long long)lo,
		    (unsigned long long)hi);
	return n;
}

static void
option(struct load *l, int o, const char *arg)
{
	switch (o) {
	case 'a':
		l->all = true;
		break;
	case 'b':
		l->percent = (uint32_t)number(arg, 0, 100, o);
		break;
	case 'c':
		l->clients = (uint32_t)number(arg, 1, CROWD_SLOTS, o);
		break;
	case 'i':
		l->ends.interface = arg;
		break;
	case 'k':
		l->crowd.lenient = true;
		break;
	case 'm':
		l->crowd.kind = (uint16_t)number(arg, 0, 255, o);
		break;
	case 'n':
		l->count = number(arg, 1, UINT32_MAX, o);
		break;
	case 'R':
		l->rate = (uint32_t)number(arg, 1, 1000000, o);
		break;
	case 't':
		l->span = number(arg, 0, 86400, o) * 1000000000;
		break;
	case 'w':
		l->crowd.timeout = number(arg, 1, 60000, o) * 1000000;
		break;
	case 'g':
	case 's':
		if (!num_ip4(arg, o == 'g' ? &l->ends.from : &l->ends.to))
			cli_wrong(NAME, "-%c \"%s\": not an IPv4 address", o, arg);
	}
}

int
main(int argc, char *argv[])
{
	struct load *l = calloc(1, sizeof(*l));
	int o, rc;

	log_open(NAME, false, false);
	if (!l)
		die(EXIT_SYSTEM, "no memory");
	crowd_open(&l->crowd, CROWD_SLOTS);
	l->clients = 64;
	l->ends = (struct line_ends){ .interface = "eth0", .from_port = DHCP_PORT_CLIENT, .to_port = DHCP_PORT_SERVER };
	l->span = 4000000000;
	l->random = now_ns() | 1;
	while ((o = cli_getopt(argc, argv, "ab:c:g:i:km:n:R:s:t:w:", NAME, usage)) != -1)
		option(l, o, optarg);
	if (!l->ends.from != !l->ends.to)
		cli_wrong(NAME, "-g and -s belong together");
	if (l->ends.from) {
		l->ends.interface = NULL;
		l->ends.from_port = DHCP_PORT_SERVER;
	} else {
		l->ends.to = INADDR_BROADCAST;
	}
	l->crowd.slots = l->clients;
	l->crowd.relay = l->ends.from;
	if (l->crowd.lenient)
		l->crowd.tries = 100;
	if (l->count)
		l->span = 0;
	rc = run(l);
	crowd_close(&l->crowd);
	free(l);
	return rc;
}

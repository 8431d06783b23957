#include "storm_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "sigs.h"
#include "walk.h"

#define WALK_PATIENCE_MS 10000
#define TICK_MS 20
#define STARTS 40 /* machines switched on in a tick: 2000 a second */
#define EVENTS 256
#define LATE_ACK_MS 1000
#define PROGRESS_MS 500

uint64_t
storm_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

const struct replay_item *
storm_item(const struct storm *s, const struct machine *m)
{
	return &s->replay.item[m->item];
}

const struct persona *
storm_persona(const struct storm *s, const struct machine *m)
{
	unsigned i = m->item;

	while (i > 0 && s->replay.item[i].kind != REPLAY_ROUND)
		i--;
	return &s->replay.item[i].persona;
}

uint32_t
storm_address(const struct machine *m)
{
	return m->leases ? m->lease[m->leases - 1].addr : 0;
}

/* ---- waiting ---- */

static uint32_t
next_wait(const struct storm *s, const struct machine *m)
{
	const struct persona *p = storm_persona(s, m);
	uint32_t ms;

	if (m->stage == HTTP)
		return s->want->patience_ms ? s->want->patience_ms : retransmit_http(p, storm_item(s, m)->http);
	if (m->stage == TFTP)
		return retransmit_wait(retransmit_tftp(p, storm_item(s, m)->tftp), m->sent);
	ms = retransmit_wait(retransmit_dhcp(p), m->sent);
	/* RFC 2131, 4.1: not all at the same moment.  An eighth more or less. */
	return ms - ms / 8 + (uint32_t)(m->xid * 2654435761u >> 8) % (ms / 4 + 1);
}

void
storm_wait(struct storm *s, struct machine *m)
{
	m->sent++;
	m->due_ms = clock_ms() + next_wait(s, m);
}

void
storm_answered(struct machine *m)
{
	m->sent = 0;
	m->last_ms = clock_ms();
}

static bool
gives_up(const struct storm *s, const struct machine *m, uint64_t now)
{
	const struct persona *p = storm_persona(s, m);
	const struct retransmit *r = m->stage == TFTP ? retransmit_tftp(p, storm_item(s, m)->tftp) : retransmit_dhcp(p);

	if (m->stage == HTTP)
		return true;
	if (s->want->patience_ms)
		return now - m->last_ms >= s->want->patience_ms;
	return m->sent >= r->tries;
}

/* ---- machines come and go ---- */

static void
start_one(struct storm *s, struct machine *m)
{
	unsigned generation = m->generation;
	uint32_t serial;

	memset(m, 0, sizeof(*m));
	m->generation = generation;
	m->fd = -1;
	m->id = s->want->id;
	serial = (((uint32_t)m->id.mac[3] << 16 | (uint32_t)m->id.mac[4] << 8 | m->id.mac[5]) + s->started) & 0xffffff;
	m->id.mac[3] = (uint8_t)(serial >> 16);
	m->id.mac[4] = (uint8_t)(serial >> 8);
	m->id.mac[5] = (uint8_t)serial;
	memcpy(m->id.uuid + 10, m->id.mac, 6);
	m->began_us = storm_now_us();
	s->started++;
	s->running++;
	storm_next(s, m);
}

/* Gives its addresses back.  What its stack has still to say, the end of a
 * connection, goes out before it is taken from the network; and an address
 * that is on its way is given back when it comes. */
static void
leave(struct storm *s, struct machine *m)
{
	unsigned stay = m->stage == ACK ? LATE_ACK_MS : m->fd >= 0 ? 2 * TICK_MS : 0;

	storm_http_close(s, m);
	storm_forget_offers(m);
	storm_release(s, m);
	s->running--;
	s->finished++;
	m->stage = LEAVING;
	m->due_ms = clock_ms() + stay;
}

static void
gone(struct storm *s, struct machine *m)
{
	for (size_t i = 0; i < m->leases; i++)
		/* The server may have given it to the next machine already. */
		if (net_host_owner(s->want->net, m->lease[i].addr) == m)
			net_host_remove(s->want->net, m->lease[i].addr);
	m->leases = 0;
	m->stage = IDLE;
}

void
storm_fail(struct storm *s, struct machine *m, enum fault fault, const char *why)
{
	if (s->by_fault[fault]++ == 0)
		snprintf(s->evidence[fault], FINDING_TEXT, "%.300s", why);
	s->failed++;
	leave(s, m);
}

void
storm_row_done(struct storm *s, struct machine *m, unsigned row, uint64_t bytes)
{
	uint64_t now = storm_now_us();

	histogram_add(&s->row[row].times, now - m->row_us);
	s->row[row].bytes += bytes;
	m->row_us = now;
}

void
storm_booted(struct storm *s, struct machine *m)
{
	histogram_add(&s->whole, storm_now_us() - m->began_us);
	leave(s, m);
}

/* ---- the loop ---- */

static void
look_after(struct storm *s, struct machine *m, uint64_t now)
{
	if (m->stage == LEAVING) {
		if (now >= m->due_ms)
			gone(s, m);
		return;
	}
	if (now < m->due_ms)
		return;
	if (!gives_up(s, m, now)) {
		if (m->stage == TFTP)
			storm_tftp_again(s, m);
		else
			storm_dhcp_again(s, m);
	} else if (m->stage == TFTP) {
		storm_file_failed(s, m, FAULT_TFTP_NO_ANSWER, "the server fell silent");
	} else if (m->stage == HTTP) {
		storm_file_failed(s, m, FAULT_HTTP_NO_ANSWER, "no answer in time");
	} else {
		storm_dhcp_late(s, m);
	}
}

static void
tick(struct storm *s)
{
	uint64_t now = clock_ms();
	unsigned starts = STARTS;

	for (unsigned i = 0; i < s->slots; i++) {
		struct machine *m = &s->machine[i];

		if (m->stage != IDLE)
			look_after(s, m, now);
		if (m->stage == IDLE && starts > 0 && !s->stopped && s->started < s->want->clients) {
			starts--;
			start_one(s, m);
		}
	}
}

/* A signal: nobody starts any more, and everybody gives its address back. */
static void
stop(struct storm *s)
{
	s->stopped = true;
	for (unsigned i = 0; i < s->slots; i++)
		if (s->machine[i].stage != IDLE && s->machine[i].stage != LEAVING) {
			leave(s, &s->machine[i]);
			s->finished--;
		}
}

static void
take_events(struct storm *s, int wait_ms)
{
	struct epoll_event e[EVENTS];
	int n = epoll_wait(s->epoll, e, EVENTS, wait_ms);

	for (int i = 0; i < n; i++) {
		if (e[i].data.ptr == s && sigs_next(s->signals) == SIGS_STOP)
			stop(s);
		else if (e[i].data.ptr && e[i].data.ptr != s)
			storm_take_http(s, e[i].data.ptr, e[i].events);
	}
}

static bool
is_over(const struct storm *s)
{
	if (s->running || (s->started < s->want->clients && !s->stopped))
		return false;
	for (unsigned i = 0; i < s->slots; i++)
		if (s->machine[i].stage != IDLE)
			return false;
	return true;
}

static void
run(struct storm *s)
{
	bool progress = isatty(2), more = false;
	uint64_t next_tick = 0, next_progress = 0, now;

	while (!is_over(s)) {
		now = clock_ms();
		if (now >= next_tick) {
			tick(s);
			next_tick = now + TICK_MS;
		}
		if (progress && now >= next_progress) {
			storm_progress(s);
			next_progress = now + PROGRESS_MS;
		}
		more = net_pump(s->want->net);
		take_events(s, more ? 0 : TICK_MS);
	}
	net_pump(s->want->net);
	s->lost = net_lost(s->want->net);
	statusline_clear(&s->foot);
}

/* ---- before and after ---- */

/* One machine boots as it would alone; what it says is shown when it does not
 * boot, or with -v. */
static bool
walk_first(struct storm *s)
{
	struct report quiet = *s->want->report;
	struct walk_want want = { .net = s->want->net,
		.report = &quiet,
		.id = s->want->id,
		.replay = &s->replay,
		.patience_ms = s->want->patience_ms ? s->want->patience_ms : WALK_PATIENCE_MS };
	char *text = NULL;
	size_t len = 0;
	bool boots;

	quiet.facts = (struct facts_out){ .json = s->want->report->facts.json };
	quiet.out = open_memstream(&text, &len);
	if (!quiet.out)
		return false;
	s->replay.id = s->want->id;
	if (isatty(2))
		statusline_set(&s->foot, "one machine alone looks what there is to load ...");
	boots = walk(&want, s->want->persona);
	statusline_clear(&s->foot);
	report_close(&quiet);
	fclose(quiet.out);
	if (!boots || log_verbose())
		fwrite(text, 1, len, s->want->report->out);
	free(text);
	replay_finish(&s->replay);
	return boots;
}

static bool
prepare(struct storm *s)
{
	struct rlimit files;
	struct pollfd p[NET_POLLFDS];
	struct epoll_event signals = { .events = EPOLLIN, .data.ptr = s };

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	s->machine = calloc(s->slots, sizeof(*s->machine));
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->signals = sigs_open();
	if (!s->machine || !storm_rows(s) || s->epoll < 0 || s->signals < 0 ||
	    getrandom(&s->xid_base, sizeof(s->xid_base), 0) < 0 ||
	    epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->signals, &signals) != 0)
		return false;
	net_pollfds(s->want->net, p);
	for (int i = 0; i < NET_POLLFDS; i++) {
		struct epoll_event e = { .events = EPOLLIN, .data.ptr = NULL };

		if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, p[i].fd, &e) != 0)
			return false;
	}
	return true;
}

static enum exit_code
blow(struct storm *s)
{
	const struct replay_item *https;

	report_persona(s->want->report, s->want->persona->name, s->want->persona->text, "a storm");
	if (!walk_first(s))
		return EXIT_NO;
	if ((https = replay_https(&s->replay))) {
		log_err("%s is fetched over https from %s; a storm has no TLS", https->what, https->url.host);
		return EXIT_USAGE;
	}
	if (s->replay.failed || !prepare(s)) {
		log_err("cannot prepare %u machines: %s", s->slots, strerror(errno));
		return EXIT_SYSTEM;
	}
	net_lost(s->want->net);
	net_on_dhcp(s->want->net, storm_take_dhcp, s);
	net_on_udp(s->want->net, storm_take_udp, s);
	s->began_us = storm_now_us();
	run(s);
	s->took_us = storm_now_us() - s->began_us;
	net_on_dhcp(s->want->net, NULL, NULL);
	net_on_udp(s->want->net, NULL, NULL);
	storm_say(s);
	return s->failed || s->stopped ? EXIT_NO : EXIT_DONE;
}

enum exit_code
storm_run(const struct storm_want *want)
{
	struct storm *s = calloc(1, sizeof(*s));
	enum exit_code code;

	if (!s)
		return EXIT_SYSTEM;
	s->want = want;
	s->slots = want->concurrent < want->clients ? want->concurrent : want->clients;
	s->epoll = s->signals = -1;
	s->foot.out = stderr;
	code = blow(s);
	replay_free(&s->replay);
	free(s->row);
	free(s->machine);
	if (s->epoll >= 0)
		close(s->epoll);
	if (s->signals >= 0)
		close(s->signals);
	free(s);
	return want->report->failed ? EXIT_SYSTEM : code;
}

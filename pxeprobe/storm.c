#include "storm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "patience.h"
#include "sigs.h"
#include "storm_private.h"
#include "boot.h"

#define WALK_PATIENCE_MS 10000
#define TICK_MS 20
#define STARTS 40 /* machines switched on in a tick: 2000 a second */
#define EVENTS 256
#define LATE_ACK_MS 1000
#define PROGRESS_MS 500

/* ---- machines come and go ---- */

/* Gives its addresses back.  What its stack has still to say, the end of a
 * connection, goes out before it is taken off the network; and an address
 * that is on its way is given back when it comes. */
static void
leave_network(struct storm *s, struct storm_machine *m)
{
	bool ack_may_come = m->stage == STORM_ACK || (m->stage == STORM_FAILED && m->failed_in == STORM_ACK);
	unsigned stay = ack_may_come ? LATE_ACK_MS : m->fd >= 0 ? 2 * TICK_MS : 0;

	storm_http_close(m);
	storm_forget_offers(m);
	storm_release(s, m);
	if (!m->again) {
		s->running--;
		s->finished++;
	}
	m->stage = STORM_LEAVING;
	m->due_ms = clock_ms() + stay;
}

/* Goes on with a machine until it waits for something. */
static void
proceed(struct storm *s, struct storm_machine *m)
{
	while (m->stage == STORM_NEXT) {
		const struct replay_item *i = storm_item(s, m);
		struct url u;

		if (m->item == s->replay.n) {
			histogram_add(&s->whole, clock_us() - m->began_us);
			leave_network(s, m);
		} else if (i->kind == REPLAY_ROUND) {
			storm_discover(s, m);
		} else if (!storm_locate(s, m, &u)) {
			storm_fail(s, m, FAULT_URI_NEEDS_DNS, m->boot.name);
		} else if (u.scheme[0] == 't' && m->server) {
			storm_http_close(m);
			storm_tftp_start(s, m, &u, i->tftp->probe);
		} else if (!m->server) {
			storm_fail(s, m, FAULT_SIADDR_ZERO, u.path);
		} else if (!i->http || !replay_needs_stack(&s->replay) || strcmp(u.scheme, "http") != 0) {
			storm_fail(s, m, FAULT_URI_UNFIT, m->boot.name);
		} else {
			storm_http_start(s, m, &u);
		}
	}
	if (m->stage == STORM_FAILED) {
		s->failed += !m->again;
		leave_network(s, m);
	}
}

static void
begin_boot(struct storm *s, struct storm_machine *m, unsigned number)
{
	unsigned generation = m->generation;
	uint32_t serial;

	memset(m, 0, sizeof(*m));
	m->generation = generation;
	m->number = number;
	m->fd = -1;
	m->id = s->replay.id;
	serial = (((uint32_t)m->id.mac[3] << 16 | (uint32_t)m->id.mac[4] << 8 | m->id.mac[5]) + number) & 0xffffff;
	m->id.mac[3] = (uint8_t)(serial >> 16);
	m->id.mac[4] = (uint8_t)(serial >> 8);
	m->id.mac[5] = (uint8_t)serial;
	memcpy(m->id.uuid + 10, m->id.mac, 6);
	m->began_us = clock_us();
	m->stage = STORM_NEXT;
}

static void
switch_on(struct storm *s, struct storm_machine *m)
{
	begin_boot(s, m, s->started++);
	s->running++;
	proceed(s, m);
}

/* As the same machine, whose time still runs. */
static void
start_over(struct storm *s, struct storm_machine *m)
{
	uint64_t began_us = m->began_us;
	unsigned restarts = m->restarts + 1;

	begin_boot(s, m, m->number);
	m->began_us = began_us;
	m->restarts = restarts;
	proceed(s, m);
}

/* ---- what comes in ---- */

static void
storm_take_dhcp(void *ctx, const struct frame_udp *u, unsigned vlan)
{
	struct storm_machine *m = vlan ? NULL : storm_dhcp_input(ctx, u);

	if (m)
		proceed(ctx, m);
}

static void
storm_take_udp(void *ctx, void *owner, const struct frame_udp *u)
{
	storm_tftp_input(ctx, owner, u);
	proceed(ctx, owner);
}

/* A signal: nobody starts any more, and everybody gives its address back. */
static void
stop_all(struct storm *s)
{
	s->stopped = true;
	for (unsigned i = 0; i < s->slots; i++)
		if (s->machine[i].stage != STORM_IDLE && s->machine[i].stage != STORM_LEAVING) {
			s->machine[i].again = false;
			leave_network(s, &s->machine[i]);
			s->finished--;
		}
}

static void
take_events(struct storm *s, int wait_ms)
{
	struct epoll_event e[EVENTS];
	int n = epoll_wait(s->epoll, e, EVENTS, wait_ms);

	for (int i = 0; i < n; i++) {
		if (e[i].data.ptr == s && patience_ended(s->signals)) {
			stop_all(s);
		} else if (e[i].data.ptr && e[i].data.ptr != s) {
			storm_http_input(s, e[i].data.ptr, e[i].events);
			proceed(s, e[i].data.ptr);
		}
	}
}

/* ---- the loop ---- */

static void
look_after(struct storm *s, struct storm_machine *m, uint64_t now)
{
	const struct persona *p;
	bool gives_up = true;

	if (now < m->due_ms)
		return;
	if (m->stage == STORM_LEAVING) {
		for (size_t i = 0; i < m->leases; i++)
			/* The server may have given it to the next machine already. */
			if (lan_host_owner(s->lan, m->lease[i].addr) == m)
				lan_host_remove(s->lan, m->lease[i].addr);
		m->leases = 0;
		m->stage = STORM_IDLE;
		if (m->again)
			start_over(s, m);
		return;
	}
	p = storm_persona(s, m);
	/* TCP itself sends again. */
	if (m->stage != STORM_HTTP && s->patience_ms)
		gives_up = now - m->last_ms >= s->patience_ms;
	else if (m->stage == STORM_TFTP)
		gives_up = m->sent >= retransmit_tftp(p, storm_item(s, m)->tftp)->tries;
	else if (m->stage != STORM_HTTP)
		gives_up = m->sent >= retransmit_dhcp(p)->tries;
	if (!gives_up) {
		if (m->stage == STORM_TFTP)
			storm_tftp_again(s, m);
		else
			storm_dhcp_again(s, m);
	} else if (m->stage == STORM_TFTP) {
		storm_file_failed(s, m, FAULT_TFTP_NO_ANSWER, "the server fell silent");
	} else if (m->stage == STORM_HTTP) {
		storm_file_failed(s, m, FAULT_HTTP_NO_ANSWER, "no answer in time");
	} else {
		storm_dhcp_late(s, m);
	}
	proceed(s, m);
}

static void
tick(struct storm *s)
{
	uint64_t now = clock_ms();
	unsigned starts = STARTS;

	for (unsigned i = 0; i < s->slots; i++) {
		struct storm_machine *m = &s->machine[i];

		if (m->stage != STORM_IDLE)
			look_after(s, m, now);
		if (m->stage == STORM_IDLE && starts > 0 && !s->stopped && s->started < s->clients) {
			starts--;
			switch_on(s, m);
		}
	}
}

static bool
all_done(const struct storm *s)
{
	if (s->running || (s->started < s->clients && !s->stopped))
		return false;
	for (unsigned i = 0; i < s->slots; i++)
		if (s->machine[i].stage != STORM_IDLE)
			return false;
	return true;
}

static void
run_storm(struct storm *s)
{
	bool progress = isatty(2), more = false;
	uint64_t next_tick = 0, next_progress = 0, now;

	lan_lost(s->lan);
	lan_on_dhcp(s->lan, storm_take_dhcp, s);
	lan_on_udp(s->lan, storm_take_udp, s);
	s->began_us = clock_us();
	while (!all_done(s)) {
		now = clock_ms();
		if (now >= next_tick) {
			tick(s);
			next_tick = now + TICK_MS;
		}
		if (progress && now >= next_progress) {
			storm_progress(s);
			next_progress = now + PROGRESS_MS;
		}
		more = lan_pump(s->lan);
		take_events(s, more ? 0 : TICK_MS);
	}
	lan_pump(s->lan);
	s->lost = lan_lost(s->lan);
	statusline_clear(&s->foot);
	s->took_us = clock_us() - s->began_us;
	lan_on_dhcp(s->lan, NULL, NULL);
	lan_on_udp(s->lan, NULL, NULL);
}

/* ---- before and after ---- */

/* One machine boots as it would alone; what it says is shown when it does not
 * boot, or with -v. */
static bool
walk_first(struct storm *s, const struct storm_want *want)
{
	struct report quiet = *s->report;
	struct boot_want boot_want = { .lan = s->lan,
		.report = &quiet,
		.id = want->id,
		.replay = &s->replay,
		.patience_ms = s->patience_ms ? s->patience_ms : WALK_PATIENCE_MS };
	char *text = NULL;
	size_t len = 0;
	bool boots;

	quiet.facts = (struct facts_out){ .json = s->report->facts.json };
	quiet.out = open_memstream(&text, &len);
	if (!quiet.out)
		return false;
	s->replay.id = want->id;
	if (isatty(2))
		statusline_set(&s->foot, "one machine alone looks what there is to load ...");
	boots = boot_run(&boot_want, want->persona) != VERDICT_NO;
	s->report->warnings += quiet.warnings;
	statusline_clear(&s->foot);
	report_close(&quiet);
	if (fclose(quiet.out) == 0 && text && (!boots || log_verbose()))
		fwrite(text, 1, len, s->report->out);
	free(text);
	replay_finish(&s->replay);
	return boots;
}

static bool
prepare_machines(struct storm *s)
{
	struct rlimit files;
	struct pollfd p[LAN_POLLFDS];
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
	lan_pollfds(s->lan, p);
	for (int i = 0; i < LAN_POLLFDS; i++) {
		struct epoll_event e = { .events = EPOLLIN, .data.ptr = NULL };

		if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, p[i].fd, &e) != 0)
			return false;
	}
	return true;
}

enum exit_code
storm_run(const struct storm_want *want)
{
	struct storm *s = calloc(1, sizeof(*s));
	const struct replay_item *https;
	enum exit_code code;

	if (!s)
		return EXIT_SYSTEM;
	s->lan = want->lan;
	s->report = want->report;
	s->clients = want->clients;
	s->patience_ms = want->patience_ms;
	s->restarts = want->restarts;
	s->slots = want->concurrent < want->clients ? want->concurrent : want->clients;
	s->epoll = s->signals = -1;
	s->foot.out = stderr;
	report_persona(s->report, want->persona->name, want->persona->text, "a storm");
	if (!walk_first(s, want)) {
		code = EXIT_NO;
	} else if ((https = replay_https(&s->replay))) {
		log_err("%s is fetched over https from %s; a storm has no TLS", https->what, https->url.host);
		code = EXIT_USAGE;
	} else if (s->replay.failed || !prepare_machines(s)) {
		log_err("cannot prepare %u machines: %s", s->slots, strerror(errno));
		code = EXIT_SYSTEM;
	} else {
		run_storm(s);
		storm_say(s);
		code = s->failed || s->stopped ? EXIT_NO : EXIT_DONE;
	}
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

#include "dhcploop.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include "clock.h"
#include "events.h"
#include "log.h"
#include "sigs.h"

#define LOOK_MS 1000 /* between looks for what is missing */
#define SETTLE_MS 20 /* a new interface is a dozen messages at once */

struct running {
	const struct dhcploop *loop;
	struct dhcpcore *core;
	void *server;
};

/* ---- signals ----------------------------------------------------------- */

/* Gets everything that the new rules need; if that fails, all is as it was. */
static bool
dhcploop_prepare(const struct running *r, struct config *next)
{
	struct dhcpcore *c = r->core;
	bool had = c->has_file;
	char error[DHCPCORE_ERROR];

	if (r->loop->prepare(r->server, next, error) < 0)
		log_err("%s", error);
	else if (dhcpcore_open_leases(c, next, error) == 0 && r->loop->leases(r->server, next, error) == 0)
		return true;
	else if (had)
		log_err("%s", error);
	else /* a lease file that is needed only now may be out of reach */
		log_err("%s; start %s anew, as it gave up the right to do this", error, c->tool);
	r->loop->restore(r->server, next);
	return false;
}

/* Reads the rules again, and takes them if nothing is wrong with them. */
static void
dhcploop_reload(const struct running *r)
{
	struct dhcpcore *c = r->core;
	struct config *old = c->config, *next = config_reload(c->options, old);

	if (!next || !dhcploop_prepare(r, next)) {
		config_free(next);
		log_err("the rules stay as they were");
		return;
	}
	c->config = next;
	r->loop->take(r->server, old);
	config_free(old);
	log_info("rules read again");
	r->loop->say(r->server);
}

/* False when it is time to stop. */
static bool
dhcploop_signals(const struct running *r)
{
	for (;;)
		switch (sigs_next(r->core->signals)) {
		case SIGS_STOP:
			return false;
		case SIGS_RELOAD:
			dhcploop_reload(r);
			break;
		case SIGS_REPORT:
			r->loop->count(r->server);
			metrics_log(r->core->metrics.table, r->core->number);
			break;
		case SIGS_CHILD:
			events_reap(r->core->tool);
			break;
		default:
			return true;
		}
}

/* ---- the clock --------------------------------------------------------- */

/* The wall clock.  When somebody has set it leases are corrected: clients count by
 * clocks of their own. */
static int64_t
dhcploop_now(const struct running *r)
{
	struct dhcpcore *c = r->core;
	struct timespec steady;
	int64_t now = time(NULL), by;

	clock_gettime(CLOCK_BOOTTIME, &steady); /* goes on while the host sleeps */
	by = clockset_by(&c->clock, now, steady.tv_sec);
	if (by == 0)
		return now;
	r->loop->shift(r->server, by, now);
	log_warn("the clock was set %s by %llds: leases last as long as they would have", by < 0 ? "back" : "forward",
	    (long long)(by < 0 ? -by : by));
	if (c->has_file && (leasefile_renew(&c->file) < 0 || leasefile_sync(&c->file) < 0))
		leaselog_unsynced(c->log, c->file.path);
	return now;
}

/* ---- descriptors ------------------------------------------------------- */

static void
dhcploop_word(const struct running *r, int fd)
{
	char word[CONTROL_WORD], reply[CONTROL_REPLY];
	size_t len;

	if (!control_word(&r->core->control, fd, word))
		return;
	len = r->loop->word(r->server, dhcploop_now(r), word, reply);
	if (send(fd, reply, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("control: %s", strerror(errno));
}

/* False when it is time to stop. */
static bool
dhcploop_readable(const struct running *r, int fd)
{
	struct dhcpcore *c = r->core;

	if (fd == c->signals)
		return dhcploop_signals(r);
	if (fd == c->watch) {
		ifaces_changed(c->watch);
		if (c->settle_ms == 0)
			c->settle_ms = clock_ms() + SETTLE_MS;
	} else if (fd == c->config->set.dirs.inotify) {
		config_follow_hosts(c->config);
	} else if (fd == c->control.fd) {
		dhcpcore_poll(c, control_accept(&c->control));
	} else if (control_has(&c->control, fd)) {
		dhcploop_word(r, fd);
	} else {
		r->loop->readable(r->server, dhcploop_now(r), fd);
	}
	return true;
}

/* ---- what is due ------------------------------------------------------- */

/* True if something is missing: a hosts directory, a port that another server has. */
static bool
is_lacking(const struct dhcpcore *c)
{
	return c->config->set.dirs.missing > 0 || c->unbound;
}

static void
write_numbers(const struct running *r, uint64_t now_ms)
{
	r->loop->count(r->server);
	metrics_write(&r->core->metrics, r->core->number, now_ms);
}

/* What is due by the clock, and not by a descriptor. */
static void
dhcploop_time(const struct running *r)
{
	struct dhcpcore *c = r->core;
	uint64_t now_ms = clock_ms();

	/* Not at each message: where containers come and go all the time, to look
	 * at hundreds of interfaces takes longer than to answer. */
	if (c->settle_ms != 0 && now_ms >= c->settle_ms) {
		c->settle_ms = 0;
		r->loop->update(r->server);
	}
	if (now_ms >= c->metrics.due_ms)
		write_numbers(r, now_ms);
	if (is_lacking(c) && now_ms >= c->look_ms) {
		if (c->config->set.dirs.missing > 0)
			config_follow_hosts(c->config);
		if (c->unbound)
			r->loop->retry(r->server);
		c->look_ms = clock_ms() + LOOK_MS;
	}
}

/* Milliseconds that the loop may sleep, -1 for ever. */
static int
sleep_ms(const struct running *r)
{
	int ms = r->loop->due(r->server, dhcploop_now(r));
	const struct dhcpcore *c = r->core;
	uint64_t now_ms;

	if (is_lacking(c) && (ms < 0 || ms > LOOK_MS))
		ms = LOOK_MS;
	if (c->settle_ms && (ms < 0 || ms > SETTLE_MS))
		ms = SETTLE_MS;
	if (c->metrics.due_ms == UINT64_MAX)
		return ms;
	now_ms = clock_ms();
	if (ms < 0 || now_ms + (uint64_t)ms > c->metrics.due_ms)
		ms = now_ms < c->metrics.due_ms ? (int)(c->metrics.due_ms - now_ms) : 0;
	return ms;
}

/* ---- the loop ---------------------------------------------------------- */

/* Writes the lease file anew when it is time for that; true: there is more to do. */
static bool
tidy_leases(struct dhcpcore *c)
{
	size_t losses = c->file.losses;
	int more = c->has_file ? leasefile_tidy(&c->file) : 0;

	leaselog_compact(c->log, c->file.path, losses < c->file.losses, more < 0 ? errno : 0);
	return more > 0;
}

int
dhcploop_run(const struct dhcploop *loop, struct dhcpcore *core, void *server)
{
	const struct running r = { loop, core, server };
	bool more = false;

	for (;;) {
		struct epoll_event event[16];
		int ms = sleep_ms(&r), n = epoll_wait(core->epoll, event, 16, more ? 0 : ms);

		if (n < 0 && errno != EINTR) {
			log_err("epoll_wait: %s", strerror(errno));
			return EXIT_SYSTEM;
		}
		for (int i = 0; i < n; i++)
			if (!dhcploop_readable(&r, event[i].data.fd)) {
				write_numbers(&r, clock_ms());
				return EXIT_DONE;
			}
		dhcploop_time(&r);
		more = tidy_leases(core);
	}
}

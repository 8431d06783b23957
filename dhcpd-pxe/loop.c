#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "forget.h"
#include "ifsockets.h"
#include "log.h"
#include "resolve.h"
#include "sigs.h"

#define LOOK_MS 1000 /* between looks for what is missing */
#define SETTLE_MS 20 /* a new interface is a dozen messages at once */

/* Gets everything that the new rules need; if that fails, all is as it was. */
static bool
loop_prepare(struct daemon *d, struct config *next)
{
	bool had = d->has_file;
	char error[DAEMON_ERROR];

	if (ifsockets_prepare(d, next, error) < 0)
		log_err("%s", error);
	else if (daemon_open_leases(d, next, error) == 0 && daemon_read_leases(d, next, error) == 0)
		return true;
	else /* a lease file that is needed only now may be out of reach */
		log_err("%s%s", error, had ? "" : "; start dhcpd-pxe anew, as it gave up the right to do this");
	ifsockets_restore(d, next);
	leases_bind(&d->leases, &d->config->set.rules, time(NULL));
	return false;
}

/* SIGHUP: reads the rules again, and takes them if nothing is wrong with them. */
static void
loop_reload(struct daemon *d)
{
	struct config *old = d->config, *next = config_reload(d->options, old);

	if (!next || !loop_prepare(d, next)) {
		config_free(next);
		log_err("the rules stay as they were");
		return;
	}
	ifsockets_drop(d, next, old);
	if (stats_bind(&d->stats, &next->set.rules) < 0)
		log_warn("out of memory: the numbers of the boot lines are those of the old rules");
	d->config = next;
	resolve_say_new(next, &d->names);
	memset(d->loops.entry, 0, sizeof(d->loops.entry)); /* other rules, other boot files */
	daemon_apply(d);
	config_free(old);
	log_info("rules read again");
	ifsockets_say(d);
}

/* The numbers that are not counted but looked up. */
static void
look_up_numbers(struct daemon *d)
{
	stats_leases(&d->stats, &d->leases, time(NULL));
	d->stats.value[STATS_QUEUE] = batch_waiting(d->batch);
	d->stats.value[STATS_OTHERS] = d->log.others;
}

/* False when it is time to stop. */
static bool
handle_signals(struct daemon *d)
{
	for (;;)
		switch (sigs_next(d->signals)) {
		case SIGS_STOP:
			return false;
		case SIGS_RELOAD:
			loop_reload(d);
			break;
		case SIGS_REPORT:
			look_up_numbers(d);
			metrics_log(&d->stats.rows.table, d->stats.value);
			break;
		case SIGS_CHILD:
			events_reap("dhcpd-pxe");
			break;
		default:
			return true;
		}
}

/* The wall clock, by which leases end; when somebody has set it, they are corrected:
 * clients count by clocks of their own. */
static int64_t
look_at_clock(struct daemon *d)
{
	struct timespec steady;
	int64_t now = time(NULL), by;
	uint32_t longest = LEASES_OFFER_S;

	clock_gettime(CLOCK_BOOTTIME, &steady); /* goes on while the host sleeps */
	by = clockset_by(&d->clock, now, steady.tv_sec);
	if (by == 0)
		return now;
	for (size_t i = 0; i < d->config->set.rules.n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(&d->config->set.rules, RULE_SUBNET, i)->subnet;

		longest = s->lease_max_s > longest ? s->lease_max_s : longest;
		longest = s->decline_s > longest ? s->decline_s : longest;
	}
	leases_shift(&d->leases, by, now + longest);
	d->shares.settled += by;
	log_warn("the clock was set %s by %llds: leases last as long as they would have", by < 0 ? "back" : "forward",
	    (long long)(by < 0 ? -by : by));
	if (d->has_file && (leasefile_renew(&d->file) < 0 || leasefile_sync(&d->file) < 0))
		leaselog_unsynced(&d->log.leases, d->file.path);
	return now;
}

static struct batch_env
make_env(struct daemon *d)
{
	return (struct batch_env){ .server = &d->server,
		.file = d->has_file ? &d->file : NULL,
		.offers = &d->offers,
		.ifaces = &d->config->ifaces,
		.net = &d->net,
		.log = &d->log,
		.dirs = &d->config->set.dirs,
		.probe = &d->probe,
		.proxies = &d->proxies,
		.rogue = &d->rogue,
		.stats = &d->stats,
		.now = look_at_clock(d),
		.now_ms = clock_ms() };
}

/* A word from dhcpd-pxe -r. */
static void
handle_word(struct daemon *d, const struct batch_env *env, int fd)
{
	char word[CONTROL_WORD], reply[CONTROL_REPLY];
	size_t len;

	if (!control_word(&d->control, fd, word))
		return;
	len = forget_word(env, word, reply, sizeof(reply));
	if (send(fd, reply, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("control: %s", strerror(errno));
}

/* False when it is time to stop. */
static bool
loop_handle(struct daemon *d, int fd)
{
	struct batch_env env = make_env(d);

	if (fd == d->signals)
		return handle_signals(d);
	if (fd == d->watch) {
		ifaces_changed(d->watch);
		if (d->settle_ms == 0)
			d->settle_ms = clock_ms() + SETTLE_MS;
	} else if (fd == d->config->set.dirs.inotify) {
		config_follow_hosts(d->config);
	} else if (fd == d->probe.fd) {
		batch_arp(d->batch, &env);
	} else if (fd == d->rogue.fd) {
		rogue_read(&d->rogue, &(struct rogue_view){ env.ifaces, &d->config->set.rules, env.log, env.now });
	} else if (fd == d->control.fd) {
		daemon_poll(d, control_accept(&d->control));
	} else if (control_has(&d->control, fd)) {
		handle_word(d, &env, fd);
	} else {
		for (size_t i = 0; i < d->net.n; i++)
			if (d->net.sock[i].fd == fd)
				batch_run(d->batch, &env, &d->net.sock[i]);
	}
	return true;
}

/* True if something is missing: a hosts directory, a port that another server has. */
static bool
is_lacking(const struct daemon *d)
{
	return d->config->set.dirs.missing > 0 || d->unbound;
}

/* What is due by the clock, and not by a descriptor. */
static void
handle_time(struct daemon *d)
{
	uint64_t now_ms = clock_ms();

	/* Not at each message: where containers come and go all the time, to look
	 * at hundreds of interfaces takes longer than to answer. */
	if (d->settle_ms != 0 && now_ms >= d->settle_ms) {
		d->settle_ms = 0;
		ifsockets_update(d);
	}
	if (now_ms >= d->metrics.due_ms) {
		look_up_numbers(d);
		metrics_write(&d->metrics, d->stats.value, now_ms);
	}
	if (is_lacking(d) && now_ms >= d->look_ms) {
		if (d->config->set.dirs.missing > 0)
			config_follow_hosts(d->config);
		if (d->unbound)
			ifsockets_retry(d);
		d->look_ms = clock_ms() + LOOK_MS;
	}
}

/* Milliseconds that the loop may sleep, -1 for ever. */
static int
sleep_ms(struct daemon *d)
{
	struct batch_env env = make_env(d);
	int ms = batch_due(d->batch, &env);

	if (is_lacking(d) && (ms < 0 || ms > LOOK_MS))
		ms = LOOK_MS;
	if (d->settle_ms && (ms < 0 || ms > SETTLE_MS))
		ms = SETTLE_MS;
	if (d->metrics.due_ms != UINT64_MAX && (ms < 0 || env.now_ms + (uint64_t)ms > d->metrics.due_ms))
		ms = env.now_ms < d->metrics.due_ms ? (int)(d->metrics.due_ms - env.now_ms) : 0;
	return ms;
}

int
loop_run(struct daemon *d)
{
	int more = 0; /* 1: the lease file is being written anew, a part at a turn */

	for (;;) {
		struct epoll_event event[16];
		int ms = sleep_ms(d), n = epoll_wait(d->epoll, event, 16, more > 0 ? 0 : ms);
		size_t losses;

		if (n < 0 && errno != EINTR) {
			log_err("epoll_wait: %s", strerror(errno));
			return EXIT_SYSTEM;
		}
		for (int i = 0; i < n; i++)
			if (!loop_handle(d, event[i].data.fd)) {
				look_up_numbers(d);
				metrics_write(&d->metrics, d->stats.value, clock_ms());
				return EXIT_DONE;
			}
		handle_time(d);
		losses = d->file.losses;
		more = d->has_file ? leasefile_tidy(&d->file) : 0;
		leaselog_compact(&d->log.leases, d->file.path, losses < d->file.losses, more < 0 ? errno : 0);
	}
}

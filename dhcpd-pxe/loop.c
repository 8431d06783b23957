#include "loop.h"

#include <string.h>
#include <time.h>

#include "clock.h"
#include "dhcploop.h"
#include "forget.h"
#include "ifsockets.h"
#include "log.h"
#include "resolve.h"

/* ---- other rules ------------------------------------------------------- */

static int
loop_prepare(void *server, struct config *next, char error[DHCPCORE_ERROR])
{
	return ifsockets_prepare(server, next, error);
}

static int
loop_leases(void *server, const struct config *next, char error[DHCPCORE_ERROR])
{
	return daemon_read_leases(server, next, error);
}

static void
loop_restore(void *server, const struct config *next)
{
	struct daemon *d = server;

	ifsockets_restore(d, next);
	leases_bind(&d->leases, &d->core.config->set.rules, time(NULL));
}

static void
loop_take(void *server, const struct config *old)
{
	struct daemon *d = server;

	ifsockets_drop(d, d->core.config, old);
	if (stats_bind(&d->stats, &d->core.config->set.rules) < 0)
		log_warn("out of memory: the numbers of the boot lines are those of the old rules");
	resolve_say_new(d->core.config, &d->names);
	memset(d->loops.entry, 0, sizeof(d->loops.entry)); /* other rules, other boot files */
	daemon_apply(d);
}

static void
loop_say(const void *server)
{
	ifsockets_say(server);
}

/* ---- interfaces and the clock ------------------------------------------ */

static void
loop_update(void *server)
{
	ifsockets_update(server);
}

static void
loop_retry(void *server)
{
	ifsockets_retry(server);
}

static void
loop_shift(void *server, int64_t by, int64_t now)
{
	struct daemon *d = server;
	const struct rules *rules = &d->core.config->set.rules;
	uint32_t longest = LEASES_OFFER_S;

	for (size_t i = 0; i < rules->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(rules, RULE_SUBNET, i)->subnet;

		longest = s->lease_max_s > longest ? s->lease_max_s : longest;
		longest = s->decline_s > longest ? s->decline_s : longest;
	}
	leases_shift(&d->leases, by, now + longest);
	d->shares.settled += by;
}

static void
loop_count(void *server)
{
	struct daemon *d = server;

	stats_leases(&d->stats, &d->leases, time(NULL));
	d->stats.value[STATS_QUEUE] = batch_waiting(d->batch);
	d->stats.value[STATS_OTHERS] = d->log.others;
}

/* ---- messages ---------------------------------------------------------- */

static struct batch_env
make_env(struct daemon *d, int64_t now)
{
	return (struct batch_env){ .server = &d->server,
		.file = d->core.has_file ? &d->core.file : NULL,
		.offers = &d->offers,
		.ifaces = &d->core.config->ifaces,
		.net = &d->net,
		.log = &d->log,
		.dirs = &d->core.config->set.dirs,
		.probe = &d->probe,
		.proxies = &d->proxies,
		.rogue = &d->rogue,
		.stats = &d->stats,
		.now = now,
		.now_ms = clock_ms() };
}

static size_t
loop_word(void *server, int64_t now, const char *word, char reply[CONTROL_REPLY])
{
	struct batch_env env = make_env(server, now);

	return forget_word(&env, word, reply, CONTROL_REPLY);
}

static void
loop_readable(void *server, int64_t now, int fd)
{
	struct daemon *d = server;
	struct batch_env env = make_env(d, now);

	if (fd == d->probe.fd) {
		batch_arp(d->batch, &env);
	} else if (fd == d->rogue.fd) {
		rogue_read(&d->rogue, &(struct rogue_view){ env.ifaces, &d->core.config->set.rules, env.log, env.now });
	} else {
		for (size_t i = 0; i < d->net.n; i++)
			if (d->net.sock[i].fd == fd)
				batch_run(d->batch, &env, &d->net.sock[i]);
	}
}

static int
loop_due(void *server, int64_t now)
{
	struct daemon *d = server;
	struct batch_env env = make_env(d, now);

	return batch_due(d->batch, &env);
}

static const struct dhcploop loop = {
	.prepare = loop_prepare,
	.leases = loop_leases,
	.restore = loop_restore,
	.take = loop_take,
	.say = loop_say,
	.update = loop_update,
	.retry = loop_retry,
	.shift = loop_shift,
	.count = loop_count,
	.word = loop_word,
	.readable = loop_readable,
	.due = loop_due,
};

int
loop_run(struct daemon *d)
{
	return dhcploop_run(&loop, &d->core, d);
}

#include "loop6.h"

#include <string.h>
#include <time.h>

#include "dhcploop.h"
#include "forget6.h"
#include "ifsockets6.h"
#include "log.h"

/* ---- other rules ------------------------------------------------------- */

static int
loop6_prepare(void *server, struct config *next, char error[DHCPCORE_ERROR])
{
	return ifsockets6_prepare(server, next, error);
}

static int
loop6_leases(void *server, const struct config *next, char error[DHCPCORE_ERROR])
{
	return daemon6_read_leases(server, next, error);
}

static void
loop6_restore(void *server, const struct config *next)
{
	struct daemon *d = server;

	ifsockets6_restore(d, next);
	daemon6_bind_leases(d, &d->core.config->set.rules);
}

static void
loop6_take(void *server, const struct config *old)
{
	struct daemon *d = server;

	ifsockets6_drop(d, d->core.config, old);
	if (stats6_bind(&d->stats, &d->core.config->set.rules) < 0)
		log_warn("out of memory: the numbers of the boot lines are those of the old rules");
	memset(d->loops.entry, 0, sizeof(d->loops.entry)); /* other rules, other boot files */
	daemon6_apply(d);
	ifsockets6_route(d);
}

static void
loop6_say(const void *server)
{
	ifsockets6_say(server);
}

/* ---- interfaces and the clock ------------------------------------------ */

static void
loop6_update(void *server)
{
	ifsockets6_update(server);
}

static void
loop6_retry(void *server)
{
	ifsockets6_retry(server);
}

static void
loop6_shift(void *server, int64_t by, int64_t now)
{
	struct daemon *d = server;

	leases6_shift(&d->leases, by, now + daemon6_longest_s(&d->core.config->set.rules));
}

static void
loop6_count(void *server)
{
	struct daemon *d = server;

	stats6_leases(&d->stats, &d->leases, time(NULL));
}

/* ---- messages ---------------------------------------------------------- */

static struct batch_env
loop6_env(struct daemon *d, int64_t now)
{
	return (struct batch_env){ .server = &d->server,
		.file = &d->core.file,
		.ifaces = &d->core.config->ifaces,
		.net = &d->net,
		.log = &d->log,
		.dirs = &d->core.config->set.dirs,
		.stats = &d->stats,
		.now = now };
}

static size_t
loop6_word(void *server, int64_t now, const char *word, char reply[CONTROL_REPLY])
{
	struct daemon *d = server;
	const struct batch_env env = loop6_env(d, now);

	return forget6_word(&env, &d->leases, word, reply);
}

static void
loop6_readable(void *server, int64_t now, int fd)
{
	struct daemon *d = server;
	const struct batch_env env = loop6_env(d, now);

	if (fd == d->router.fd) {
		const struct router_env router = ifsockets6_router_env(d);

		router_read(&d->router, &router);
		return;
	}
	for (size_t i = 0; i < d->net.n; i++)
		if (d->net.sock[i].fd == fd)
			batch6_run(d->batch, &env, &d->net.sock[i]);
}

static int
loop6_due(void *server, int64_t now)
{
	struct daemon *d = server;
	const struct router_env env = ifsockets6_router_env(d);

	(void)now; /* advertisements go by the monotonic clock */
	return router_due(&d->router, &env);
}

static const struct dhcploop loop = {
	.prepare = loop6_prepare,
	.leases = loop6_leases,
	.restore = loop6_restore,
	.take = loop6_take,
	.say = loop6_say,
	.update = loop6_update,
	.retry = loop6_retry,
	.shift = loop6_shift,
	.count = loop6_count,
	.word = loop6_word,
	.readable = loop6_readable,
	.due = loop6_due,
};

int
loop6_run(struct daemon *d)
{
	return dhcploop_run(&loop, &d->core, d);
}

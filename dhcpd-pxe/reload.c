#include "reload.h"

#include <time.h>

#include "ifsockets.h"
#include "log.h"

static bool
can_reload(const struct config_options *o)
{
	for (size_t i = 0; i < o->sources; i++)
		if (config_is_input(&o->source[i])) {
			log_err("the rules came from standard input and cannot be read again; they stay as they were");
			return false;
		}
	return true;
}

/* A lease file that is needed only now may be out of reach. */
static bool
open_leases(struct daemon *d, const struct config *next)
{
	bool had = d->has_file;
	char error[DAEMON_ERROR];

	if (daemon_open_leases(d, next, error) == 0)
		return true;
	log_err("%s%s", error, had ? "" : "; start dhcpd-pxe anew, as it gave up the right to do this");
	return false;
}

/* Everything that the new rules need, or all as it was. */
static bool
prepare(struct daemon *d, struct config *next)
{
	char error[DAEMON_ERROR];

	if (ifsockets_prepare(d, next, error) < 0)
		log_err("%s", error);
	else if (open_leases(d, next))
		return true;
	ifsockets_restore(d, next);
	leases_bind(&d->leases, &d->config->rules, time(NULL));
	return false;
}

static void
take(struct daemon *d, struct config *next)
{
	struct config *old = d->config;

	ifsockets_drop(d, next, old);
	d->config = next;
	daemon_apply(d);
	config_free(old);
	log_info("rules read again");
	ifsockets_say(d);
}

void
reload_rules(struct daemon *d)
{
	struct diag diag = { 0 }, file_diag = { 0 };
	struct config *next;
	bool good;

	if (!can_reload(d->options))
		return;
	next = config_load(d->options, &d->config->dirs, &diag, &file_diag);
	diag_log(&diag);
	diag_log(&file_diag);
	good = next && diag.errors == 0 && prepare(d, next);
	diag_free(&diag);
	diag_free(&file_diag);
	if (good) {
		take(d, next);
		return;
	}
	config_free(next);
	log_err("the rules stay as they were");
}

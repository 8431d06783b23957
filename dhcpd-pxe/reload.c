#include "reload.h"

#include <time.h>

#include "ifsockets.h"
#include "log.h"

/* Gets everything that the new rules need; if that fails, all is as it was. */
static bool
reload_prepare(struct daemon *d, struct config *next)
{
	bool had = d->has_file;
	char error[DAEMON_ERROR];

	if (ifsockets_prepare(d, next, error) < 0)
		log_err("%s", error);
	else if (daemon_open_leases(d, next, error) == 0)
		return true;
	else /* a lease file that is needed only now may be out of reach */
		log_err("%s%s", error, had ? "" : "; start dhcpd-pxe anew, as it gave up the right to do this");
	ifsockets_restore(d, next);
	leases_bind(&d->leases, &d->config->rules, time(NULL));
	return false;
}

void
reload_rules(struct daemon *d)
{
	struct diag diag = { 0 }, file_diag = { 0 };
	struct config *old = d->config, *next;
	bool good;

	for (size_t i = 0; i < d->options->sources; i++)
		if (config_is_input(&d->options->source[i])) {
			log_err("the rules came from standard input and cannot be read again; they stay as they were");
			return;
		}
	next = config_load(d->options, &old->dirs, &diag, &file_diag);
	diag_log(&diag);
	diag_log(&file_diag);
	good = next && diag.errors == 0 && reload_prepare(d, next);
	diag_free(&diag);
	diag_free(&file_diag);
	if (!good) {
		config_free(next);
		log_err("the rules stay as they were");
		return;
	}
	ifsockets_drop(d, next, old);
	d->config = next;
	daemon_apply(d);
	config_free(old);
	log_info("rules read again");
	ifsockets_say(d);
}

#include "dhcpcore.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "asuser.h"
#include "fence.h"
#include "log.h"
#include "sigs.h"

void
dhcpcore_init(struct dhcpcore *c, const char *tool, struct config_options *options)
{
	*c = (struct dhcpcore){ .tool = tool, .options = options, .epoll = -1, .signals = -1, .watch = -1 };
	control_init(&c->control);
}

void
dhcpcore_open(struct dhcpcore *c, struct events *events, const struct priv_user *user)
{
	char error[METRICS_ERROR];

	if (events_start(events, c->options->command, user) < 0)
		die(EXIT_SYSTEM, "cannot start the command of -x: %s", strerror(errno));
	c->signals = sigs_open();
	if (c->signals < 0)
		die(EXIT_SYSTEM, "cannot watch signals: %s", strerror(errno));
	if (metrics_open(&c->metrics, c->options->metrics, user, error) < 0)
		die(EXIT_USAGE, "%s", error);
}

/* ---- the lease file ---------------------------------------------------- */

static int
open_control(void *context)
{
	struct dhcpcore *c = context;

	return control_open(&c->control, c->file.dir, c->file.name);
}

/* What it cannot do is said; clients are served without it.  The file is ours alone
 * by now, and so is what lies beside it. */
static void
open_beside(struct dhcpcore *c)
{
	if (c->file.offers >= 0 && ftruncate(c->file.offers, 0) < 0)
		log_debug("cannot empty %s" LEASEFILE_OFFERS ": %s", c->file.path, strerror(errno));
	if (asuser_try(c->options->from.as, c->file.path, open_control, c) < 0)
		log_info(
		    "no control socket %s" CONTROL " (%s): %s -r finds nobody", c->file.path, strerror(errno), c->tool);
}

int
dhcpcore_open_leases(struct dhcpcore *c, const struct config *rules, char error[DHCPCORE_ERROR])
{
	const struct priv_user *as = c->options->from.as;

	if (c->has_file || !config_serves(rules))
		return 0;
	c->has_file = true;
	if (leasefile_open(&c->file, c->options->leases, &c->store, as, error) < 0) {
		dhcpcore_close_leases(c);
		return -1;
	}
	open_beside(c);
	return 0;
}

int
dhcpcore_read_leases(struct dhcpcore *c, char error[DHCPCORE_ERROR])
{
	const char *path = c->options->leases;

	if (!c->has_file || c->has_read)
		return 0;
	if (leasefile_read(&c->file, error) < 0) {
		dhcpcore_close_leases(c);
		return -1;
	}
	c->has_read = true;
	if (c->file.damaged)
		log_warn("%s: %zu damaged lines were passed over; they are in %s.damaged", path, c->file.damaged, path);
	return 1;
}

void
dhcpcore_close_leases(struct dhcpcore *c)
{
	if (c->has_file)
		leasefile_close(&c->file);
	c->has_file = c->has_read = false;
}

/* ---- the loop ---------------------------------------------------------- */

int
dhcpcore_open_loop(struct dhcpcore *c, char error[DHCPCORE_ERROR])
{
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll >= 0 && dhcpcore_poll(c, c->signals) == 0 && dhcpcore_poll(c, c->watch) == 0 &&
	    dhcpcore_poll(c, c->control.fd) == 0)
		return 0;
	snprintf(error, DHCPCORE_ERROR, "cannot set up the event loop: %s", strerror(errno));
	return -1;
}

int
dhcpcore_poll(const struct dhcpcore *c, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	if (fd < 0 || epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &e) == 0 || errno == EEXIST)
		return 0;
	return -1;
}

int
dhcpcore_confine(struct dhcpcore *c, char error[DHCPCORE_ERROR])
{
	return fence_enter(&(struct fence){ .config = c->config,
	                       .options = c->options,
	                       .file = c->has_file ? &c->file : NULL,
	                       .metrics = &c->metrics,
	                       .reach = &c->reach },
	    error);
}

void
dhcpcore_close(struct dhcpcore *c)
{
	control_close(&c->control);
	dhcpcore_close_leases(c);
	reach_free(&c->reach);
	config_free(c->config);
	close(c->epoll);
	close(c->signals);
	if (c->watch >= 0)
		close(c->watch);
}

#include "startup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"
#include "ifsockets.h"
#include "log.h"

int
startup_open(struct daemon *d, char error[DAEMON_ERROR])
{
	int rc;

	/* before the interfaces are looked at, so that no change is missed */
	d->watch = ifaces_watch(d->config->set.rules.family);
	if (getrandom(&d->leases.seed, sizeof(d->leases.seed), 0) < 0)
		d->leases.seed = (uint64_t)time(NULL);
	d->uuids.seed = d->loops.seed = d->declines.seed = d->shares.seed = d->leases.seed;
	d->shares.settled = time(NULL) + SHARE_SETTLE_S;
	rc = ifsockets_open(d, error);
	if (rc != EXIT_DONE)
		return rc;
	arpprobe_open(&d->probe, d->net.frame);
	rogue_open(&d->rogue);
	if (daemon_open_leases(d, d->config, error) < 0)
		return EXIT_SYSTEM;
	if (d->has_file)
		leasefile_shorten(&d->file, d->options->from.as);
	d->batch = batch_new();
	d->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!d->batch || d->epoll < 0 || daemon_poll(d, d->signals) < 0 || daemon_poll(d, d->watch) < 0 ||
	    daemon_poll(d, d->probe.fd) < 0 || daemon_poll(d, d->control.fd) < 0 || daemon_poll(d, d->rogue.fd) < 0) {
		snprintf(error, DAEMON_ERROR, "cannot set up the event loop: %s", strerror(errno));
		return EXIT_SYSTEM;
	}
	daemon_apply(d);
	return EXIT_DONE;
}

/* ---- what stays reachable ---------------------------------------------- */

static size_t
all_paths(const struct daemon *d, struct confine_path *path)
{
	size_t n = ruleset_paths(&d->config->set, &d->options->from, path);

	if (d->options->metrics)
		path[n++] = (struct confine_path){
			.fd = openat(d->metrics.dir, ".", O_PATH | O_CLOEXEC), .name = d->metrics.name, .write = true
		};
	if (!d->has_file)
		return n;
	path[n] = (struct confine_path){
		.fd = openat(d->file.dir, ".", O_PATH | O_CLOEXEC), .name = d->file.name, .write = true
	};
	return path[n].fd < 0 ? n : n + 1;
}

int
startup_confine(struct daemon *d, char error[DAEMON_ERROR])
{
	struct confine_path *path = calloc(ruleset_places(&d->config->set, &d->options->from) + 2, sizeof(*path));
	struct confine limits = { .path = path, .root = CONFINE_EMPTY };
	enum confine_fence fence = CONFINE_NONE;
	int rc;

	if (!path || !ruleset_keep(&d->config->set, &d->options->from, &d->reach)) {
		free(path);
		snprintf(error, DAEMON_ERROR, "cannot keep the directories of the rules open: %s", strerror(errno));
		return -1;
	}
	limits.n = all_paths(d, path);
	rc = confine_enter(&limits, &fence, error);
	for (size_t i = 0; i < limits.n; i++)
		close(path[i].fd);
	free(path);
	if (fence != CONFINE_CHROOT)
		reach_free(&d->reach);
	d->config->set.dirs.reach = d->options->from.reach = &d->reach;
	if (rc == 0 && fence == CONFINE_NONE)
		log_info("this kernel has no Landlock: the file system is not confined");
	return rc;
}

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

#include "ifsockets.h"
#include "log.h"
#include "priv.h"

int
startup_open(struct daemon *d, char error[DAEMON_ERROR])
{
	int rc;

	/* before the interfaces are looked at, so that no change is missed */
	d->watch = ifaces_watch();
	if (getrandom(&d->leases.seed, sizeof(d->leases.seed), 0) < 0)
		d->leases.seed = (uint64_t)time(NULL);
	d->uuids.seed = d->leases.seed;
	rc = ifsockets_open(d, error);
	if (rc != EXIT_DONE)
		return rc;
	arpprobe_open(&d->probe, d->net.frame);
	rogue_open(&d->rogue);
	if (daemon_open_leases(d, d->config, error) < 0)
		return EXIT_SYSTEM;
	if (d->has_file)
		leasefile_shorten(&d->file, d->options->as);
	d->batch = batch_new();
	d->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!d->batch || d->epoll < 0 || daemon_poll(d, d->signals) < 0 || daemon_poll(d, d->watch) < 0 ||
	    daemon_poll(d, d->probe.fd) < 0 || daemon_poll(d, d->rogue.fd) < 0) {
		snprintf(error, DAEMON_ERROR, "cannot set up the event loop: %s", strerror(errno));
		return EXIT_SYSTEM;
	}
	daemon_apply(d);
	return EXIT_DONE;
}

/* ---- what stays reachable ---------------------------------------------- */

/* A directory or, while it is missing, the nearest one above it that exists.
 * Not the root directory: that would confine nothing. */
static int
open_nearest(const char *path)
{
	char *dir = strdup(path), *slash;
	int fd = -1;

	while (dir && *dir && (fd = open(dir, O_PATH | O_CLOEXEC)) < 0 && errno == ENOENT) {
		slash = strrchr(dir, '/');
		if (!slash && strcmp(dir, ".") == 0)
			break;
		if (!slash)
			memcpy(dir, ".", 2);
		else
			*slash = '\0';
	}
	free(dir);
	return fd;
}

/* The directory of a rules file: editors put a new file in its place. */
static int
open_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	int fd = dir ? open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;

	free(dir);
	return fd;
}

int
startup_confine(const struct daemon *d, char error[DAEMON_ERROR])
{
	size_t room = d->options->sources + 2 * d->config->rules.n[RULE_HOSTS] + 1, n = 0;
	struct priv_path *path = calloc(room, sizeof(*path));
	bool active;
	int rc;

	if (!path) {
		snprintf(error, DAEMON_ERROR, "out of memory");
		return -1;
	}
	for (size_t i = 0; i < d->options->sources; i++) {
		const struct config_source *s = &d->options->source[i];

		if (!s->is_rule && !config_is_input(s) && (path[n].fd = open_parent(s->text)) >= 0)
			n++;
	}
	for (size_t i = 0; i < d->config->rules.n[RULE_HOSTS]; i++) {
		const char *dir = rules_line(&d->config->rules, RULE_HOSTS, i)->dir;

		if ((path[n].fd = open_nearest(dir)) >= 0)
			path[n++].write = true; /* to rename files that are done */
		/* it may go and come back; but / would confine nothing */
		if (strrchr(dir, '/') != dir && (path[n].fd = open_parent(dir)) >= 0)
			n++;
	}
	if (d->has_file && (path[n].fd = openat(d->file.dir, ".", O_PATH | O_CLOEXEC)) >= 0)
		path[n++].write = true;
	rc = priv_confine(path, n, &active, error);
	for (size_t i = 0; i < n; i++)
		close(path[i].fd);
	free(path);
	if (rc == 0 && !active)
		log_info("this kernel has no Landlock: the file system is not confined");
	return rc;
}

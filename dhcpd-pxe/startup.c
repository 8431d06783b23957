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
	d->watch = ifaces_watch();
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
		leasefile_shorten(&d->file, d->options->as);
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

/* A directory or, while it is missing, the nearest one above it that exists. */
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

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A hosts directory may go and come back, and its files are renamed when they are done. */
static size_t
hosts_paths(const struct daemon *d, struct confine_path *path)
{
	size_t n = 0;

	for (size_t i = 0; i < d->config->rules.n[RULE_HOSTS]; i++) {
		const char *dir = rules_line(&d->config->rules, RULE_HOSTS, i)->dir;

		path[n] = (struct confine_path){ .fd = open_nearest(dir), .name = "", .write = true };
		n += path[n].fd >= 0;
		path[n] = (struct confine_path){ .fd = open_parent(dir), .name = last_part(dir) };
		n += path[n].fd >= 0;
	}
	return n;
}

static size_t
all_paths(const struct daemon *d, struct confine_path *path)
{
	size_t n = hosts_paths(d, path);

	for (size_t i = 0; i < d->options->sources; i++) {
		const struct config_source *s = &d->options->source[i];

		if (s->is_rule || config_is_input(s))
			continue;
		path[n] = (struct confine_path){ .fd = open_parent(s->text), .name = last_part(s->text) };
		n += path[n].fd >= 0;
	}
	for (size_t i = 0; i < d->config->rules.n[RULE_INCLUDE]; i++) {
		const char *include = rules_line(&d->config->rules, RULE_INCLUDE, i)->include;

		path[n] = (struct confine_path){ .fd = open(include, O_PATH | O_DIRECTORY | O_CLOEXEC) };
		n += path[n].fd >= 0;
		path[n] = (struct confine_path){ .fd = open_parent(include), .name = last_part(include) };
		n += path[n].fd >= 0;
	}
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

/* For chroot: a name has to be looked up from a directory that is open. */
static bool
keep_names(const struct daemon *d, struct reach *reach)
{
	bool good = true;

	for (size_t i = 0; i < d->options->sources && good; i++)
		if (!d->options->source[i].is_rule && !config_is_input(&d->options->source[i]))
			good = reach_keep(reach, d->options->source[i].text);
	for (size_t i = 0; i < d->config->rules.n[RULE_HOSTS] && good; i++)
		good = reach_keep(reach, rules_line(&d->config->rules, RULE_HOSTS, i)->dir);
	for (size_t i = 0; i < d->config->rules.n[RULE_INCLUDE] && good; i++)
		good = reach_keep(reach, rules_line(&d->config->rules, RULE_INCLUDE, i)->include);
	return good;
}

int
startup_confine(struct daemon *d, char error[DAEMON_ERROR])
{
	const struct rules *rules = &d->config->rules;
	size_t room = d->options->sources + 2 * (rules->n[RULE_HOSTS] + rules->n[RULE_INCLUDE]) + 2;
	struct confine_path *path = calloc(room, sizeof(*path));
	struct confine limits = { .path = path, .root = CONFINE_EMPTY };
	enum confine_fence fence = CONFINE_NONE;
	int rc;

	if (!path || !keep_names(d, &d->reach)) {
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
	d->config->dirs.reach = d->options->reach = &d->reach;
	if (rc == 0 && fence == CONFINE_NONE)
		log_info("this kernel has no Landlock: the file system is not confined");
	return rc;
}

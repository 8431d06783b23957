/* Where the files of a ruleset are, for a daemon that reads them again. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ruleset.h"

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
path_end(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A hosts directory may go and come back, and its files are renamed when they are done. */
static size_t
hosts_paths(const struct rules *rules, struct confine_path *path)
{
	size_t n = 0;

	for (size_t i = 0; i < rules->n[RULE_HOSTS]; i++) {
		const char *dir = rules_line(rules, RULE_HOSTS, i)->dir;

		path[n] = (struct confine_path){ .fd = open_nearest(dir), .name = "", .write = true };
		n += path[n].fd >= 0;
		path[n] = (struct confine_path){ .fd = open_parent(dir), .name = path_end(dir) };
		n += path[n].fd >= 0;
	}
	return n;
}

size_t
ruleset_places(const struct ruleset *s, const struct ruleset_options *o)
{
	return o->sources + 2 * (s->rules.n[RULE_HOSTS] + s->rules.n[RULE_INCLUDE]);
}

size_t
ruleset_paths(const struct ruleset *s, const struct ruleset_options *o, struct confine_path *path)
{
	size_t n = hosts_paths(&s->rules, path);

	for (size_t i = 0; i < o->sources; i++) {
		const struct ruleset_source *from = &o->source[i];

		if (from->is_rule || ruleset_is_input(from))
			continue;
		path[n] = (struct confine_path){ .fd = open_parent(from->text), .name = path_end(from->text) };
		n += path[n].fd >= 0;
	}
	for (size_t i = 0; i < s->rules.n[RULE_INCLUDE]; i++) {
		const char *include = rules_line(&s->rules, RULE_INCLUDE, i)->include;

		path[n] = (struct confine_path){ .fd = open(include, O_PATH | O_DIRECTORY | O_CLOEXEC) };
		n += path[n].fd >= 0;
		path[n] = (struct confine_path){ .fd = open_parent(include), .name = path_end(include) };
		n += path[n].fd >= 0;
	}
	return n;
}

bool
ruleset_keep(const struct ruleset *s, const struct ruleset_options *o, struct reach *reach)
{
	bool good = true;

	for (size_t i = 0; i < o->sources && good; i++)
		if (!o->source[i].is_rule && !ruleset_is_input(&o->source[i]))
			good = reach_keep(reach, o->source[i].text);
	for (size_t i = 0; i < s->rules.n[RULE_HOSTS] && good; i++)
		good = reach_keep(reach, rules_line(&s->rules, RULE_HOSTS, i)->dir);
	for (size_t i = 0; i < s->rules.n[RULE_INCLUDE] && good; i++)
		good = reach_keep(reach, rules_line(&s->rules, RULE_INCLUDE, i)->include);
	return good;
}

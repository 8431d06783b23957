#include "rulesfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asuser.h"
#include "dirnames.h"
#include "slurp.h"

#define RULES_MAX (256l << 20) /* bytes of a rules file */
#define SUFFIX ".rules"        /* of what is read of a directory: no editor's copies */

struct job {
	int dir;
	const char *name; /* to be opened in it */
	int fd;
};

static int
open_job(void *context)
{
	struct job *j = context;

	j->fd = openat(j->dir, j->name, O_RDONLY | O_CLOEXEC);
	return j->fd < 0 ? -1 : 0;
}

/* The descriptor; -1 with errno. */
static int
rulesfile_open(const char *path, const struct rulesfile_access *access)
{
	struct job j = { AT_FDCWD, reach_enter(access->reach, path), -1 };

	return asuser_try(access->as, path, open_job, &j) < 0 ? -1 : j.fd;
}

static void
report_unread(struct diag *diag, const char *path)
{
	if (errno == ENOMEM)
		diag_no_memory(diag, path);
	else
		diag_add(diag, false, "%s: cannot read the rules: %s", path, strerror(errno));
}

/* Closes the descriptor. */
static void
read_open(struct rules *rules, int fd, const char *path, struct diag *diag)
{
	size_t len;
	char *text = slurp(fd, RULES_MAX, &len);

	if (text)
		rules_read(rules, path, text, len, diag);
	else
		report_unread(diag, path);
	free(text);
	if (fd != STDIN_FILENO)
		close(fd);
}

static bool
is_rules_file(const char *name)
{
	size_t n = strlen(name), k = strlen(SUFFIX);

	return name[0] != '.' && n > k && strcmp(name + n - k, SUFFIX) == 0;
}

/* The files of a directory, in the order of their names, each opened as carefully as the
 * directory was: they may be links.  Closes the descriptor. */
static void
read_directory(struct rules *rules, int dir, const char *path, struct diag *diag)
{
	const struct rulesfile_access *access = rules->include_context;
	struct dirnames names;

	if (dirnames_read(dir, &names) < 0)
		report_unread(diag, path);
	for (size_t i = 0; i < names.n; i++) {
		struct job j = { dir, names.name[i], -1 };
		char name[PATH_MAX];
		int n;

		if (!is_rules_file(names.name[i]))
			continue;
		n = snprintf(name, sizeof(name), "%s/%s", path, names.name[i]);
		if (n < 0 || (size_t)n >= sizeof(name)) {
			diag_add(diag, false, "%s: cannot read the rules: longer than a path can be", path);
			continue;
		}
		if (asuser_try(access->as, name, open_job, &j) < 0)
			report_unread(diag, name);
		else
			read_open(rules, j.fd, name, diag);
	}
	dirnames_free(&names);
	close(dir);
}

/* What an include line names: a file, or the files of a directory. */
static void
follow_include(const void *context, struct rules *rules, const char *path, struct diag *diag)
{
	int fd = rulesfile_open(path, context);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		report_unread(diag, path);
	else if (S_ISDIR(st.st_mode))
		read_directory(rules, fd, path, diag);
	else
		read_open(rules, fd, path, diag);
}

void
rulesfile_follow(struct rules *rules, const struct rulesfile_access *access)
{
	rules->include = access ? follow_include : NULL;
	rules->include_context = access;
}

void
rulesfile_read(struct rules *rules, const char *path, const struct rulesfile_access *access, struct diag *diag)
{
	int fd;

	if (strcmp(path, "-") == 0) {
		read_open(rules, STDIN_FILENO, "stdin", diag);
		return;
	}
	fd = rulesfile_open(path, access);
	if (fd < 0)
		report_unread(diag, path);
	else
		read_open(rules, fd, path, diag);
}

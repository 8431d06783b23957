#include "fence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine.h"
#include "log.h"

#define BESIDE 2 /* paths beside those of the rules */

static void
fence_add(struct confine *limits, struct confine_path *path, int dir, const char *name)
{
	int fd = openat(dir, ".", O_PATH | O_CLOEXEC);

	if (fd >= 0)
		path[limits->n++] = (struct confine_path){ .fd = fd, .name = name, .write = true };
}

int
fence_enter(const struct fence *f, char error[CONFINE_ERROR])
{
	struct ruleset *set = &f->config->set;
	struct ruleset_options *from = &f->options->from;
	struct confine_path *path = calloc(ruleset_places(set, from) + BESIDE, sizeof(*path));
	struct confine limits = { .path = path, .root = CONFINE_EMPTY };
	enum confine_fence fence = CONFINE_NONE;
	int rc;

	if (!path || !ruleset_keep(set, from, f->reach)) {
		free(path);
		snprintf(error, CONFINE_ERROR, "cannot keep the directories of the rules open: %s", strerror(errno));
		return -1;
	}
	limits.n = ruleset_paths(set, from, path);
	if (f->metrics->path)
		fence_add(&limits, path, f->metrics->dir, f->metrics->name);
	if (f->file)
		fence_add(&limits, path, f->file->dir, f->file->name);
	rc = confine_enter(&limits, &fence, error);
	for (size_t i = 0; i < limits.n; i++)
		close(path[i].fd);
	free(path);
	if (fence != CONFINE_CHROOT)
		reach_free(f->reach);
	set->dirs.reach = from->reach = f->reach;
	if (rc == 0 && fence == CONFINE_NONE)
		log_info("this kernel has no Landlock: the file system is not confined");
	return rc;
}

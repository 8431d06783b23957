#include "reach.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
reach_keep(struct reach *r, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct reach_place *more = realloc(r->place, (r->n + 1) * sizeof(*more)), p = { .path = strdup(path) };
	char *dir = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	bool fine;

	if (more)
		r->place = more;
	p.dir = more && dir && p.path ? open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	fine = p.dir >= 0 || (more && dir && p.path && errno == ENOENT);
	free(dir);
	if (p.dir < 0) {
		free(p.path);
		return fine;
	}
	p.name = p.path + (slash ? slash - path + 1 : 0);
	r->place[r->n++] = p;
	return true;
}

const char *
reach_enter(const struct reach *r, const char *path)
{
	for (size_t i = 0; r && i < r->n; i++)
		if (strcmp(r->place[i].path, path) == 0 && fchdir(r->place[i].dir) == 0)
			return r->place[i].name;
	return path;
}

void
reach_free(struct reach *r)
{
	for (size_t i = 0; i < r->n; i++) {
		close(r->place[i].dir);
		free(r->place[i].path);
	}
	free(r->place);
	*r = (struct reach){ .n = 0 };
}

#include "remapfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

static int
open_rules(const struct remapfile *f)
{
	return openat(f->dir, f->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

int
remapfile_open(const char *path, struct remapfile *out)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX] = ".";
	int saved;
	struct remapfile f = { .shown = path, .name = slash ? slash + 1 : path };

	if (slash && (size_t)(slash - path) >= sizeof(dir) - 1) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (slash) {
		memcpy(dir, path, (size_t)(slash - path) + 1);
		dir[slash - path + 1] = '\0';
	}
	f.dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (f.dir < 0)
		return -1;
	f.fd = open_rules(&f);
	if (f.fd < 0) {
		saved = errno;
		close(f.dir);
		errno = saved;
		return -1;
	}
	*out = f;
	return 0;
}

int
remapfile_load(struct remapfile *f, struct remap *map)
{
	int fd = f->fd >= 0 ? f->fd : open_rules(f);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	struct remap loaded = { .n = 0 };
	char *line = NULL, error[REMAP_ERROR];
	size_t size = 0, number = 0, wrong = 0;

	f->fd = -1;
	if (!file) {
		if (fd >= 0)
			close(fd);
		log_err("cannot read the rules \"%s\": %s", f->shown, strerror(errno));
		return -1;
	}
	while (getline(&line, &size, file) > 0) {
		number++;
		line[strcspn(line, "\r\n")] = '\0';
		if (remap_add(&loaded, line, error))
			continue;
		log_err("%s:%zu: %s", f->shown, number, error);
		wrong++;
	}
	if (ferror(file)) {
		log_err("cannot read the rules \"%s\": %s", f->shown, strerror(errno));
		wrong++;
	}
	free(line);
	fclose(file);
	if (wrong) {
		remap_free(&loaded);
		return -1;
	}
	*map = loaded;
	return 0;
}

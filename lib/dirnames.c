#include "dirnames.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
dirnames_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
dirnames_add(struct dirnames *d, size_t *room, const char *name)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return true;
	if (d->n == *room) {
		size_t more = *room ? 2 * *room : 64;
		char **all = reallocarray(d->name, more, sizeof(*all));

		if (!all)
			return false;
		d->name = all;
		*room = more;
	}
	d->name[d->n] = strdup(name);
	return d->name[d->n] && ++d->n;
}

int
dirnames_read(int dir, struct dirnames *out)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	size_t room = 0;

	*out = (struct dirnames){ .n = 0 };
	if (!d) {
		err = errno;
		if (fd >= 0)
			close(fd);
		errno = err;
		return -1;
	}
	for (;;) {
		const struct dirent *e;

		errno = 0;
		e = readdir(d);
		if (!e || !dirnames_add(out, &room, e->d_name)) {
			err = errno;
			break;
		}
	}
	closedir(d);
	if (err) {
		dirnames_free(out);
		errno = err;
		return -1;
	}
	if (out->n)
		qsort(out->name, out->n, sizeof(out->name[0]), dirnames_compare);
	return 0;
}

void
dirnames_free(struct dirnames *d)
{
	while (d->n > 0)
		free(d->name[--d->n]);
	free(d->name);
	*d = (struct dirnames){ .n = 0 };
}

#include "destdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asuser.h"

static int
make_errand(void *context, int dir, const char *name, int nofollow)
{
	(void)context;
	(void)nofollow; /* it never follows */
	return mkdirat(dir, name, 0777);
}

int
destdir_make(const char *dir)
{
	char part[PATH_SIZE];
	size_t n = strlen(dir);

	if (n >= sizeof(part)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (size_t i = 1; i <= n; i++) {
		if (dir[i] != '/' && dir[i] != '\0')
			continue;
		memcpy(part, dir, i);
		part[i] = '\0';
		if (asuser_follow(part, make_errand, NULL) < 0 && errno != EEXIST && errno != EISDIR)
			return -1;
	}
	return 0;
}

static int
look_errand(void *context, int dir, const char *name, int nofollow)
{
	int *fd = context;

	*fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | nofollow);
	if (*fd < 0)
		return -1;
	if (faccessat(*fd, ".", W_OK | X_OK, AT_EACCESS) == 0)
		return 0;
	close(*fd);
	return -1;
}

int
destdir_look(const char *dir)
{
	int fd;

	return asuser_follow(dir, look_errand, &fd) < 0 ? -1 : fd;
}

int
destdir_open(const char *dir, struct destdir *out)
{
	int root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (root < 0 && errno == ENOENT && destdir_make(dir) == 0)
		root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	*out = (struct destdir){ .root = root, .dir = -1 };
	return 0;
}

void
destdir_close(struct destdir *d)
{
	if (d->dir >= 0)
		close(d->dir);
	close(d->root);
}

/* Enters a directory, or makes it if it is missing. */
static enum destdir_result
destdir_step(int dir, const char *name, int *out)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, fd, e;
	struct stat st;

	fd = openat(dir, name, flags);
	if (fd < 0 && errno == ENOENT && (mkdirat(dir, name, 0755) == 0 || errno == EEXIST))
		fd = openat(dir, name, flags);
	if (fd >= 0) {
		*out = fd;
		return DESTDIR_OK;
	}
	e = errno;
	if ((e == ENOTDIR || e == ELOOP) && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return S_ISLNK(st.st_mode) ? DESTDIR_LINK : DESTDIR_IN_THE_WAY;
	errno = e;
	return DESTDIR_FAILED;
}

static enum destdir_result
destdir_walk(const struct destdir *d, const char *path, int *out)
{
	int dir = fcntl(d->root, F_DUPFD_CLOEXEC, 3), next = -1;
	enum destdir_result r = dir < 0 ? DESTDIR_FAILED : DESTDIR_OK;
	char part[256];

	while (r == DESTDIR_OK && *path) {
		size_t n = strcspn(path, "/");

		memcpy(part, path, n); /* path_clean: at most 255 */
		part[n] = '\0';
		r = destdir_step(dir, part, &next);
		if (r != DESTDIR_OK) {
			int e = errno;

			close(dir);
			errno = e;
			return r;
		}
		close(dir);
		dir = next;
		path += n + (path[n] == '/');
	}
	*out = dir;
	return r;
}

/* Is there nothing but "." and ".."?  If in doubt, it is not empty. */
static bool
is_empty(int dir)
{
	_Alignas(struct dirent64) char names[2 * sizeof(struct dirent64)];
	ssize_t n = getdents64(dir, (void *)names, sizeof(names));
	ssize_t at = 0;

	while (at < n) {
		const struct dirent64 *d = (const void *)(names + at);

		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			return false;
		at += d->d_reclen;
	}
	return n > 0 && getdents64(dir, (void *)names, sizeof(names)) == 0;
}

const char *
destdir_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

enum destdir_result
destdir_enter(struct destdir *d, const char *path)
{
	size_t n = (size_t)(destdir_base(path) - path);
	char dir_path[PATH_SIZE];
	enum destdir_result r;
	int dir;

	if (n > 0)
		n--; /* the '/' */
	memcpy(dir_path, path, n);
	dir_path[n] = '\0';
	if (d->dir >= 0 && strcmp(dir_path, d->path) == 0)
		return DESTDIR_OK;
	r = destdir_walk(d, dir_path, &dir);
	if (r != DESTDIR_OK)
		return r;
	if (d->dir >= 0)
		close(d->dir);
	d->dir = dir;
	d->was_empty = is_empty(dir);
	memcpy(d->path, dir_path, n + 1);
	return DESTDIR_OK;
}

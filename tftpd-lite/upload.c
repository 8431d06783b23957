#include "upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "io.h"
#include "netascii.h"
#include "unique.h"

#define MODE 0666 /* less the umask, as usual */
#define NAME 256
#define ATTEMPTS 10 /* at a name that nobody has */

struct upload {
	int dir, fd;
	int target; /* the file to copy into; -1: it is replaced, or new */
	char base[NAME];
	char hidden[NAME]; /* its name until it is whole; "" if it has none */
	struct upload_how how;
	bool replaces; /* a file that is there */
	struct netascii_in state;
	uint64_t written;
};

static void
fd_path(int fd, char out[64])
{
	snprintf(out, 64, "/proc/self/fd/%d", fd);
}

/* O_TMPFILE leaves nothing behind even when we are killed, but needs a file
 * system that has it, and /proc to give the file its name later. */
static int
upload_open_unnamed(struct upload *s)
{
	char path[64];

	s->fd = openat(s->dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, MODE);
	if (s->fd < 0)
		return -1;
	fd_path(s->fd, path);
	if (access(path, F_OK) == 0)
		return 0;
	close(s->fd);
	s->fd = -1;
	errno = EOPNOTSUPP;
	return -1;
}

/* A name that nobody has, or asks for. */
static void
upload_hide(struct upload *s)
{
	snprintf(s->hidden, sizeof(s->hidden), ".upload-%016llx", (unsigned long long)unique_number());
}

static int
upload_open_hidden(struct upload *s)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		upload_hide(s);
		s->fd = openat(s->dir, s->hidden, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, MODE);
		if (s->fd >= 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	s->hidden[0] = '\0';
	return -1;
}

/* The errno, or 0. */
static int
upload_open_aside(struct upload *s)
{
	struct statvfs vfs;

	if (upload_open_unnamed(s) < 0) {
		if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT)
			return errno;
		if (upload_open_hidden(s) < 0)
			return errno;
	}
	if (s->how.size > 0 && fstatvfs(s->fd, &vfs) == 0 && vfs.f_blocks > 0 &&
	    s->how.size / vfs.f_frsize >= vfs.f_bavail)
		return ENOSPC;
	return 0;
}

static int
upload_open_target(struct upload *s)
{
	s->target = openat(s->dir, s->base, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return s->target < 0 ? -1 : 0;
}

/* Refuses early what could not succeed: a name that exists, a size that does
 * not fit.  The errno, or 0. */
static int
upload_open_at(struct upload *s)
{
	struct stat st;
	int err;

	s->replaces = fstatat(s->dir, s->base, &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (!s->replaces && errno != ENOENT)
		return errno;
	if (s->replaces && !(S_ISREG(st.st_mode) && (s->how.replace || st.st_mode & S_IWOTH)))
		return EEXIST;
	err = upload_open_aside(s);
	if (!err && s->replaces) /* it may be made ready for the next one */
		fchmod(s->fd, st.st_mode & 0777);
	if (!s->replaces || (err != EACCES && err != EPERM))
		return err;
	if (upload_open_target(s) < 0)
		return errno;
	s->fd = memfd_create("upload", MFD_CLOEXEC);
	return s->fd < 0 ? errno : *s->how.held + s->how.size > UPLOAD_HELD_MAX ? ENOSPC : 0;
}

struct upload *
upload_open(int dir, const char *base, const struct upload_how *how)
{
	struct upload *s = malloc(sizeof(*s));
	int err;

	if (!s) {
		close(dir);
		return NULL;
	}
	*s = (struct upload){ .dir = dir, .fd = -1, .target = -1, .how = *how };
	err = (size_t)snprintf(s->base, sizeof(s->base), "%s", base) < sizeof(s->base) ? 0 : ENAMETOOLONG;
	if (!err)
		err = upload_open_at(s);
	if (err) {
		upload_close(s);
		errno = err;
		return NULL;
	}
	return s;
}

static int
write_all(struct upload *s, const uint8_t *data, size_t len)
{
	size_t n;

	if (s->target >= 0 && *s->how.held + len > UPLOAD_HELD_MAX) {
		errno = ENOSPC;
		return -1;
	}
	n = io_write(s->fd, data, len);
	s->written += n;
	if (s->target >= 0)
		*s->how.held += n;
	return n == len ? 0 : -1;
}

int
upload_write(struct upload *s, const uint8_t *data, size_t len)
{
	uint8_t plain[65536 + 1];

	if (!s->how.netascii)
		return write_all(s, data, len);
	if (len >= sizeof(plain)) {
		errno = EMSGSIZE;
		return -1;
	}
	return write_all(s, plain, netascii_decode(&s->state, data, len, plain));
}

/* Into a file that can be written but not replaced.  Room for all of it first, so
 * that a full disk leaves it as it was. */
static int
upload_copy(const struct upload *s)
{
	char piece[65536];
	uint64_t at = 0;
	ssize_t n;

	if (s->written && fallocate(s->target, FALLOC_FL_KEEP_SIZE, 0, (off_t)s->written) < 0 && errno != EOPNOTSUPP &&
	    errno != ENOSYS)
		return -1;
	while ((n = pread(s->fd, piece, sizeof(piece), (off_t)at)) > 0) {
		if (io_write(s->target, piece, (size_t)n) != (size_t)n)
			return -1;
		at += (uint64_t)n;
	}
	return n < 0 || ftruncate(s->target, (off_t)at) < 0 ? -1 : fsync(s->target);
}

/* Gives the file a name in its directory, which must not exist. */
static int
upload_link(const struct upload *s, const char *name)
{
	char path[64];

	fd_path(s->fd, path);
	if (s->hidden[0] && name != s->hidden)
		return linkat(s->dir, s->hidden, s->dir, name, 0);
	return linkat(AT_FDCWD, path, s->dir, name, AT_SYMLINK_FOLLOW);
}

/* Others' files in a sticky directory can only be written to. */
static int
upload_rename(struct upload *s)
{
	int rc = -1;

	for (int i = 0; !s->hidden[0] && i < ATTEMPTS && rc < 0; i++) {
		upload_hide(s);
		rc = upload_link(s, s->hidden);
		if (rc < 0)
			s->hidden[0] = '\0';
		if (rc < 0 && errno != EEXIST)
			return -1;
	}
	if (renameat(s->dir, s->hidden, s->dir, s->base) == 0) {
		s->hidden[0] = '\0';
		return 0;
	}
	if ((errno != EPERM && errno != EACCES) || upload_open_target(s) < 0)
		return -1;
	rc = upload_copy(s);
	close(s->target);
	s->target = -1;
	return rc;
}

int
upload_commit(struct upload *s)
{
	uint8_t rest[1];
	int rc;

	if (s->how.netascii && write_all(s, rest, netascii_flush(&s->state, rest)) < 0)
		return -1;
	if (s->target >= 0)
		return upload_copy(s);
	if (fsync(s->fd) < 0)
		return -1;
	rc = s->replaces ? upload_rename(s) : upload_link(s, s->base);
	if (rc < 0 && errno == EEXIST && s->how.replace) /* it has appeared meanwhile */
		rc = upload_rename(s);
	if (rc < 0)
		return -1;
	fsync(s->dir); /* the name, too; not every file system can */
	return 0;
}

uint64_t
upload_size(const struct upload *s)
{
	return s->written;
}

void
upload_close(struct upload *s)
{
	if (s->hidden[0])
		unlinkat(s->dir, s->hidden, 0);
	if (s->target >= 0) {
		*s->how.held -= s->written;
		close(s->target);
	}
	if (s->fd >= 0)
		close(s->fd);
	close(s->dir);
	free(s);
}

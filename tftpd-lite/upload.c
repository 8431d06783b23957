#include "upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "io.h"
#include "netascii.h"

#define MODE 0666 /* less the umask, as usual */
#define NAME 256

struct upload {
	int dir, fd;
	char base[NAME];
	char hidden[NAME]; /* its name until it is whole; "" if it has none */
	bool text;
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

	s->fd = openat(s->dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, MODE);
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

static int
upload_open_hidden(struct upload *s)
{
	for (int i = 0; i < 10; i++) {
		uint64_t number = 0;

		if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
			number = (uint64_t)getpid() << 32 | (uint64_t)i;
		snprintf(s->hidden, sizeof(s->hidden), ".upload-%016llx", (unsigned long long)number);
		s->fd = openat(s->dir, s->hidden, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, MODE);
		if (s->fd >= 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	s->hidden[0] = '\0';
	return -1;
}

/* Refuses early what could not succeed: a name that exists, a size that does
 * not fit.  The errno, or 0. */
static int
upload_open_new(struct upload *s, uint64_t size)
{
	struct statvfs vfs;
	struct stat st;

	if (fstatat(s->dir, s->base, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return EEXIST;
	if (errno != ENOENT)
		return errno;
	if (upload_open_unnamed(s) < 0) {
		if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT)
			return errno;
		if (upload_open_hidden(s) < 0)
			return errno;
	}
	if (size > 0 && fstatvfs(s->fd, &vfs) == 0 && vfs.f_blocks > 0 && size / vfs.f_frsize >= vfs.f_bavail)
		return ENOSPC;
	return 0;
}

struct upload *
upload_open(int dir, const char *base, bool netascii, uint64_t size)
{
	struct upload *s = malloc(sizeof(*s));
	int err;

	if (!s) {
		close(dir);
		return NULL;
	}
	*s = (struct upload){ .dir = dir, .fd = -1, .text = netascii };
	err = (size_t)snprintf(s->base, sizeof(s->base), "%s", base) < sizeof(s->base) ? 0 : ENAMETOOLONG;
	if (!err)
		err = upload_open_new(s, size);
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
	size_t n = io_write(s->fd, data, len);

	s->written += n;
	return n == len ? 0 : -1;
}

int
upload_write(struct upload *s, const uint8_t *data, size_t len)
{
	uint8_t plain[65536 + 1];

	if (!s->text)
		return write_all(s, data, len);
	if (len >= sizeof(plain)) {
		errno = EMSGSIZE;
		return -1;
	}
	return write_all(s, plain, netascii_decode(&s->state, data, len, plain));
}

int
upload_commit(struct upload *s)
{
	uint8_t rest[1];
	char path[64];
	int rc;

	if (s->text && write_all(s, rest, netascii_flush(&s->state, rest)) < 0)
		return -1;
	if (fsync(s->fd) < 0)
		return -1;
	fd_path(s->fd, path);
	rc = s->hidden[0] ? linkat(s->dir, s->hidden, s->dir, s->base, 0) :
	                    linkat(AT_FDCWD, path, s->dir, s->base, AT_SYMLINK_FOLLOW);
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
	if (s->fd >= 0)
		close(s->fd);
	close(s->dir);
	free(s);
}

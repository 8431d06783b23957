#include "docroot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "filecache.h"
#include "image.h"
#include "listing.h"

/* What no client can help is not "not found": who asks for one file after
 * another, as GRUB does, would go on to the wrong one. */
static enum docroot_result
refused(int err)
{
	switch (err) {
	case EACCES:
	case EPERM:
		return DOCROOT_FORBIDDEN;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case EAGAIN:
	case EINTR:
		return DOCROOT_BUSY;
	case EIO:
	case ESTALE:
	case ETIMEDOUT:
	case ENOTCONN: /* a FUSE server that died */
		return DOCROOT_BROKEN;
	default:
		return DOCROOT_NOT_FOUND;
	}
}

static const char *
file_type(const struct docroot *docroot, const char *name, int fd)
{
	uint8_t head[IMAGE_PEEK];
	const char *type = mime_of_name(&docroot->mime, name);
	ssize_t n;

	if (type)
		return type;
	n = pread(fd, head, sizeof(head), 0);
	return mime_of_bytes(head, n < 0 ? 0 : (size_t)n);
}

static enum docroot_result
take_file(const struct docroot *docroot, const char *name, int fd, const struct stat *st, struct docroot_item *out)
{
	out->file = file_make(fd);
	if (!out->file)
		return DOCROOT_BUSY;
	out->bytes = out->ready = NULL;
	out->page = NULL;
	out->size = (uint64_t)st->st_size;
	out->modified = st->st_mtim.tv_sec < 0 ? 0 : st->st_mtim.tv_sec;
	out->type = file_type(docroot, name, fd);
	snprintf(out->etag, sizeof(out->etag), "\"%jx-%jx-%jx\"", (uintmax_t)st->st_ino, (uintmax_t)st->st_size,
	    (uintmax_t)st->st_mtim.tv_sec * 1000000000 + (uintmax_t)st->st_mtim.tv_nsec);
	return DOCROOT_FILE;
}

/* index.html of a folder: -1 with errno when there is none to serve. */
static int
open_index(const struct docroot *docroot, const char *folder, char name[BENEATH_PATH], struct stat *st)
{
	int n = snprintf(name, BENEATH_PATH, "%s%sindex.html", folder, *folder ? "/" : "");
	int fd;

	if (n < 0 || n >= BENEATH_PATH) {
		errno = ENOENT;
		return -1;
	}
	fd = beneath_open(&docroot->root, name, O_RDONLY, 0);
	if (fd < 0)
		return -1;
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		return fd;
	close(fd);
	errno = ENOENT; /* a folder of that name */
	return -1;
}

static enum docroot_result
take_folder(const struct docroot *docroot, const char *name, int dir, struct docroot_item *out)
{
	char index[BENEATH_PATH];
	struct stat st;
	size_t len;
	int fd = open_index(docroot, name, index, &st), rc;
	enum docroot_result none = refused(errno);
	int err;

	if (fd >= 0) {
		close(dir);
		return take_file(docroot, index, fd, &st, out);
	}
	/* an index that is there is not to be passed over */
	if (none != DOCROOT_NOT_FOUND || !docroot->listings) {
		close(dir);
		return none == DOCROOT_NOT_FOUND ? DOCROOT_FORBIDDEN : none;
	}
	rc = listing_make(&docroot->root, name, dir, &out->page, &len);
	err = errno;
	close(dir);
	if (rc < 0)
		return refused(err);
	out->file = NULL;
	out->bytes = out->ready = NULL;
	out->size = len;
	out->modified = -1;
	out->type = LISTING_TYPE;
	out->etag[0] = '\0';
	return DOCROOT_PAGE;
}

enum docroot_result
docroot_find(const struct docroot *docroot, const char *path, int64_t now, struct docroot_item *out)
{
	char name[BENEATH_PATH];
	size_t n = strlen(path);
	bool as_folder = n && (path[n - 1] == '/' || path[n - 1] == '\\');
	struct stat st;
	int fd;

	if (!beneath_clean(path, name, sizeof(name)))
		return DOCROOT_NOT_FOUND;
	if (!as_folder && filecache_get(docroot->cache, docroot->root.fd, name, now, out))
		return DOCROOT_FILE;
	fd = beneath_open(&docroot->root, name, O_RDONLY, 0);
	if (fd < 0)
		return refused(errno);
	if (fstat(fd, &st) < 0) {
		close(fd);
		return DOCROOT_BROKEN;
	}
	if (S_ISDIR(st.st_mode))
		return take_folder(docroot, name, fd, out);
	if (as_folder) {
		close(fd);
		return DOCROOT_NOT_FOUND;
	}
	if (take_file(docroot, name, fd, &st, out) != DOCROOT_FILE)
		return DOCROOT_BUSY;
	filecache_put(docroot->cache, name, &st, now, out);
	return DOCROOT_FILE;
}

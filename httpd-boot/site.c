#include "site.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"
#include "image.h"
#include "listing.h"

/* What no client can help is not "not found": who asks for one file after
 * another, as GRUB does, would go on to the wrong one. */
static enum site_result
refused(int err)
{
	switch (err) {
	case EACCES:
	case EPERM:
		return SITE_FORBIDDEN;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case EAGAIN:
	case EINTR:
		return SITE_BUSY;
	case EIO:
	case ESTALE:
	case ETIMEDOUT:
	case ENOTCONN: /* a FUSE server that died */
		return SITE_BROKEN;
	default:
		return SITE_NOT_FOUND;
	}
}

static const char *
type_of(const struct site *site, const char *name, int fd)
{
	uint8_t head[IMAGE_PEEK];
	const char *type = type_of_name(&site->types, name);
	ssize_t n;

	if (type)
		return type;
	n = pread(fd, head, sizeof(head), 0);
	return type_of_bytes(head, n < 0 ? 0 : (size_t)n);
}

static enum site_result
take_file(const struct site *site, const char *name, int fd, const struct stat *st, struct site_item *out)
{
	out->file = file_make(fd);
	if (!out->file)
		return SITE_BUSY;
	out->bytes = out->ready = NULL;
	out->page = NULL;
	out->size = (uint64_t)st->st_size;
	out->modified = st->st_mtim.tv_sec < 0 ? 0 : st->st_mtim.tv_sec;
	out->type = type_of(site, name, fd);
	snprintf(out->etag, sizeof(out->etag), "\"%jx-%jx-%jx\"", (uintmax_t)st->st_ino, (uintmax_t)st->st_size,
	    (uintmax_t)st->st_mtim.tv_sec * 1000000000 + (uintmax_t)st->st_mtim.tv_nsec);
	return SITE_FILE;
}

/* index.html of a folder: -1 with errno when there is none to serve. */
static int
open_index(const struct site *site, const char *folder, char name[BENEATH_PATH], struct stat *st)
{
	int n = snprintf(name, BENEATH_PATH, "%s%sindex.html", folder, *folder ? "/" : "");
	int fd;

	if (n < 0 || n >= BENEATH_PATH) {
		errno = ENOENT;
		return -1;
	}
	fd = beneath_open(&site->root, name, O_RDONLY, 0);
	if (fd < 0)
		return -1;
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		return fd;
	close(fd);
	errno = ENOENT; /* a folder of that name */
	return -1;
}

static enum site_result
take_folder(const struct site *site, const char *name, int dir, struct site_item *out)
{
	char index[BENEATH_PATH];
	struct stat st;
	size_t len;
	int fd = open_index(site, name, index, &st), rc;
	enum site_result none = refused(errno);
	int err;

	if (fd >= 0) {
		close(dir);
		return take_file(site, index, fd, &st, out);
	}
	/* an index that is there is not to be passed over */
	if (none != SITE_NOT_FOUND || !site->listings) {
		close(dir);
		return none == SITE_NOT_FOUND ? SITE_FORBIDDEN : none;
	}
	rc = listing_make(&site->root, name, dir, &out->page, &len);
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
	return SITE_PAGE;
}

enum site_result
site_find(const struct site *site, const char *path, int64_t now, struct site_item *out)
{
	char name[BENEATH_PATH];
	size_t n = strlen(path);
	bool as_folder = n && (path[n - 1] == '/' || path[n - 1] == '\\');
	struct stat st;
	int fd;

	if (!beneath_clean(path, name, sizeof(name)))
		return SITE_NOT_FOUND;
	if (!as_folder && cache_get(site->cache, site->root.fd, name, now, out))
		return SITE_FILE;
	fd = beneath_open(&site->root, name, O_RDONLY, 0);
	if (fd < 0)
		return refused(errno);
	if (fstat(fd, &st) < 0) {
		close(fd);
		return SITE_BROKEN;
	}
	if (S_ISDIR(st.st_mode))
		return take_folder(site, name, fd, out);
	if (as_folder) {
		close(fd);
		return SITE_NOT_FOUND;
	}
	if (take_file(site, name, fd, &st, out) != SITE_FILE)
		return SITE_BUSY;
	cache_put(site->cache, name, &st, now, out);
	return SITE_FILE;
}

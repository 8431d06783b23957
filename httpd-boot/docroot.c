#include "docroot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "image.h"
#include "listing.h"

/* A failure on our side is not "not found": a client that tries one name after
 * another, as GRUB does, would go on to the wrong file. */
static enum docroot_result
docroot_error(int err)
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

/* `fd` belongs to the item from here on. */
static enum docroot_result
file_item(const struct docroot *docroot, const char *name, int fd, const struct stat *st, struct docroot_item *out)
{
	uint8_t head[IMAGE_PEEK];
	ssize_t n;

	*out = (struct docroot_item){ .file = file_make(fd), .size = (uint64_t)st->st_size };
	if (!out->file)
		return DOCROOT_BUSY;
	out->modified = st->st_mtim.tv_sec < 0 ? 0 : st->st_mtim.tv_sec;
	out->type = mime_of_name(&docroot->mime, name);
	if (!out->type) {
		n = pread(fd, head, sizeof(head), 0);
		out->type = mime_of_bytes(head, n < 0 ? 0 : (size_t)n);
	}
	snprintf(out->etag, sizeof(out->etag), "\"%jx-%jx-%jx\"", (uintmax_t)st->st_ino, (uintmax_t)st->st_size,
	    (uintmax_t)st->st_mtim.tv_sec * 1000000000 + (uintmax_t)st->st_mtim.tv_nsec);
	return DOCROOT_FILE;
}

/* index.html of a directory: -1 with errno if there is none to serve. */
static int
open_index(const struct docroot *docroot, const char *dir, char name[BENEATH_PATH], struct stat *st)
{
	int n = snprintf(name, BENEATH_PATH, "%s%sindex.html", dir, *dir ? "/" : "");
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
	errno = ENOENT; /* a directory of that name */
	return -1;
}

/* `fd` is the directory, open; it stays so. */
static enum docroot_result
directory_item(const struct docroot *docroot, const char *name, int fd, struct docroot_item *out)
{
	char index[BENEATH_PATH];
	struct stat st;
	size_t len;
	char *page;
	int index_fd = open_index(docroot, name, index, &st);
	enum docroot_result error;

	if (index_fd >= 0)
		return file_item(docroot, index, index_fd, &st, out);
	/* an index that exists but cannot be read is not passed over */
	error = docroot_error(errno);
	if (error != DOCROOT_NOT_FOUND)
		return error;
	if (!docroot->listings)
		return DOCROOT_FORBIDDEN;
	if (listing_make(&docroot->root, name, fd, &page, &len) < 0)
		return docroot_error(errno);
	*out = (struct docroot_item){ .page = page, .size = len, .modified = -1, .type = LISTING_TYPE };
	return DOCROOT_PAGE;
}

enum docroot_result
docroot_find(const struct docroot *docroot, const char *name, bool as_dir, struct stat *st, struct docroot_item *out)
{
	int fd = beneath_open(&docroot->root, name, O_RDONLY, 0);
	enum docroot_result result = DOCROOT_NOT_FOUND;

	if (fd < 0)
		return docroot_error(errno);
	if (fstat(fd, st) < 0)
		result = DOCROOT_BROKEN;
	else if (S_ISDIR(st->st_mode))
		result = directory_item(docroot, name, fd, out);
	else if (!as_dir)
		return file_item(docroot, name, fd, st, out);
	close(fd);
	return result;
}

#include "docroot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image.h"
#include "listing_page.h"

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

/* ---- what a file is ---------------------------------------------------- */

#define ISO_AT 32769   /* where an image of ISO 9660 says so (ECMA-119, 8.1.2) */
#define TEXT_MAX 65536 /* a longer text is not read through for its charset */

static const char *
type_by_content(int fd)
{
	uint8_t head[IMAGE_PEEK];
	ssize_t n = pread(fd, head, sizeof(head), 0);
	const char *type = mime_of_bytes(head, n < 0 ? 0 : (size_t)n);

	if (strcmp(type, MIME_DEFAULT) == 0 && pread(fd, head, 5, ISO_AT) == 5 && memcmp(head, "CD001", 5) == 0)
		return MIME_ISO;
	return type;
}

static bool
is_utf8_text(int fd, const char *type, uint64_t size)
{
	char *text;
	bool is;

	if (strncmp(type, "text/", 5) != 0 || size == 0 || size > TEXT_MAX)
		return false;
	text = malloc(size);
	is = text && pread(fd, text, size, 0) == (ssize_t)size && mime_is_utf8(text, size);
	free(text);
	return is;
}

/* `fd` belongs to the item from here on. */
static enum docroot_result
file_item(const struct docroot *docroot, const char *name, int fd, const struct stat *st, struct docroot_item *out)
{
	*out = (struct docroot_item){ .file = file_make(fd), .size = (uint64_t)st->st_size };
	if (!out->file)
		return DOCROOT_BUSY;
	out->modified = st->st_mtim.tv_sec < 0 ? 0 : st->st_mtim.tv_sec;
	out->type = mime_of_name(&docroot->mime, name);
	if (!out->type)
		out->type = type_by_content(fd);
	out->utf8 = is_utf8_text(fd, out->type, out->size);
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

static enum docroot_result
directory_item(const struct docroot *docroot, const char *name, struct docroot_item *out)
{
	char index[BENEATH_PATH];
	struct stat st;
	int index_fd = open_index(docroot, name, index, &st);
	enum docroot_result error;

	if (index_fd >= 0)
		return file_item(docroot, index, index_fd, &st, out);
	/* an index that exists but cannot be read is not passed over */
	error = docroot_error(errno);
	if (error != DOCROOT_NOT_FOUND)
		return error;
	return docroot->listings ? DOCROOT_PAGE : DOCROOT_FORBIDDEN;
}

enum docroot_result
docroot_list(const struct docroot *docroot, const char *path, const struct listing_view *view, struct docroot_item *out)
{
	char name[BENEATH_PATH];
	struct listing l = { NULL, 0, 0 };
	char *page = NULL;
	size_t len = 0;
	int fd = beneath_clean(path, name, sizeof(name)) ?
	    beneath_open(&docroot->root, name, O_RDONLY | O_DIRECTORY, 0) :
	    -1;

	if (fd < 0)
		return docroot_error(errno);
	errno = 0;
	if (listing_read(&l, &docroot->root, name, fd) == 0) {
		listing_order(&l, view);
		page = listing_page(&l, name, view, &len);
	}
	listing_free(&l);
	close(fd);
	if (!page)
		return docroot_error(errno ? errno : ENOMEM);
	*out = (struct docroot_item){ .page = page, .size = len, .modified = -1 };
	out->type = view->json ? LISTING_PAGE_JSON : LISTING_PAGE_HTML;
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
		result = directory_item(docroot, name, out);
	else if (!as_dir)
		return file_item(docroot, name, fd, st, out);
	close(fd);
	return result;
}

bool
docroot_leads_out(const struct docroot *docroot, const char *path, char to[BENEATH_PATH])
{
	char name[BENEATH_PATH];

	return beneath_clean(path, name, sizeof(name)) && beneath_leads_out(&docroot->root, name, to);
}

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

/* Nothing behind the item is looked at: in an image that is another file. */
static const char *
type_by_content(int fd, const struct docroot_item *item)
{
	uint8_t head[IMAGE_PEEK];
	ssize_t n = pread(fd, head, item->size < sizeof(head) ? (size_t)item->size : sizeof(head), (off_t)item->at);
	const char *type = mime_of_bytes(head, n < 0 ? 0 : (size_t)n);

	if (strcmp(type, MIME_DEFAULT) == 0 && item->size >= ISO_AT + 5 &&
	    pread(fd, head, 5, (off_t)item->at + ISO_AT) == 5 && memcmp(head, "CD001", 5) == 0)
		return MIME_ISO;
	return type;
}

static bool
is_utf8_text(int fd, const struct docroot_item *item)
{
	uint64_t size = item->size;
	char *text;
	bool is;

	if (strncmp(item->type, "text/", 5) != 0 || size == 0 || size > TEXT_MAX)
		return false;
	text = malloc(size);
	is = text && pread(fd, text, size, (off_t)item->at) == (ssize_t)size && mime_is_utf8(text, size);
	free(text);
	return is;
}

/* Its type, by name or else by content. */
static void
add_type(const struct docroot *docroot, const char *name, int fd, struct docroot_item *item)
{
	item->type = mime_of_name(&docroot->mime, name);
	if (!item->type)
		item->type = type_by_content(fd, item);
	item->utf8 = is_utf8_text(fd, item);
}

/* What tells files apart that have the same size and time; 0 where hosts with copies
 * are to say the same. */
static uintmax_t
tag_inode(const struct docroot *docroot, const struct stat *st)
{
	return docroot->same_tags ? 0 : (uintmax_t)st->st_ino;
}

/* `fd` belongs to the item from here on. */
static enum docroot_result
file_item(const struct docroot *docroot, const char *name, int fd, const struct stat *st, struct docroot_item *out)
{
	*out = (struct docroot_item){ .file = file_make(fd), .size = (uint64_t)st->st_size };
	if (!out->file)
		return DOCROOT_BUSY;
	out->modified = st->st_mtim.tv_sec < 0 ? 0 : st->st_mtim.tv_sec;
	add_type(docroot, name, fd, out);
	snprintf(out->etag, sizeof(out->etag), "\"%jx-%jx-%jx\"", tag_inode(docroot, st), (uintmax_t)st->st_size,
	    (uintmax_t)st->st_mtim.tv_sec * 1000000000 + (uintmax_t)st->st_mtim.tv_nsec);
	return DOCROOT_FILE;
}

/* A file within an image. */
static enum docroot_result
image_item(const struct docroot *docroot, const char *name, const struct imagemaps_file *f, struct docroot_item *out)
{
	*out = (struct docroot_item){ .file = file_make(f->fd), .at = f->at, .size = f->size, .modified = f->mtime };
	if (!out->file)
		return DOCROOT_BUSY;
	add_type(docroot, name, f->fd, out);
	snprintf(out->etag, sizeof(out->etag), "\"%jx.%jx-%jx-%jx\"", tag_inode(docroot, &f->image), (uintmax_t)f->at,
	    (uintmax_t)f->size, (uintmax_t)f->image.st_mtim.tv_sec);
	return DOCROOT_FILE;
}

/* What a path that is not on disk stands for within an image. */
static enum docroot_result
find_in_image(const struct docroot *docroot, const char *name, bool as_dir, struct docroot_item *out)
{
	char index[BENEATH_PATH];
	struct imagemaps_file f;
	int n;

	switch (docroot->images ? imagemaps_find(docroot->images, name, &f) : IMAGEMAPS_NONE) {
	case IMAGEMAPS_FILE:
		if (!as_dir)
			return image_item(docroot, name, &f, out);
		close(f.fd);
		return DOCROOT_NOT_FOUND;
	case IMAGEMAPS_CHANGED:
		return DOCROOT_CHANGED;
	case IMAGEMAPS_DIRECTORY:
		break;
	default:
		return DOCROOT_NOT_FOUND;
	}
	n = snprintf(index, sizeof(index), "%s/index.html", name);
	if (n > 0 && n < BENEATH_PATH && imagemaps_find(docroot->images, index, &f) == IMAGEMAPS_FILE)
		return image_item(docroot, index, &f, out);
	return docroot->listings ? DOCROOT_PAGE : DOCROOT_FORBIDDEN;
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
	struct listing_place place = { &docroot->root, docroot->images, name };

	if (!beneath_clean(path, name, sizeof(name)))
		return DOCROOT_NOT_FOUND;
	errno = 0;
	if (listing_read(&l, &place) == 0) {
		listing_order(&l, view);
		page = listing_page(&l, name, view, &len);
	}
	listing_free(&l);
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

	if (fd < 0 && docroot_error(errno) == DOCROOT_NOT_FOUND) {
		*st = (struct stat){ .st_mode = 0 }; /* not for the cache of files */
		return find_in_image(docroot, name, as_dir, out);
	}
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

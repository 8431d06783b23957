#include "dirreader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "beneath.h"
#include "fsindex.h"

#define BUFFER 262144

struct dirreader {
	struct reader base;
	struct beneath root;
	struct fsindex fs;
	uint32_t *order;
	size_t n, next, next_fault;
	uint32_t node; /* the current member */
	int fd;        /* of its file, once its data is asked for; else -1 */
	uint64_t offset;
	char path[FSINDEX_PATH];
	char why[FSINDEX_PATH + 128];
	uint8_t buffer[BUFFER];
};

/* ---- the tree ---------------------------------------------------------------------------- */

static enum fsindex_kind
kind_of_mode(mode_t mode)
{
	return S_ISREG(mode) ? FSINDEX_FILE :
	    S_ISDIR(mode)    ? FSINDEX_DIR :
	    S_ISLNK(mode)    ? FSINDEX_SYMLINK :
	                       FSINDEX_OTHER;
}

/* Adds one name of a directory that is open.  False for lack of memory. */
static bool
add_name(struct dirreader *r, const struct selection *wanted, int at, uint32_t dir, const char *text)
{
	struct fsindex_name name = { text, strlen(text), NULL };
	struct fsindex_node n = { .parent = dir };
	char path[FSINDEX_PATH], link[FSINDEX_PATH];
	struct stat st;
	ssize_t len;

	if (strcmp(text, ".") == 0 || strcmp(text, "..") == 0 || fstatat(at, text, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return true; /* or it is gone */
	n.kind = (uint8_t)kind_of_mode(st.st_mode);
	if (wanted && n.kind != FSINDEX_DIR && fsindex_join(&r->fs, dir, &name, path) && !selection_wants(wanted, path))
		return true;
	if (n.kind == FSINDEX_SYMLINK) {
		len = readlinkat(at, text, link, sizeof(link) - 1);
		link[len < 0 ? 0 : len] = '\0';
		name.link = link;
	}
	n.mode = st.st_mode & 07777;
	n.size = n.kind == FSINDEX_FILE ? (uint64_t)st.st_size : 0;
	n.has_mtime = true;
	n.mtime = st.st_mtim.tv_sec;
	n.mtime_ns = (uint32_t)st.st_mtim.tv_nsec;
	return fsindex_add(&r->fs, &n, &name);
}

/* False for lack of memory. */
static bool
read_names(struct dirreader *r, const struct selection *wanted, uint32_t dir)
{
	const int fd = beneath_open(&r->root, r->path, O_RDONLY | O_DIRECTORY, 0);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	bool fine = true;

	if (!stream) {
		if (fd >= 0)
			close(fd);
		return fsindex_add_fault(&r->fs, dir, "it cannot be read");
	}
	while (fine && (entry = readdir(stream)))
		fine = add_name(r, wanted, fd, dir, entry->d_name);
	closedir(stream);
	return fine;
}

/* Directories in the order in which they are found.  False for lack of memory. */
static bool
read_tree(struct dirreader *r, const struct selection *wanted)
{
	for (uint32_t i = 0; i < r->fs.nodes; i++) {
		if (r->fs.node[i].kind != FSINDEX_DIR)
			continue;
		if (!fsindex_path(&r->fs, i, r->path)) {
			if (!fsindex_add_fault(&r->fs, i, "its path is too long"))
				return false;
		} else if ((i == FSINDEX_ROOT || selection_enters(wanted, r->path)) && !read_names(r, wanted, i)) {
			return false;
		}
	}
	return true;
}

/* ---- members ------------------------------------------------------------------------------- */

static enum reader_result
say_fault(struct dirreader *r)
{
	const struct fsindex_fault *f;

	if (r->next_fault == r->fs.faults)
		return READER_END;
	f = &r->fs.fault[r->next_fault++];
	if (!fsindex_path(&r->fs, f->node, r->path))
		snprintf(r->path, sizeof(r->path), "...");
	snprintf(r->why, sizeof(r->why), "the directory /%s is left out: %s", r->path, f->why);
	return READER_DAMAGED;
}

static void
close_file(struct dirreader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	r->offset = 0;
}

static enum reader_result
dirreader_next(struct reader *base, struct reader_entry *e)
{
	static const enum reader_type types[] = { [FSINDEX_FILE] = READER_FILE,
		[FSINDEX_DIR] = READER_DIR,
		[FSINDEX_SYMLINK] = READER_SYMLINK,
		[FSINDEX_OTHER] = READER_OTHER };
	struct dirreader *r = (struct dirreader *)base;
	const struct fsindex_node *n;

	close_file(r);
	if (r->next == r->n)
		return say_fault(r);
	r->node = r->order[r->next++];
	n = &r->fs.node[r->node];
	fsindex_path(&r->fs, r->node, r->path);
	*e = (struct reader_entry){ .path = r->path,
		.type = types[n->kind],
		.size = n->size,
		.has_size = true,
		.run = n->size,
		.mode = n->mode,
		.has_mtime = true,
		.mtime = { n->mtime, n->mtime_ns },
		.link = n->link ? r->fs.text + n->link : NULL };
	return READER_OK;
}

/* A file that grows or shrinks meanwhile is told by its size. */
static enum reader_result
dirreader_data(struct reader *base, const void **bytes, size_t *len, uint64_t *offset)
{
	struct dirreader *r = (struct dirreader *)base;
	ssize_t n;

	if (r->fd < 0)
		r->fd = beneath_open(&r->root, r->path, O_RDONLY, 0);
	do
		n = r->fd < 0 ? -1 : read(r->fd, r->buffer, sizeof(r->buffer));
	while (n < 0 && r->fd >= 0 && errno == EINTR);
	if (n < 0) {
		snprintf(r->why, sizeof(r->why), "%s", strerror(errno));
		return READER_DAMAGED;
	}
	*bytes = r->buffer;
	*len = (size_t)n;
	*offset = r->offset;
	r->offset += (uint64_t)n;
	return n == 0 ? READER_END : READER_OK;
}

static void
dirreader_close(struct reader *base)
{
	struct dirreader *r = (struct dirreader *)base;

	close_file(r);
	beneath_close(&r->root);
	fsindex_free(&r->fs);
	free(r->order);
	free(r);
}

struct reader *
dirreader_open(const char *dir, const struct selection *wanted, const char **fault)
{
	struct dirreader *r = calloc(1, sizeof(*r));

	*fault = "out of memory";
	if (!r)
		return NULL;
	r->base = (struct reader){ .next = dirreader_next,
		.data = dirreader_data,
		.close = dirreader_close,
		.label = "",
		.why = r->why,
		.apart = true };
	r->fd = -1;
	if (beneath_root(dir, &r->root) < 0) {
		*fault = strerror(errno);
		free(r);
		return NULL;
	}
	if (fsindex_init(&r->fs) && read_tree(r, wanted) && (r->order = fsindex_order(&r->fs, &r->n))) {
		r->base.bytes = r->fs.bytes;
		return &r->base;
	}
	dirreader_close(&r->base);
	return NULL;
}

#include "filecache.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "date.h"
#include "response_head.h"

#define HELD 32
#define REST_S 3 /* coarser than the times of any file system in use */

struct slot {
	char *name;        /* NULL: empty; of a small file head and content stand behind the NUL */
	char *ready;       /* NULL: item.file, which lives while others use it */
	uint64_t compared; /* doubt at the time */
	int64_t dated;     /* what the head's Date says */
	struct stat st;
	struct docroot_item item;
};

struct filecache {
	uint64_t doubt; /* grows with each filecache_doubt */
	struct slot slot[FILECACHE_SLOTS];
	struct file *held[HELD]; /* until the turn ends: the next request may be for the same */
	size_t n_held;
};

struct filecache *
filecache_make(void)
{
	return calloc(1, sizeof(struct filecache));
}

static void
filecache_forget(struct slot *s)
{
	if (s->item.file)
		s->item.file->known = NULL;
	free(s->name);
	*s = (struct slot){ 0 };
}

void
filecache_turn(struct filecache *c)
{
	while (c && c->n_held)
		file_leave(c->held[--c->n_held]);
}

void
filecache_free(struct filecache *c)
{
	filecache_turn(c);
	for (size_t i = 0; c && i < FILECACHE_SLOTS; i++)
		filecache_forget(&c->slot[i]);
	free(c);
}

static size_t
filecache_slot(const char *name)
{
	uint32_t h = 2166136261; /* FNV-1a */

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 16777619;
	return (h ^ h >> 16) % FILECACHE_SLOTS;
}

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

void
filecache_doubt(struct filecache *c)
{
	if (c)
		c->doubt++;
}

/* Is it still what it was made from?  A link may lead elsewhere by now, even out
 * of the docroot; but then it is not the file that was opened beneath it. */
static bool
still_same(const struct filecache *c, int root, struct slot *s)
{
	const struct stat *was = &s->st;
	struct stat st;

	if (s->compared == c->doubt)
		return true;
	if (fstatat(root, s->name, &st, 0) < 0 || st.st_ino != was->st_ino || st.st_dev != was->st_dev ||
	    st.st_size != was->st_size || !same_time(&st.st_mtim, &was->st_mtim) ||
	    !same_time(&st.st_ctim, &was->st_ctim))
		return false;
	s->compared = c->doubt;
	return true;
}

static bool
filecache_get(struct filecache *c, int root, const char *name, int64_t now, struct docroot_item *out)
{
	struct slot *s = &c->slot[filecache_slot(name)];
	char date[DATE_HTTP];

	if ((!s->ready && !s->item.file) || strcmp(s->name, name) != 0 || !still_same(c, root, s))
		return false;
	if (s->ready && s->dated != now) {
		memcpy(s->ready + RESPONSE_HEAD_DATE_AT, date_http(now, date), DATE_HTTP - 1);
		s->dated = now;
	}
	*out = s->item;
	if (out->file)
		file_share(out->file);
	return true;
}

/* The name and, behind its NUL, a plain response: head and content. */
static bool
put_small(struct slot *s, const char *name, int64_t now, const struct docroot_item *item)
{
	char head[RESPONSE_HEAD_MAX], date[DATE_HTTP], modified[DATE_HTTP], *copy;
	struct response_head r = {
		.status = 200,
		.date = date_http(now, date),
		.type = item->type,
		.utf8 = item->utf8,
		.length = item->size,
		.etag = item->etag,
		.modified = date_http(item->modified, modified),
		.ranges = true,
	};
	size_t n = strlen(name) + 1, len;
	struct wr w = wr_open(head, sizeof(head));

	response_head_write(&w, &r);
	if (w.full)
		return false;
	len = wr_len(&w);
	copy = malloc(n + len + item->size);
	if (!copy || pread(item->file->fd, copy + n + len, item->size, 0) != (ssize_t)item->size) {
		free(copy);
		return false;
	}
	memcpy(copy, name, n);
	memcpy(copy + n, head, len);
	filecache_forget(s);
	*s = (struct slot){ .name = copy, .ready = copy + n, .dated = now, .item = *item };
	s->item.file = NULL;
	s->item.ready = s->ready;
	s->item.head_len = len;
	s->item.bytes = s->ready + len;
	return true;
}

static bool
put_open(struct filecache *c, struct slot *s, const char *name, const struct docroot_item *item)
{
	char *copy = strdup(name);

	if (!copy)
		return false;
	filecache_forget(s);
	*s = (struct slot){ .name = copy, .item = *item };
	item->file->known = &s->item.file;
	if (c->n_held < HELD)
		c->held[c->n_held++] = file_share(item->file);
	return true;
}

/* A small file is read once it has been left alone for a while: what changed a
 * moment ago may change again without its times showing it. */
static void
filecache_put(
    struct filecache *c, const char *name, const struct stat *st, int64_t now, const struct docroot_item *item)
{
	bool rested = st->st_mtim.tv_sec <= now - REST_S && st->st_ctim.tv_sec <= now - REST_S;
	struct slot *s = &c->slot[filecache_slot(name)];

	if (st->st_size > FILECACHE_FILE_MAX ? put_open(c, s, name, item) : rested && put_small(s, name, now, item)) {
		s->st = *st;
		s->compared = c->doubt;
	}
}

enum docroot_result
filecache_find(
    struct filecache *c, const struct docroot *docroot, const char *path, int64_t now, struct docroot_item *out)
{
	char name[BENEATH_PATH];
	size_t n = strlen(path);
	bool as_dir = n && (path[n - 1] == '/' || path[n - 1] == '\\');
	enum docroot_result result;
	struct stat st;

	if (!beneath_clean(path, name, sizeof(name)))
		return DOCROOT_NOT_FOUND;
	if (c && !as_dir && filecache_get(c, docroot->root.fd, name, now, out))
		return DOCROOT_FILE;
	result = docroot_find(docroot, name, as_dir, &st, out);
	if (c && result == DOCROOT_FILE && S_ISREG(st.st_mode)) /* not the index of a directory, or within an image */
		filecache_put(c, name, &st, now, out);
	return result;
}

#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "destdir.h"
#include "guard.h"
#include "path.h"
#include "unique.h"

#define TEMP_SIZE 64

#ifndef RENAME_NOREPLACE /* musl before 1.2.6 has neither */
#define RENAME_NOREPLACE 1
#define renameat2(from, name, to, as, flags) ((int)syscall(SYS_renameat2, from, name, to, as, flags))
#endif

/* A finished file or link that still has its temporary name. */
struct held {
	char *path;
	char temp[TEMP_SIZE];
};

struct dated {
	char *path;
	struct timespec mtime;
};

struct tree {
	struct tree_options o;
	struct destdir dest;
	enum { UNKNOWN, YES, NO } folds; /* does the file system ignore case? */
	char prefix[TEMP_SIZE - 16];     /* of temporary names */
	size_t prefix_len;
	unsigned serial;
	/* The file being written. */
	int file;
	uint64_t end; /* of what was written */
	char path[PATH_SIZE], temp[TEMP_SIZE];
	struct tree_meta meta;
	struct held *held;
	size_t helds, held_size;
	struct dated *dated;
	size_t dateds, dated_size;
};

struct tree *
tree_open(const char *dir, const struct tree_options *o)
{
	struct tree *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->o = *o;
	t->file = -1;
	/* the number tells this run's names from those of a dead one with the same pid */
	snprintf(t->prefix, sizeof(t->prefix), ".isoextract.%ld.%08x.", (long)getpid(), (unsigned)unique_number());
	t->prefix_len = strlen(t->prefix);
	if (destdir_open(dir, &t->dest) < 0) {
		free(t);
		return NULL;
	}
	return t;
}

mode_t
tree_mode(mode_t archived, bool is_dir)
{
	mode_t mode = (archived & 0755) | 0644;

	return is_dir || (archived & 0111) ? mode | 0111 : mode;
}

static enum tree_result
tree_enter(struct tree *t, const char *path)
{
	switch (destdir_enter(&t->dest, path)) {
	case DESTDIR_OK:
		return TREE_OK;
	case DESTDIR_IN_THE_WAY:
		return TREE_IN_THE_WAY;
	case DESTDIR_LINK:
		return TREE_LINK_IN_WAY;
	case DESTDIR_FAILED:
		break;
	}
	return TREE_FAILED;
}

/* ---- what is there already --------------------------------------------------------- */

/* TREE_OK: nothing is there; TREE_SAME: just what would be written; TREE_DIFFERS;
 * TREE_IN_THE_WAY: a directory; TREE_FAILED (errno). */
static enum tree_result
in_place(int dir, const char *name, struct stat *st)
{
	if (fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? TREE_OK : TREE_FAILED;
	return S_ISDIR(st->st_mode) ? TREE_IN_THE_WAY : TREE_DIFFERS;
}

static enum tree_result
file_in_place(int dir, const char *name, const struct tree_meta *m)
{
	struct stat st;
	enum tree_result r = in_place(dir, name, &st);

	if (r == TREE_DIFFERS && S_ISREG(st.st_mode) && m->has_size && (uint64_t)st.st_size == m->size &&
	    (!m->has_mtime || st.st_mtim.tv_sec == m->mtime.tv_sec))
		return TREE_SAME;
	return r;
}

/* ---- temporary names, held ones ---------------------------------------------------- */

static void
new_temp(struct tree *t, char temp[TEMP_SIZE])
{
	memcpy(temp, t->prefix, t->prefix_len);
	snprintf(temp + t->prefix_len, TEMP_SIZE - t->prefix_len, "%u", t->serial++);
}

bool
tree_folds_case(struct tree *t)
{
	char small[TEMP_SIZE], large[TEMP_SIZE];
	struct stat st;
	int fd;

	if (t->folds != UNKNOWN)
		return t->folds == YES;
	new_temp(t, small);
	memcpy(large, small, sizeof(large));
	memcpy(large, ".ISO", 4);
	fd = openat(t->dest.root, small, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	close(fd);
	t->folds = fstatat(t->dest.root, large, &st, AT_SYMLINK_NOFOLLOW) == 0 ? YES : NO;
	unlinkat(t->dest.root, small, 0);
	return t->folds == YES;
}

/* Room for one more in an array that grows by halves. */
static bool
tree_grow(void **array, size_t used, size_t *size, size_t each)
{
	size_t more = *size ? *size + *size / 2 : 64;
	void *bigger;

	if (used < *size)
		return true;
	bigger = reallocarray(*array, more, each);
	if (!bigger)
		return false;
	*array = bigger;
	*size = more;
	return true;
}

static enum tree_result
tree_hold(struct tree *t, const char *path, const char *temp)
{
	void *array = t->held;
	struct held *h;

	if (!tree_grow(&array, t->helds, &t->held_size, sizeof(*t->held)))
		return TREE_FAILED;
	t->held = array;
	h = &t->held[t->helds];
	h->path = strdup(path);
	if (!h->path)
		return TREE_FAILED;
	memcpy(h->temp, temp, TEMP_SIZE);
	t->helds++;
	return TREE_OK;
}

/* Gives a finished file or link its final name, or keeps it for tree_release. */
static enum tree_result
tree_settle(struct tree *t, const char *path, const char *temp)
{
	enum tree_result r = TREE_FAILED;
	int e;

	if (t->o.hold)
		r = tree_hold(t, path, temp);
	else if (renameat(t->dest.dir, temp, t->dest.dir, destdir_base(path)) == 0)
		return TREE_OK;
	else if (errno == EISDIR || errno == ENOTEMPTY || errno == EEXIST)
		r = TREE_IN_THE_WAY;
	if (r == TREE_OK)
		return r;
	e = errno;
	unlinkat(t->dest.dir, temp, 0);
	errno = e;
	return r;
}

enum tree_result
tree_release(struct tree *t)
{
	enum tree_result r = TREE_OK;
	size_t i;

	for (i = 0; i < t->helds && r == TREE_OK; i++) {
		struct held *h = &t->held[i];

		r = tree_enter(t, h->path);
		if (r == TREE_OK && renameat(t->dest.dir, h->temp, t->dest.dir, destdir_base(h->path)) < 0)
			r = TREE_FAILED;
		if (r == TREE_OK)
			h->temp[0] = '\0';
	}
	return r;
}

void
tree_close(struct tree *t)
{
	if (!t)
		return;
	tree_drop(t);
	for (size_t i = 0; i < t->helds; i++) {
		struct held *h = &t->held[i];

		if (h->temp[0] && tree_enter(t, h->path) == TREE_OK)
			unlinkat(t->dest.dir, h->temp, 0);
		free(h->path);
	}
	free(t->held);
	for (size_t i = 0; i < t->dateds; i++)
		free(t->dated[i].path);
	free(t->dated);
	destdir_close(&t->dest);
	free(t);
}

/* ---- directories and links ---------------------------------------------------------------- */

enum tree_result
tree_dir(struct tree *t, const char *path, const struct tree_meta *m)
{
	const char *name = destdir_base(path);
	enum tree_result r = tree_enter(t, path);
	void *array = t->dated;
	struct stat st;

	if (r != TREE_OK)
		return r;
	if (fstatat(t->dest.dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (S_ISLNK(st.st_mode))
			return TREE_LINK_IN_WAY;
		if (!S_ISDIR(st.st_mode))
			return TREE_IN_THE_WAY;
		r = TREE_SAME;
	} else if (mkdirat(t->dest.dir, name, tree_mode(m->mode, true)) < 0) {
		return TREE_FAILED;
	}
	/* If memory is lacking, it keeps the time it was made, which does no harm. */
	if (m->has_mtime && tree_grow(&array, t->dateds, &t->dated_size, sizeof(*t->dated))) {
		char *copy = strdup(path);

		t->dated = array;
		if (copy)
			t->dated[t->dateds++] = (struct dated){ copy, m->mtime };
	}
	return r;
}

void
tree_finish(struct tree *t)
{
	for (size_t i = t->dateds; i > 0; i--) {
		const struct dated *d = &t->dated[i - 1];
		const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, d->mtime };

		if (tree_enter(t, d->path) == TREE_OK)
			utimensat(t->dest.dir, destdir_base(d->path), times, AT_SYMLINK_NOFOLLOW);
	}
}

/* `force` allows replacing what differs. */
static enum tree_result
may_replace(const struct tree *t, enum tree_result there)
{
	return there == TREE_DIFFERS && t->o.force ? TREE_OK : there;
}

enum tree_result
tree_symlink(struct tree *t, const char *path, const char *target)
{
	const char *name = destdir_base(path);
	enum tree_result r = tree_enter(t, path);
	char temp[TEMP_SIZE], old[PATH_SIZE];
	struct stat st;

	if (r != TREE_OK)
		return r;
	r = in_place(t->dest.dir, name, &st);
	if (r == TREE_DIFFERS && S_ISLNK(st.st_mode)) {
		ssize_t n = readlinkat(t->dest.dir, name, old, sizeof(old));

		if (n >= 0 && (size_t)n == strlen(target) && memcmp(old, target, (size_t)n) == 0)
			return TREE_SAME;
	}
	r = may_replace(t, r);
	if (r != TREE_OK)
		return r;
	new_temp(t, temp);
	if (symlinkat(target, t->dest.dir, temp) < 0)
		return TREE_FAILED;
	return tree_settle(t, path, temp);
}

enum tree_result
tree_hardlink(struct tree *t, const char *path, const char *target)
{
	const char *base = destdir_base(target), *existing = base;
	enum tree_result r = tree_enter(t, target);
	char temp[TEMP_SIZE];
	struct stat st, old;
	int from;

	if (r != TREE_OK)
		return r;
	/* It may still have its temporary name; the last one of that path counts, and most
	 * links are to the file before them. */
	for (size_t i = t->helds; i > 0 && existing == base; i--)
		if (strcmp(t->held[i - 1].path, target) == 0)
			existing = t->held[i - 1].temp;
	from = fcntl(t->dest.dir, F_DUPFD_CLOEXEC, 3);
	if (from < 0)
		return TREE_FAILED;
	if (fstatat(from, existing, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		r = TREE_NO_TARGET;
	if (r == TREE_OK)
		r = tree_enter(t, path);
	if (r == TREE_OK) {
		r = in_place(t->dest.dir, destdir_base(path), &old);
		if (r == TREE_DIFFERS && old.st_dev == st.st_dev && old.st_ino == st.st_ino)
			r = TREE_SAME;
		r = may_replace(t, r);
	}
	if (r == TREE_OK) {
		new_temp(t, temp);
		r = linkat(from, existing, t->dest.dir, temp, 0) < 0 ? TREE_FAILED : tree_settle(t, path, temp);
	}
	close(from);
	return r;
}

/* ---- files --------------------------------------------------------------------------------- */

/* With umask(022) the file has its final mode at once; only the time is missing. */
enum tree_result
tree_begin(struct tree *t, const char *path, const struct tree_meta *m)
{
	enum tree_result r = tree_enter(t, path);

	if (r == TREE_OK && !t->dest.was_empty)
		r = may_replace(t, file_in_place(t->dest.dir, destdir_base(path), m));
	if (r != TREE_OK)
		return r;
	new_temp(t, t->temp);
	t->file = openat(
	    t->dest.dir, t->temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, tree_mode(m->mode, false));
	if (t->file < 0)
		return TREE_FAILED;
	memcpy(t->path, path, strlen(path) + 1);
	t->meta = *m;
	t->end = 0;
	return TREE_OK;
}

enum tree_result
tree_write(struct tree *t, const void *bytes, size_t len, uint64_t offset)
{
	const uint8_t *p = bytes;

	while (len > 0) {
		ssize_t n;

		guard_lend();
		n = pwrite(t->file, p, len, (off_t)offset);
		guard_take_back();
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return TREE_FAILED;
		p += n;
		len -= (size_t)n;
		offset += (uint64_t)n;
	}
	t->end = offset > t->end ? offset : t->end;
	return TREE_OK;
}

static void
pass(struct kcopy *c, size_t n)
{
	c->at += n;
	c->offset += n;
	c->len -= n;
}

enum tree_result
tree_copy(struct tree *t, const struct kcopy *piece)
{
	struct kcopy c = *piece;

	for (;;) {
		size_t hole = kcopy_hole(&c);
		ssize_t n;

		pass(&c, hole);
		if (c.len == 0)
			return TREE_OK;
		guard_lend();
		n = kcopy(t->file, &c);
		guard_take_back();
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) /* EIO: of which file?  Reading and writing will show */
			return errno == ENOTSUP || errno == EIO ? TREE_ELSEWHERE : TREE_FAILED;
		if (n == 0)
			return TREE_CUT;
		pass(&c, (size_t)n);
		t->end = c.offset > t->end ? c.offset : t->end;
	}
}

/* Gives a finished file its final name in a directory that was empty when entered.
 * Nobody checked that the name is free (an image may hold it twice), so the kernel
 * does. */
static enum tree_result
settle_first(struct tree *t)
{
	const char *name = destdir_base(t->path);
	enum tree_result r;
	int e;

	if (renameat2(t->dest.dir, t->temp, t->dest.dir, name, RENAME_NOREPLACE) == 0)
		return TREE_OK;
	if (errno == EEXIST || errno == EINVAL || errno == ENOSYS) /* EINVAL: not on this file system */
		r = may_replace(t, file_in_place(t->dest.dir, name, &t->meta));
	else
		r = TREE_FAILED;
	if (r == TREE_OK)
		return tree_settle(t, t->path, t->temp);
	e = errno;
	unlinkat(t->dest.dir, t->temp, 0);
	errno = e;
	return r;
}

enum tree_result
tree_end(struct tree *t)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, t->meta.mtime };
	int fd = t->file, e;

	/* Adds a hole at the end, which nobody wrote, then sets the time. */
	if ((t->meta.has_size && t->end < t->meta.size && ftruncate(fd, (off_t)t->meta.size) < 0) ||
	    (t->meta.has_mtime && futimens(fd, times) < 0)) {
		e = errno;
		tree_drop(t);
		errno = e;
		return TREE_FAILED;
	}
	t->file = -1;
	if (close(fd) < 0) { /* NFS reports a full disk here */
		e = errno;
		unlinkat(t->dest.dir, t->temp, 0);
		errno = e;
		return TREE_FAILED;
	}
	return t->dest.was_empty && !t->o.hold ? settle_first(t) : tree_settle(t, t->path, t->temp);
}

void
tree_drop(struct tree *t)
{
	if (t->file < 0)
		return;
	close(t->file);
	t->file = -1;
	unlinkat(t->dest.dir, t->temp, 0);
}

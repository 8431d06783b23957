#include "leasefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asuser.h"
#include "io.h"

#define READ_PART (1u << 20) /* of the lease file, in memory at once */
#define OWED_MOST (1u << 20) /* bytes that wait for a disk that takes nothing */
#define SLACK 1000           /* stale lines of a few leases that are never worth a rewrite */
#define FEW 100
#define MARGIN 64 /* lines that one turn of the loop adds */
#define DAMAGED ".damaged"
#define APPEND (O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC)

/* ---- reading ----------------------------------------------------------- */

/* Damaged lines go to FILE.damaged, for a person to look at. */
static void
keep_aside(struct leasefile *f, const char *line, size_t len)
{
	char name[300];
	int fd;

	f->damaged++;
	snprintf(name, sizeof(name), "%.280s" DAMAGED, f->name);
	fd = f->aside >= 0 ? f->aside : openat(f->dir, name, APPEND | O_NOFOLLOW, 0644);
	if (fd < 0)
		return;
	if (io_write(fd, line, len) == len)
		io_write(fd, "\n", 1);
	if (fd != f->aside)
		close(fd);
}

/* A last line without a newline counts too.  An editor left it so, or the power
 * failed while it was being written; then no client was told what it says, and all
 * it does is to keep an address unused. */
static int
leasefile_read_lines(struct leasefile *f, const char *text, size_t len)
{
	const char *seen = text;

	while (len > 0) {
		if ((size_t)(text - seen) >= READ_PART) {
			/* so that a large file is not in memory twice */
			madvise((void *)(uintptr_t)seen, READ_PART, MADV_DONTNEED);
			seen += READ_PART;
		}
		const char *nl = memchr(text, '\n', len);
		size_t n = nl ? (size_t)(nl - text) : len;
		enum leasestore_result rc = f->store->restore(f->store->leases, text, n);

		f->lines++;
		if (rc == LEASESTORE_NO_MEMORY)
			return -1;
		if (rc == LEASESTORE_DAMAGED)
			keep_aside(f, text, n);
		text += n + (nl != NULL);
		len -= n + (nl != NULL);
	}
	return 0;
}

/* *torn: the file does not end with a newline. */
static int
read_leases(struct leasefile *f, bool *torn)
{
	struct stat st;
	char *text;
	int rc;

	if (fstat(f->fd, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	*torn = false;
	if (st.st_size == 0)
		return 0;
	text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, f->fd, 0);
	if (text == MAP_FAILED)
		return -1;
	rc = leasefile_read_lines(f, text, (size_t)st.st_size);
	*torn = text[st.st_size - 1] != '\n';
	munmap(text, (size_t)st.st_size);
	return rc;
}

/* ---- writing ----------------------------------------------------------- */

static bool
has_room(struct leasefile *f)
{
	size_t room = f->pending_room * 2 + 4 * LEASESTORE_LINE;
	char *more;

	if (f->pending_room - f->pending_len >= LEASESTORE_LINE)
		return true;
	more = realloc(f->pending, room);
	if (!more)
		return false;
	f->pending = more;
	f->pending_room = room;
	return true;
}

int
leasefile_add(struct leasefile *f, const char *line, size_t len)
{
	if (!has_room(f))
		return -1;
	memcpy(f->pending + f->pending_len, line, len);
	f->pending_len += len;
	f->pending_lines++;
	return 0;
}

/* It goes behind what is owed already, and before what may be dropped. */
int
leasefile_owe(struct leasefile *f, const char *line, size_t len)
{
	if (f->owed_len > OWED_MOST || !has_room(f))
		return -1;
	memmove(f->pending + f->owed_len + len, f->pending + f->owed_len, f->pending_len - f->owed_len);
	memcpy(f->pending + f->owed_len, line, len);
	f->owed_len += len;
	f->owed_lines++;
	f->pending_len += len;
	f->pending_lines++;
	return 0;
}

static void
forget_pending(struct leasefile *f, size_t kept_len, size_t kept_lines)
{
	f->pending_len = f->owed_len = kept_len;
	f->pending_lines = f->owed_lines = kept_lines;
}

int
leasefile_sync(struct leasefile *f)
{
	off_t was;
	int saved;

	if (f->pending_len == 0)
		return 0;
	was = lseek(f->fd, 0, SEEK_END);
	if (was >= 0 && io_write(f->fd, f->pending, f->pending_len) == f->pending_len && fdatasync(f->fd) == 0) {
		f->lines += f->pending_lines;
		compact_add(&f->anew, f->pending, f->pending_len, f->pending_lines);
		forget_pending(f, 0, 0);
		return 1;
	}
	saved = errno;
	/* half a line would spoil the next one */
	if (was >= 0 && ftruncate(f->fd, was) < 0)
		f->lines++;
	forget_pending(f, f->owed_len, f->owed_lines);
	errno = saved;
	return -1;
}

/* ---- writing it anew --------------------------------------------------- */

/* Of more than a few leases there are never more than two lines each, also while it
 * is written anew: by then there may be a sixteenth more.  What it had when that was
 * last done is counted, as some leases have no line. */
static bool
is_long(const struct leasefile *f)
{
	size_t kept = f->kept > FEW ? f->kept : FEW, n = f->store->table->n;

	if (n <= FEW)
		return f->lines >= 2 * n + SLACK;
	return f->lines + MARGIN + kept / 8 > 2 * kept;
}

/* It would be of no use to try again at once. */
static int
compact_give_up(struct leasefile *f)
{
	compact_abandon(&f->anew);
	f->patience = f->lines + SLACK;
	f->fixed = errno == EACCES || errno == EPERM || errno == EROFS;
	return -1;
}

static int
begin_anew(struct leasefile *f)
{
	return compact_begin(&f->anew, f->dir, f->name) == 0 ? 0 : compact_give_up(f);
}

static int
compact_go_on(struct leasefile *f)
{
	int fd, rc = compact_step(&f->anew, f->store);

	if (rc > 0)
		return rc;
	fd = rc < 0 ? -1 : compact_finish(&f->anew);
	if (fd < 0)
		return compact_give_up(f);
	close(f->fd);
	f->fd = fd;
	f->lines = f->kept = f->anew.lines;
	f->patience = 0;
	return fsync(f->dir);
}

/* Somebody has deleted the file, or put another one in its place, so that nobody
 * would find what we append.  The other file is kept aside. */
static bool
has_lost_its_name(struct leasefile *f)
{
	char aside[300];
	struct stat ours, named;
	bool there;

	if (f->looked == f->lines)
		return false;
	f->looked = f->lines;
	there = fstatat(f->dir, f->name, &named, AT_SYMLINK_NOFOLLOW) == 0;
	if ((!there && errno != ENOENT) || fstat(f->fd, &ours) < 0)
		return false;
	if (there && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev)
		return false;
	f->losses++;
	snprintf(aside, sizeof(aside), "%.280s.replaced", f->name);
	if (there)
		renameat(f->dir, f->name, f->dir, aside);
	return true;
}

int
leasefile_tidy(struct leasefile *f)
{
	bool stale;

	if (!f->anew.to) {
		if (!has_lost_its_name(f) && !f->stale && (f->fixed || f->lines < f->patience || !is_long(f)))
			return 0;
		stale = f->stale;
		f->stale = false;
		if (begin_anew(f) < 0) {
			if (stale && f->fixed)
				leasefile_renew(f);
			return -1;
		}
	}
	return compact_go_on(f);
}

int
leasefile_renew(struct leasefile *f)
{
	char line[LEASESTORE_LINE];
	struct hashtab_walk walk = { 0 };
	int rc = 0;

	compact_abandon(&f->anew);
	f->stale = !f->fixed;
	for (struct hashtab_node *t; f->fixed && (t = hashtab_step(f->store->table, &walk));) {
		size_t len = f->store->line(t, line);

		if (len > 0)
			rc |= leasefile_owe(f, line, len);
	}
	return rc;
}

/* All of it, before clients come. */
static int
write_anew(struct leasefile *f)
{
	int rc = begin_anew(f);

	if (rc == 0)
		while ((rc = compact_go_on(f)) > 0)
			;
	return rc;
}

/* ---- opening ----------------------------------------------------------- */

static int
leasefile_failed(const char *what, const char *path, const char *todo, char error[LEASEFILE_ERROR])
{
	snprintf(error, LEASEFILE_ERROR, "cannot %s %s: %s%s", what, path, strerror(errno), todo);
	return -1;
}

/* The directory is made when only its last part is missing. */
static int
open_dir(struct leasefile *f)
{
	const char *path = f->path, *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");

	f->name = slash ? f->path + (slash - path) + 1 : f->path;
	if (!dir)
		return -1;
	f->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir < 0 && errno == ENOENT && mkdir(dir, 0755) == 0)
		f->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	return f->dir < 0 ? -1 : 0;
}

/* A file that another user made can be replaced where it cannot be written. */
static int
open_files(void *context)
{
	struct leasefile *f = context;
	char offers[300];

	if (f->dir >= 0) /* tried before, with other rights */
		close(f->dir);
	if (open_dir(f) < 0)
		return -1;
	f->fd = openat(f->dir, f->name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	snprintf(offers, sizeof(offers), "%.280s" LEASEFILE_OFFERS, f->name);
	if (f->store->offers && f->offers < 0)
		f->offers =
		    openat(f->dir, offers, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	if (f->fd < 0 && errno == EACCES && faccessat(f->dir, ".", W_OK | X_OK, AT_EACCESS) == 0) {
		f->fd = openat(f->dir, f->name, O_RDONLY | O_CLOEXEC);
		f->foreign = f->fd >= 0;
	}
	return f->fd < 0 ? -1 : 0;
}

int
leasefile_open(struct leasefile *f, const char *path, const struct leasestore *store, const struct priv_user *as,
    char error[LEASEFILE_ERROR])
{
	char todo[100];

	*f = (struct leasefile){
		.fd = -1, .dir = -1, .anew.fd = -1, .aside = -1, .offers = -1, .path = strdup(path), .store = store
	};
	if (!f->path || asuser_try(as, path, open_files, f) < 0)
		return leasefile_failed(f->dir < 0 ? "open the directory of the lease file" : "open the lease file",
		    path, "; -l names another", error);
	if (flock(f->fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	snprintf(todo, sizeof(todo), ": another %s uses it; -l names another", store->tool);
	return leasefile_failed("lock the lease file", path, errno == EWOULDBLOCK ? todo : "", error);
}

int
leasefile_read(struct leasefile *f, char error[LEASEFILE_ERROR])
{
	bool torn;

	if (read_leases(f, &torn) < 0)
		return leasefile_failed("read the lease file", f->path, "", error);
	f->kept = f->store->table->n;
	if (!torn && f->damaged == 0 && !f->foreign && !is_long(f))
		return 0;
	if (write_anew(f) == 0)
		return 0;
	/* not ours to replace: close the torn line instead */
	if (f->foreign || (torn && io_write(f->fd, "\n", 1) < 1))
		return leasefile_failed("write the lease file", f->path, "", error);
	return 0;
}

/* ---- shortening it before the rights are gone -------------------------- */

struct shorten {
	struct leasefile *f;
	char temp[300], aside[300];
	int fd; /* the new file */
};

/* In a directory that the user may not write to. */
static int
open_new(void *context)
{
	struct shorten *s = context;

	if (faccessat(s->f->dir, ".", W_OK | X_OK, AT_EACCESS) < 0) {
		errno = EACCES;
		return -1;
	}
	unlinkat(s->f->dir, s->temp, 0);
	s->fd = openat(s->f->dir, s->temp, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
	s->f->aside = s->fd < 0 ? -1 : openat(s->f->dir, s->aside, APPEND | O_NOFOLLOW, 0644);
	return s->fd < 0 ? -1 : 0;
}

static int
name_new(void *context)
{
	struct shorten *s = context;
	struct stat st;

	if (s->f->aside >= 0 && fstat(s->f->aside, &st) == 0 && st.st_size == 0)
		unlinkat(s->f->dir, s->aside, 0);
	return renameat(s->f->dir, s->temp, s->f->dir, s->f->name);
}

static int
drop_new(void *context)
{
	struct shorten *s = context;
	struct stat st;

	if (s->f->aside >= 0 && fstat(s->f->aside, &st) == 0 && st.st_size == 0)
		unlinkat(s->f->dir, s->aside, 0);
	return unlinkat(s->f->dir, s->temp, 0);
}

/* The process with the user's rights: true when the new file is complete. */
static bool
write_new(struct shorten *s, const struct priv_user *as)
{
	struct leasefile *f = s->f;
	char error[PRIV_ERROR];
	bool torn;
	int rc;

	if (priv_drop(as, 0, error) < 0 || read_leases(f, &torn) < 0)
		return false;
	f->kept = f->store->table->n;
	if ((!torn && f->damaged == 0 && !is_long(f)) || compact_begin_with(&f->anew, s->fd) < 0)
		return false;
	while ((rc = compact_step(&f->anew, f->store)) > 0)
		;
	return rc == 0 && compact_sync(&f->anew) == 0;
}

void
leasefile_shorten(struct leasefile *f, const struct priv_user *as)
{
	struct shorten s = { .f = f, .fd = -1 };
	int status = -1;
	pid_t pid;

	if (!as || !as->change || as->uid == 0 || geteuid() != 0 || asuser_may_write(as, f->dir) || f->foreign)
		return;
	snprintf(s.temp, sizeof(s.temp), "%.280s.new", f->name);
	snprintf(s.aside, sizeof(s.aside), "%.280s" DAMAGED, f->name);
	if (asuser_try(as, f->path, open_new, &s) < 0)
		return;
	pid = fork();
	if (pid == 0)
		_exit(write_new(&s, as) ? 0 : 1);
	if (pid > 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	if (status == 0 && flock(s.fd, LOCK_EX | LOCK_NB) == 0 && asuser_try(as, f->path, name_new, &s) == 0) {
		close(f->fd);
		f->fd = s.fd;
	} else {
		asuser_try(as, f->path, drop_new, &s);
		close(s.fd);
	}
	if (f->aside >= 0)
		close(f->aside);
	f->aside = -1;
}

void
leasefile_close(struct leasefile *f)
{
	if (f->fd >= 0)
		leasefile_sync(f);
	compact_abandon(&f->anew);
	if (f->fd >= 0)
		close(f->fd);
	if (f->dir >= 0)
		close(f->dir);
	if (f->offers >= 0)
		close(f->offers);
	free(f->path);
	free(f->pending);
	*f = (struct leasefile){ .fd = -1, .dir = -1, .anew.fd = -1, .aside = -1, .offers = -1 };
}

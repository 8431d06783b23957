#include "asuser.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as the kernel does it (path_resolution(7)) */
#define GROUPS_MAX 256
#define NOBODY_SURE ((uid_t)-1)
#define NOBODY 65534 /* the kernel's overflowgid */

/* ---- who decides where a path leads ------------------------------------ */

struct way {
	int at; /* the directory we are in */
	char rest[PATH_MAX];
	int links;
};

/* Moves into a directory, which is closed with the next step. */
static bool
way_enter(struct way *w, int fd)
{
	if (fd < 0)
		return false;
	close(w->at);
	w->at = fd;
	return true;
}

/* Puts the target of the link `name` before what is left. */
static bool
way_follow(struct way *w, const char *name)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t n = readlinkat(w->at, name, target, sizeof(target) - 1);
	int len;

	if (n <= 0 || ++w->links > LINKS_MAX)
		return false;
	target[n] = '\0';
	len = snprintf(rest, sizeof(rest), "%s%s%s", target, *w->rest ? "/" : "", w->rest);
	if (len < 0 || (size_t)len >= sizeof(rest))
		return false;
	memcpy(w->rest, rest, (size_t)len + 1);
	return target[0] != '/' || way_enter(w, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/* Takes the next name off the rest; false at the end. */
static bool
way_next(struct way *w, char name[PATH_MAX])
{
	size_t skip = strspn(w->rest, "/"), n = strcspn(w->rest + skip, "/");

	memcpy(name, w->rest + skip, n);
	name[n] = '\0';
	memmove(w->rest, w->rest + skip + n, strlen(w->rest + skip + n) + 1);
	return n > 0;
}

/* One step.  False when the answer is known: *who. */
static bool
way_step(struct way *w, uid_t *who)
{
	struct stat dir, entry;
	char name[PATH_MAX];
	bool there;

	*who = NOBODY_SURE;
	if (fstat(w->at, &dir) < 0)
		return false;
	*who = dir.st_uid;
	if (dir.st_uid != 0 || !way_next(w, name))
		return false;
	there = fstatat(w->at, name, &entry, AT_SYMLINK_NOFOLLOW) == 0;
	/* in a shared directory, what root owns stays in its place if it is sticky */
	if (dir.st_mode & (S_IWGRP | S_IWOTH) && !(dir.st_mode & S_ISVTX && there && entry.st_uid == 0)) {
		*who = NOBODY_SURE;
		return false;
	}
	if (!there)
		return false;
	if (S_ISLNK(entry.st_mode) && !way_follow(w, name)) {
		*who = NOBODY_SURE;
		return false;
	}
	if (S_ISLNK(entry.st_mode))
		return true;
	return S_ISDIR(entry.st_mode) &&
	    way_enter(w, openat(w->at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/* Links of procfs are the kernel's, and their text is no path (/proc/self/fd/0). */
static bool
is_proc(int dir)
{
	struct statfs fs;

	return fstatfs(dir, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

static uid_t
decider(const char *path)
{
	struct way w = { .at = open(*path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC) };
	uid_t who = NOBODY_SURE;

	if (w.at < 0)
		return NOBODY_SURE;
	if ((size_t)snprintf(w.rest, sizeof(w.rest), "%s", path) < sizeof(w.rest))
		while (way_step(&w, &who))
			;
	close(w.at);
	return who;
}

/* ---- rights that are lent ---------------------------------------------- */

/* setfsuid(2) says only what was before. */
static bool
set_ids(uid_t uid, gid_t gid)
{
	setfsgid(gid);
	setfsuid(uid);
	return (uid_t)setfsuid((uid_t)-1) == uid && (gid_t)setfsgid((gid_t)-1) == gid;
}

static int
work_as(uid_t uid, gid_t gid, int (*work)(void *context), void *context)
{
	gid_t group[GROUPS_MAX];
	int n = getgroups(GROUPS_MAX, group), rc = -1, saved = EACCES;

	if (n >= 0 && setgroups(0, NULL) == 0 && set_ids(uid, gid)) {
		rc = work(context);
		saved = errno;
	}
	if (!set_ids(geteuid(), getegid()) || (n >= 0 && setgroups((size_t)n, group) < 0)) {
		rc = -1;
		saved = EPERM;
	}
	errno = saved;
	return rc;
}

static int
look(void *context)
{
	const int *dir = context;

	return faccessat(*dir, ".", W_OK | X_OK, AT_EACCESS);
}

bool
asuser_may_write(const struct priv_user *user, int dir)
{
	if (!user->change || user->uid == 0)
		return look(&dir) == 0;
	return work_as(user->uid, user->gid, look, &dir) == 0;
}

int
asuser_try(const struct priv_user *user, const char *path, int (*work)(void *context), void *context)
{
	struct passwd *pw;
	uid_t who;
	int rc;

	if (!user || !user->change || user->uid == 0 || geteuid() != 0)
		return work(context);
	rc = work_as(user->uid, user->gid, work, context);
	if (rc == 0 || (errno != EACCES && errno != EPERM))
		return rc;
	who = decider(path);
	if (who == 0)
		return work(context);
	pw = who == NOBODY_SURE || who == user->uid ? NULL : getpwuid(who);
	if (pw)
		return work_as(who, pw->pw_gid, work, context);
	errno = EACCES;
	return -1;
}

/* ---- where others' links lead ------------------------------------------- */

struct errand {
	int (*work)(void *context, int dir, const char *name, int nofollow);
	void *context;
	int dir;
	const char *name;
};

static int
run_errand(void *context)
{
	const struct errand *e = context;

	return e->work(e->context, e->dir, e->name, 0);
}

/* Somebody's we know nothing of is not permitted more than anybody is.  In a namespace
 * of users where there is no such one, root is nobody's but ours. */
static int
work_for(uid_t owner, struct errand *e)
{
	struct priv_user user = { .change = true, .uid = owner, .gid = NOBODY };
	const struct passwd *pw;

	if (!priv_is_mapped(&user))
		return run_errand(e);
	pw = getpwuid(owner);
	return work_as(owner, pw ? pw->pw_gid : user.gid, run_errand, e);
}

/* What is left of the path, from `name` on. */
static int
follow_rest(struct way *w, const char *name, uid_t owner, const struct errand *what)
{
	struct errand e = *what;
	const char *more = w->rest + strspn(w->rest, "/");
	char rest[2 * PATH_MAX];

	snprintf(rest, sizeof(rest), "%s%s%s", name, *more ? "/" : "", more);
	e.dir = w->at;
	e.name = rest;
	return owner == 0 ? run_errand(&e) : work_for(owner, &e);
}

static int
follow_way(struct way *w, const struct errand *e, bool to_the_end)
{
	char name[PATH_MAX];
	struct stat entry;

	while (way_next(w, name)) {
		const bool last = w->rest[strspn(w->rest, "/")] == '\0';
		const bool there = fstatat(w->at, name, &entry, AT_SYMLINK_NOFOLLOW) == 0;

		if (there && S_ISLNK(entry.st_mode) && (to_the_end || !last)) {
			if (entry.st_uid != 0 || is_proc(w->at))
				return follow_rest(w, name, is_proc(w->at) ? 0 : entry.st_uid, e);
			if (!way_follow(w, name)) {
				errno = ELOOP;
				return -1;
			}
			continue;
		}
		if (last)
			return e->work(e->context, w->at, name, O_NOFOLLOW);
		if (!way_enter(w, openat(w->at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)))
			return -1;
	}
	return e->work(e->context, w->at, ".", 0);
}

static int
asuser_walk(const char *path, const struct errand *e, bool to_the_end)
{
	struct way w = { .at = -1 };
	int rc, saved;

	if (geteuid() != 0 || *path == '\0')
		return e->work(e->context, AT_FDCWD, path, 0);
	if ((size_t)snprintf(w.rest, sizeof(w.rest), "%s", path) >= sizeof(w.rest)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	w.at = open(*path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (w.at < 0)
		return -1;
	rc = follow_way(&w, e, to_the_end);
	saved = errno;
	close(w.at);
	errno = saved;
	return rc;
}

int
asuser_follow(const char *path, int (*work)(void *context, int dir, const char *name, int nofollow), void *context)
{
	return asuser_walk(path, &(struct errand){ .work = work, .context = context }, true);
}

struct opening {
	int flags, fd;
	mode_t mode;
};

static int
open_errand(void *context, int dir, const char *name, int nofollow)
{
	struct opening *o = context;

	o->fd = openat(dir, name, o->flags | nofollow, o->mode);
	return o->fd < 0 ? -1 : 0;
}

int
asuser_open(const char *path, int flags, mode_t mode)
{
	struct opening o = { .flags = flags | O_CLOEXEC, .mode = mode, .fd = -1 };

	const struct errand e = { .work = open_errand, .context = &o };

	return asuser_walk(path, &e, !(flags & O_NOFOLLOW)) < 0 ? -1 : o.fd;
}

FILE *
asuser_fopen(const char *path)
{
	int fd = asuser_open(path, O_RDONLY, 0);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f && fd >= 0)
		close(fd);
	return f;
}

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
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as the kernel does it (path_resolution(7)) */
#define GROUPS_MAX 256
#define NOBODY_SURE ((uid_t)-1)

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
	len = snprintf(rest, sizeof(rest), "%s/%s", target, w->rest);
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

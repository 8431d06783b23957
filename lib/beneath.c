#include "beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#else /* headers older than Linux 5.6 */
struct open_how {
	uint64_t flags, mode, resolve;
};
#define RESOLVE_NO_MAGICLINKS 0x02
#define RESOLVE_BENEATH 0x08
#endif
#ifndef SYS_openat2
#define SYS_openat2 437 /* on all architectures but alpha */
#endif

#define MAX_LINKS 40 /* as the kernel does it (path_resolution(7)) */

int
beneath_root(const char *dir, struct beneath *root)
{
	struct beneath r = { .hides = false };

	r.fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (r.fd < 0)
		return -1;
	r.real = realpath(dir, NULL);
	if (!r.real) {
		int err = errno;

		close(r.fd);
		errno = err;
		return -1;
	}
	*root = r;
	return 0;
}

void
beneath_close(struct beneath *root)
{
	close(root->fd);
	free(root->real);
	root->fd = -1;
	root->real = NULL;
}

int
beneath_hide(struct beneath *root, int dir)
{
	struct stat st;

	if (fstat(dir, &st) < 0)
		return -1;
	root->hides = true;
	root->hidden_dev = st.st_dev;
	root->hidden_ino = st.st_ino;
	return 0;
}

bool
beneath_hides(const struct beneath *root, const struct stat *st)
{
	return root->hides && st->st_dev == root->hidden_dev && st->st_ino == root->hidden_ino;
}

static bool
is_slash(char c)
{
	return c == '/' || c == '\\';
}

bool
beneath_clean(const char *name, char *out, size_t size)
{
	size_t n = 0;

	if (size == 0)
		return false;
	while (*name) {
		size_t len = 0;

		while (is_slash(*name))
			name++;
		while (name[len] && !is_slash(name[len]))
			len++;
		if (len == 0 || (len == 1 && name[0] == '.')) {
			name += len;
			continue;
		}
		if (n + len + 2 > size)
			return false;
		if (n > 0)
			out[n++] = '/';
		memcpy(out + n, name, len);
		n += len;
		name += len;
	}
	out[n] = '\0';
	return true;
}

/* ---- the walk, where openat2(2) is missing or meets an absolute link ---- */

/* Directories from the root down to where we are, so that ".." goes back the way
 * we came; what is left of the name; links followed so far. */
struct walk {
	const struct beneath *root;
	int dir[64];
	int depth;
	char rest[BENEATH_PATH];
	int links;
	bool left;             /* it would lead out */
	char to[BENEATH_PATH]; /* what the last link said; "" none */
};

static int
walk_top(const struct walk *w)
{
	return w->depth ? w->dir[w->depth - 1] : w->root->fd;
}

static void
walk_up(struct walk *w, int to)
{
	while (w->depth > to)
		close(w->dir[--w->depth]);
}

static int
walk_refuse(int err)
{
	errno = err;
	return -1;
}

/* The target of an absolute link, made relative to the root; NULL when it
 * leads elsewhere. */
static const char *
inside(const struct beneath *root, const char *target)
{
	size_t n = strlen(root->real);

	if (strcmp(root->real, "/") == 0)
		return target + 1;
	if (strncmp(target, root->real, n) != 0 || (target[n] != '/' && target[n] != '\0'))
		return NULL;
	return target + n;
}

bool
beneath_encloses(const struct beneath *root, const char *real)
{
	return inside(root, real) != NULL;
}

/* Puts the target of link `part` before what is left to walk. */
static int
walk_link(struct walk *w, const char *part)
{
	char target[BENEATH_PATH], rest[BENEATH_PATH];
	const char *to = target;
	ssize_t n = readlinkat(walk_top(w), part, target, sizeof(target) - 1);
	int len;

	if (n < 0)
		return -1;
	target[n] = '\0';
	memcpy(w->to, target, (size_t)n + 1);
	if (++w->links > MAX_LINKS)
		return walk_refuse(ELOOP);
	if (target[0] == '/') {
		to = inside(w->root, target);
		w->left = !to;
		if (!to)
			return walk_refuse(ENOENT);
		walk_up(w, 0);
	}
	len = snprintf(rest, sizeof(rest), "%s/%s", to, w->rest);
	if (len < 0 || (size_t)len >= sizeof(rest))
		return walk_refuse(ENAMETOOLONG);
	memcpy(w->rest, rest, (size_t)len + 1);
	return 0;
}

/* Takes the next part off the rest; false at the end. */
static bool
walk_part(struct walk *w, char part[BENEATH_PATH])
{
	char *p = w->rest;
	size_t n;

	while (*p == '/')
		p++;
	n = strcspn(p, "/");
	memcpy(part, p, n);
	part[n] = '\0';
	p += n;
	memmove(w->rest, p, strlen(p) + 1);
	return n > 0;
}

/* One part that is not the last file: 0 to go on, -1 with errno. */
static int
walk_step(struct walk *w, const char *part)
{
	struct stat st;
	int fd;

	if (strcmp(part, ".") == 0)
		return 0;
	if (strcmp(part, "..") == 0) {
		w->left = w->depth == 0;
		if (w->left)
			return walk_refuse(ENOENT);
		walk_up(w, w->depth - 1);
		return 0;
	}
	if (fstatat(walk_top(w), part, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	if (S_ISLNK(st.st_mode))
		return walk_link(w, part);
	if (w->depth == (int)(sizeof(w->dir) / sizeof(w->dir[0])))
		return walk_refuse(ENAMETOOLONG);
	fd = openat(walk_top(w), part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (beneath_hides(w->root, &st)) {
		close(fd);
		return walk_refuse(ENOENT);
	}
	w->dir[w->depth++] = fd;
	return 0;
}

/* True for the last part where it is a file, or not there yet. */
static bool
walk_opens_here(const struct walk *w, const char *part)
{
	struct stat st;

	if (w->rest[strspn(w->rest, "/")] || strcmp(part, "..") == 0 || strcmp(part, ".") == 0)
		return false;
	return fstatat(walk_top(w), part, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    (!S_ISLNK(st.st_mode) && !S_ISDIR(st.st_mode));
}

static int
walk_open(const struct beneath *root, const char *name, int flags, mode_t mode)
{
	struct walk w = { .root = root };
	char part[BENEATH_PATH];
	size_t len = strlen(name);
	int fd, err;

	if (len >= sizeof(w.rest))
		return walk_refuse(ENAMETOOLONG);
	memcpy(w.rest, name, len + 1);
	for (;;) {
		if (!walk_part(&w, part)) {
			fd = openat(walk_top(&w), ".", flags, mode);
			break;
		}
		if (walk_opens_here(&w, part)) {
			fd = openat(walk_top(&w), part, flags | O_NOFOLLOW, mode);
			break;
		}
		fd = walk_step(&w, part);
		if (fd < 0)
			break;
	}
	err = errno;
	walk_up(&w, 0);
	errno = err;
	return fd;
}

bool
beneath_leads_out(const struct beneath *root, const char *name, char to[BENEATH_PATH])
{
	struct walk w = { .root = root };
	char part[BENEATH_PATH];
	size_t len = strlen(name);

	if (len >= sizeof(w.rest))
		return false;
	memcpy(w.rest, name, len + 1);
	while (walk_part(&w, part) && walk_step(&w, part) == 0)
		;
	walk_up(&w, 0);
	memcpy(to, w.to, strlen(w.to) + 1);
	return w.left && w.to[0];
}

/* ---- opening ----------------------------------------------------------- */

/* RESOLVE_BENEATH says EXDEV for what leaves, and for absolute links: those
 * may lead back inside, which the walk finds out.  EAGAIN: a rename raced
 * with a "..". */
static int
open_raw(const struct beneath *root, const char *name, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (uint64_t)flags,
		.mode = flags & O_CREAT ? mode : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int fd;

	if (root->hides) /* each directory on the way is looked at */
		return walk_open(root, name, flags, mode);
	fd = (int)syscall(SYS_openat2, root->fd, name, &how, sizeof(how));
	if (fd >= 0)
		return fd;
	if (errno == ENOSYS || errno == EPERM || errno == EXDEV || errno == EAGAIN)
		return walk_open(root, name, flags, mode);
	return -1;
}

int
beneath_open(const struct beneath *root, const char *name, int flags, mode_t mode)
{
	/* openat2(2) takes no other flag beside O_PATH */
	int safe = flags & O_PATH ? O_CLOEXEC : O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	struct stat st;
	int fd;

	if (*name == '/')
		return walk_refuse(ENOENT);
	fd = open_raw(root, *name ? name : ".", flags | safe, mode);
	if (fd < 0) {
		if (errno == ENXIO) /* a FIFO without a reader, a socket */
			errno = ENOENT;
		return -1;
	}
	if (!(flags & O_PATH) && (fstat(fd, &st) < 0 || (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))) {
		close(fd);
		return walk_refuse(ENOENT);
	}
	return fd;
}

#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sanitized.h"

static int
confine_failed(const char *what, char error[CONFINE_ERROR])
{
	snprintf(error, CONFINE_ERROR, "cannot confine this process: %s: %s", what, strerror(errno));
	return -1;
}

/* ---- Landlock (kernel Documentation/userspace-api/landlock.rst) -------- */

/* The kernel's names and numbers, which are newer than the headers of many systems. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444 /* on all architectures but alpha */
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#define CREATE_RULESET_VERSION 1u
#define RULE_PATH_BENEATH 1
enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_CHAR = 1 << 6,
	FS_MAKE_DIR = 1 << 7,
	FS_MAKE_REG = 1 << 8,
	FS_MAKE_SOCK = 1 << 9,
	FS_MAKE_FIFO = 1 << 10,
	FS_MAKE_BLOCK = 1 << 11,
	FS_MAKE_SYM = 1 << 12,
	FS_ABI1 = (1 << 13) - 1, /* all of these */
	FS_REFER = 1 << 13,      /* ABI 2 */
	FS_TRUNCATE = 1 << 14,   /* ABI 3 */
	FS_IOCTL_DEV = 1 << 15   /* ABI 5 */
};
enum { NET_BIND_TCP = 1 << 0, NET_CONNECT_TCP = 1 << 1 }; /* ABI 4 */
enum { SCOPE_ABSTRACT = 1 << 0, SCOPE_SIGNAL = 1 << 1 };  /* ABI 6 */
struct path_beneath {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

#define ACCESS_READ (FS_READ_FILE | FS_READ_DIR)
#define ACCESS_WRITE (FS_WRITE_FILE | FS_MAKE_REG | FS_REMOVE_FILE | FS_TRUNCATE)
#define ACCESS_TREE (FS_MAKE_DIR | FS_MAKE_SYM | FS_REMOVE_DIR | FS_REFER)
#define ACCESS_FILE (FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

/* struct landlock_ruleset_attr as of ABI 6; older kernels take its beginning. */
struct handled {
	uint64_t fs, net, scoped;
};

static size_t
handled_size(int abi)
{
	return abi >= 6 ? sizeof(struct handled) : abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

/* What this kernel can rule; without ABI 2's REFER, renames across directories are
 * always refused. */
static struct handled
handled_by(int abi, bool connections)
{
	struct handled h = { .fs = FS_ABI1 };

	if (abi >= 2)
		h.fs |= FS_REFER;
	if (abi >= 3)
		h.fs |= FS_TRUNCATE;
	if (abi >= 4)
		h.net = connections ? 0 : NET_BIND_TCP | NET_CONNECT_TCP;
	if (abi >= 5)
		h.fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		h.scoped = SCOPE_ABSTRACT | SCOPE_SIGNAL;
	return h;
}

static int
add_rule(int ruleset, const struct confine_path *path, uint64_t rights)
{
	struct path_beneath rule = { .parent_fd = path->fd, .allowed_access = ACCESS_READ };
	struct stat st;

	if (fstat(path->fd, &st) < 0)
		return -1;
	if (path->write)
		rule.allowed_access |= ACCESS_WRITE;
	if (path->tree)
		rule.allowed_access |= ACCESS_TREE;
	if (path->parent)
		rule.allowed_access = FS_REMOVE_DIR;
	if (!S_ISDIR(st.st_mode))
		rule.allowed_access &= ACCESS_FILE;
	rule.allowed_access &= rights;
	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0)
		return 0;
	return errno == EBADFD ? 0 : -1; /* a pipe: never ruled */
}

static bool
is_everything(int fd)
{
	struct stat st, root;

	return fstat(fd, &st) == 0 && stat("/", &root) == 0 && st.st_dev == root.st_dev && st.st_ino == root.st_ino;
}

/* An entry that is not there cannot be ruled, and stays out of reach. */
static int
add_path(int ruleset, const struct confine_path *path, uint64_t rights)
{
	struct confine_path entry = *path;
	int rc;

	if (!path->name || !is_everything(path->fd))
		return add_rule(ruleset, path, rights);
	entry.fd = openat(path->fd, path->name, O_PATH | O_CLOEXEC);
	if (entry.fd < 0)
		return errno == ENOENT ? 0 : -1;
	rc = add_rule(ruleset, &entry, rights);
	close(entry.fd);
	return rc;
}

/* The leak checker of a test build reads /proc when we end. */
static void
add_proc(int ruleset, uint64_t rights)
{
	struct confine_path proc = { .fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC) };

	if (proc.fd < 0)
		return;
	add_path(ruleset, &proc, rights);
	close(proc.fd);
}

static int
enter_landlock(const struct confine *c, int abi, char error[CONFINE_ERROR])
{
	struct handled handled = handled_by(abi, c->connections);
	int ruleset, rc;

	if (SANITIZED)
		handled.scoped = 0;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, handled_size(abi), 0);
	if (ruleset < 0)
		return confine_failed("landlock_create_ruleset", error);
	for (size_t i = 0; i < c->n; i++)
		if (add_path(ruleset, &c->path[i], handled.fs) < 0) {
			close(ruleset);
			return confine_failed("landlock_add_rule", error);
		}
	if (SANITIZED)
		add_proc(ruleset, handled.fs);
	rc = (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
	close(ruleset);
	return rc < 0 ? confine_failed("landlock_restrict_self", error) : 0;
}

/* ---- chroot ------------------------------------------------------------ */

/* A directory that is deleted already: nobody puts anything into it. */
static int
empty_directory(void)
{
	static const char *const where[] = { "/run/pxe-tools.XXXXXX", "/tmp/pxe-tools.XXXXXX" };
	char name[32];
	int fd = -1;

	for (size_t i = 0; i < sizeof(where) / sizeof(where[0]) && fd < 0; i++) {
		snprintf(name, sizeof(name), "%s", where[i]);
		if (!mkdtemp(name))
			continue;
		fd = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		rmdir(name);
	}
	return fd;
}

static int
enter_root(int fd)
{
	return fchdir(fd) < 0 || chroot(".") < 0 || chdir("/") < 0 ? -1 : 0;
}

/* Where the root of a container may not, all is as for an ordinary user. */
static int
enter_chroot(const struct confine *c, enum confine_fence *fence, char error[CONFINE_ERROR])
{
	int fd = c->root >= 0 ? c->root : empty_directory(), rc, saved;

	if (fd < 0)
		return confine_failed("an empty directory", error);
	rc = enter_root(fd);
	saved = errno;
	if (fd != c->root)
		close(fd);
	errno = saved;
	if (rc == 0)
		*fence = CONFINE_CHROOT;
	return rc == 0 || errno == EPERM ? 0 : confine_failed("chroot", error);
}

int
confine_enter(const struct confine *c, enum confine_fence *fence, char error[CONFINE_ERROR])
{
	int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

	*fence = CONFINE_NONE;
	/* The kernel itself never says EPERM here: that is the filter of a container
	 * whose manager does not know these calls (systemd-nspawn, older Docker). */
	if (abi < 0 && errno != ENOSYS && errno != EOPNOTSUPP && errno != EPERM)
		return confine_failed("landlock", error);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) < 0)
		return confine_failed("PR_SET_NO_NEW_PRIVS", error);
	if (abi < 0)
		return geteuid() == 0 && !SANITIZED && c->root != CONFINE_NO_CHROOT ? enter_chroot(c, fence, error) : 0;
	if (enter_landlock(c, abi, error) < 0)
		return -1;
	*fence = CONFINE_LANDLOCK;
	return 0;
}

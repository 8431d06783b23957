#include "rights.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asuser.h"
#include "confine.h"
#include "destdir.h"
#include "log.h"
#include "path.h"
#include "priv.h"
#include "sandbox.h"
#include "transfer.h"

#define PATHS 64

/* As the caller: root writes into other users' directories, too. */
#define CAPS (UINT64_C(1) << CAP_DAC_OVERRIDE | UINT64_C(1) << CAP_DAC_READ_SEARCH | UINT64_C(1) << CAP_FOWNER)
#define LOCAL_CALLS (SANDBOX_CREATE | SANDBOX_THREADS | SANDBOX_LIBRARIES)
#define URL_CALLS (LOCAL_CALLS | SANDBOX_DATAGRAM | SANDBOX_STREAM | SANDBOX_CONNECT | SANDBOX_NETLINK)

/* Whether libarchive is needed shows when the image is read; and it asks for character
 * sets, which are libraries of libc's. */
static const char *const always[] = { "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/local/lib64",
	"/etc/ld.so.cache", "/etc/ld-musl-x86_64.path", "/etc/ld-musl-aarch64.path", "/etc/ld-musl-armhf.path",
	"/usr/share/locale", "/dev/null" };
/* Names, services and certificates. */
static const char *const for_urls[] = { "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf",
	"/etc/gai.conf", "/etc/services", "/etc/protocols", "/etc/localtime", "/etc/ssl", "/etc/pki",
	"/etc/ca-certificates", "/etc/crypto-policies", "/etc/gnutls", "/usr/share", "/usr/local/share/ca-certificates",
	"/run/systemd/resolve", "/run/nscd", "/var/run/nscd", "/run/resolvconf", "/proc/sys/crypto", "/dev/urandom" };
static const char *const for_urls_env[] = { "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF" };

struct paths {
	struct confine_path at[PATHS];
	size_t n;
};

/* The descriptor is closed in the end; -1: there is no such path. */
static struct confine_path *
add_open(struct paths *p, int fd)
{
	if (fd < 0)
		return NULL;
	if (p->n == PATHS) {
		close(fd);
		return NULL;
	}
	p->at[p->n] = (struct confine_path){ .fd = fd };
	return &p->at[p->n++];
}

static struct confine_path *
add(struct paths *p, const char *path)
{
	return path && *path ? add_open(p, open(path, O_PATH | O_CLOEXEC)) : NULL;
}

static void
add_library_path(struct paths *p)
{
	const char *at = getenv("LD_LIBRARY_PATH");
	char dir[PATH_SIZE];

	while (at && *at) {
		const size_t n = strcspn(at, ":");

		if (n > 0 && (size_t)snprintf(dir, sizeof(dir), "%.*s", (int)n, at) < sizeof(dir))
			add(p, dir);
		at += n + (at[n] == ':');
	}
}

static void
add_for_urls(struct paths *p)
{
	const char *home = getenv("HOME");
	char netrc[PATH_SIZE];

	for (size_t i = 0; i < sizeof(for_urls) / sizeof(for_urls[0]); i++)
		add(p, for_urls[i]);
	for (size_t i = 0; i < sizeof(for_urls_env) / sizeof(for_urls_env[0]); i++)
		add(p, getenv(for_urls_env[i]));
	if (home && (size_t)snprintf(netrc, sizeof(netrc), "%s/.netrc", home) < sizeof(netrc))
		add(p, netrc);
}

/* Without /proc, or once all numbers are taken, it is opened by its name again. */
static void
rights_give(int fd, char path[RIGHTS_PATH])
{
	const int kept = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	if (kept < 0)
		return;
	snprintf(path, RIGHTS_PATH, "/proc/self/fd/%d", kept);
	if (access(path, F_OK) == 0)
		return;
	close(kept);
	path[0] = '\0';
}

/* Where another user's link leads, which that user could not. */
static bool
led_astray(const char *path, char error[RIGHTS_ERROR])
{
	snprintf(
	    error, RIGHTS_ERROR, "cannot use %s: a link of another user's leads there, who is not permitted to", path);
	return false;
}

/* A pipe is not opened twice, lest its writer think us gone. */
static int
source_errand(void *context, int dir, const char *name, int nofollow)
{
	const int flags = O_CLOEXEC | nofollow, plain = openat(dir, name, O_PATH | flags);
	int *fd = context;
	struct stat st;

	*fd = plain;
	if (plain < 0 || fstat(plain, &st) < 0 || !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
		return plain < 0 ? -1 : 0;
	*fd = openat(dir, name, O_RDONLY | O_NONBLOCK | flags);
	close(plain);
	return *fd < 0 ? -1 : 0;
}

/* What else keeps it from being opened is said when it is to be read. */
static bool
add_source(struct paths *p, const char *source, struct rights_given *given, char error[RIGHTS_ERROR])
{
	const struct confine_path *at;
	int fd;

	if (strcmp(source, "-") == 0)
		return true;
	if (asuser_follow(source, source_errand, &fd) == 0) {
		at = add_open(p, fd);
		if (at)
			rights_give(at->fd, given->source);
	} else if (errno == EACCES && access(source, R_OK) == 0) {
		return led_astray(source, error);
	}
	return true;
}

static bool
no_dir(const char *dir, char error[RIGHTS_ERROR])
{
	if (errno == EACCES)
		return led_astray(dir, error);
	snprintf(error, RIGHTS_ERROR, "cannot write into %s: %s", dir, strerror(errno));
	return false;
}

/* Where it was missing, an empty one is removed in the end. */
static bool
add_dir(struct paths *p, const char *dir, struct rights_given *given, char error[RIGHTS_ERROR])
{
	struct confine_path *at;
	char parent[PATH_SIZE];
	size_t n = strlen(dir);

	if (access(dir, F_OK) < 0) {
		given->made = destdir_make(dir) == 0;
		if (!given->made && geteuid() == 0)
			return no_dir(dir, error);
	}
	at = add_open(p, destdir_look(dir));
	if (at) {
		at->write = at->tree = true;
		rights_give(at->fd, given->dir);
	} else if (geteuid() == 0) {
		return no_dir(dir, error);
	}
	if (!given->made || n >= sizeof(parent) - 4)
		return true;
	memcpy(parent, dir, n);
	memcpy(parent + n, "/..", 4);
	at = add(p, parent);
	if (at)
		at->parent = true;
	return true;
}

bool
rights_drop(const struct rights_want *w, struct rights_given *given, char error[RIGHTS_ERROR])
{
	struct paths p = { .n = 0 };
	struct confine limits = { .path = p.at, .root = CONFINE_NO_CHROOT, .connections = w->url };
	enum confine_fence fence;
	struct confine_path *spool;
	const char *off;
	bool fine;

	*given = (struct rights_given){ .made = false };
	if (w->url && !transfer_prepare(error))
		return false;
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		add(&p, always[i]);
	add_library_path(&p);
	if (w->url)
		add_for_urls(&p);
	spool = add(&p, w->spool);
	if (spool)
		spool->write = true;
	fine = (w->url || add_source(&p, w->source, given, error)) && (!w->dir || add_dir(&p, w->dir, given, error));
	limits.n = p.n;
	fine = fine && confine_enter(&limits, &fence, error) == 0 && priv_keep(CAPS, error) == 0 &&
	    sandbox_enter(w->url ? URL_CALLS : LOCAL_CALLS, &off, error) == 0;
	for (size_t i = 0; i < p.n; i++)
		close(p.at[i].fd);
	if (fine && off)
		log_debug("system calls are not filtered: %s", off);
	return fine;
}

#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define WAIT_S 10 /* for a busy daemon */

void
control_init(struct control *c)
{
	*c = (struct control){ .fd = -1, .dir = -1 };
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		c->conn[i] = -1;
}

/* A name without directory: the whole path may be longer than the address holds. */
static int
control_address(struct sockaddr_un *a, const char *lease_file)
{
	int n;

	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = snprintf(a->sun_path, sizeof(a->sun_path), "%s" CONTROL, lease_file);
	if (n >= 0 && (size_t)n < sizeof(a->sun_path))
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

static int
bind_in(int dir, int fd, const struct sockaddr_un *a)
{
	int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC), rc = -1, saved;
	mode_t mask = umask(0177);

	if (here >= 0 && fchdir(dir) == 0) {
		rc = bind(fd, (const struct sockaddr *)a, sizeof(*a));
		saved = errno;
		if (fchdir(here) < 0)
			rc = -1;
		else
			errno = saved;
	}
	saved = errno;
	umask(mask);
	if (here >= 0)
		close(here);
	errno = saved;
	return rc;
}

int
control_open(struct control *c, int dir, const char *lease_file)
{
	struct sockaddr_un a;
	struct stat st;
	int saved;

	if (control_address(&a, lease_file) < 0)
		return -1;
	c->dir = dir;
	snprintf(c->name, sizeof(c->name), "%s", a.sun_path);
	if (fstatat(dir, c->name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(st.st_mode) &&
	    unlinkat(dir, c->name, 0) < 0)
		return -1;
	c->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd >= 0 && bind_in(dir, c->fd, &a) == 0 && listen(c->fd, CONTROL_CLIENTS) == 0)
		return 0;
	saved = errno;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	errno = saved;
	return -1;
}

int
control_accept(struct control *c)
{
	int fd = accept4(c->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	for (size_t i = 0; fd >= 0 && i < CONTROL_CLIENTS; i++)
		if (c->conn[i] < 0)
			return c->conn[i] = fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

bool
control_has(const struct control *c, int fd)
{
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		if (c->conn[i] == fd)
			return fd >= 0;
	return false;
}

bool
control_word(struct control *c, int fd, char word[CONTROL_WORD])
{
	ssize_t n = recv(fd, word, CONTROL_WORD - 1, MSG_DONTWAIT);

	if (n > 0) {
		word[n] = '\0';
		return true;
	}
	if (n == 0 || errno != EAGAIN) {
		close(fd);
		for (size_t i = 0; i < CONTROL_CLIENTS; i++)
			if (c->conn[i] == fd)
				c->conn[i] = -1;
	}
	return false;
}

void
control_close(struct control *c)
{
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		if (c->conn[i] >= 0)
			close(c->conn[i]);
	if (c->fd >= 0) {
		unlinkat(c->dir, c->name, 0);
		close(c->fd);
	}
	control_init(c);
}

/* ---- the other end ----------------------------------------------------- */

int
control_connect(const char *leases)
{
	const char *slash = strrchr(leases, '/');
	char *dir = slash ? strndup(leases, slash == leases ? 1 : (size_t)(slash - leases)) : strdup(".");
	const struct timeval wait = { .tv_sec = WAIT_S };
	struct sockaddr_un a;
	int fd = -1, rc = dir && control_address(&a, slash ? slash + 1 : leases) == 0 ? chdir(dir) : -1, saved;

	free(dir);
	if (rc == 0)
		fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) == 0 &&
	    connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	saved = errno;
	if (fd >= 0)
		close(fd);
	errno = saved;
	return -1;
}

long
control_ask(int fd, const char *word, char reply[CONTROL_REPLY])
{
	ssize_t n = send(fd, word, strlen(word), MSG_NOSIGNAL);

	if (n >= 0)
		n = recv(fd, reply, CONTROL_REPLY - 1, 0);
	if (n == 0) {
		errno = ECONNRESET;
		return -1;
	}
	if (n > 0)
		reply[n] = '\0';
	return (long)n;
}

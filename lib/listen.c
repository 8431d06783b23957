#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "num.h"

#define BACKLOG 4096 /* the kernel cuts it to net.core.somaxconn */

static int
get_option(int fd, int name)
{
	int value;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, name, &value, &len) < 0 ? -1 : value;
}

/* An inherited socket is shared with who gave it: O_NONBLOCK on it is what
 * every program started this way sets. */
static int
take(int fd, int type, char error[LISTEN_ERROR])
{
	int flags = fcntl(fd, F_GETFL), have = get_option(fd, SO_TYPE);

	if (have < 0) {
		snprintf(error, LISTEN_ERROR, "descriptor %d handed over is no socket: %s", fd, strerror(errno));
		return -1;
	}
	if (have != type) {
		snprintf(error, LISTEN_ERROR, "the socket handed over on descriptor %d is a %s one; a %s is needed", fd,
		    have == SOCK_STREAM ? "stream" : "datagram",
		    type == SOCK_STREAM ? "stream (ListenStream=, socket_type = stream)" :
		                          "datagram (ListenDatagram=, socket_type = dgram)");
		errno = EINVAL;
		return -1;
	}
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
		snprintf(error, LISTEN_ERROR, "cannot set up the socket on descriptor %d: %s", fd, strerror(errno));
		return -1;
	}
	return 0;
}

size_t
listen_handed_over(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	uint64_t who, n = 0;

	if (!pid || !fds || !num_uint(pid, 1, INT32_MAX, &who) || who != (uint64_t)getpid() ||
	    !num_uint(fds, 1, LISTEN_MAX, &n))
		return 0;
	return n;
}

/* They are not for our children. */
static size_t
systemd_count(void)
{
	size_t n = listen_handed_over();

	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return n;
}

/* ssh and many programs give their children a UNIX socket as standard input,
 * which is not meant to be served: it counts only where nothing speaks
 * against it. */
static bool
is_for_us(int fd, int type, bool unix_too)
{
	int have = get_option(fd, SO_TYPE);

	if (have >= 0 && get_option(fd, SO_DOMAIN) == AF_UNIX)
		return unix_too && have == type;
	return have >= 0;
}

/* Accept=yes and inetd's nowait give a stream that is one client; one beside
 * others could only be waited for in vain, with all of the processor. */
static int
find_client(struct listen_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		if (get_option(set->fd[i], SO_ACCEPTCONN) != 0)
			continue;
		set->connected = true;
		if (set->n == 1)
			return 0;
		snprintf(set->error, LISTEN_ERROR,
		    "the socket handed over on descriptor %d is one client's connection; "
		    "beside others only listening ones can be served",
		    set->fd[i]);
		errno = EINVAL;
		return -1;
	}
	return 0;
}

static int
inherit(int type, bool unix_too, struct listen_set *set)
{
	size_t n = systemd_count();

	*set = (struct listen_set){ .from = LISTEN_SYSTEMD };
	for (size_t i = 0; i < n; i++) {
		set->fd[i] = LISTEN_FIRST_FD + (int)i;
		if (take(set->fd[i], type, set->error) < 0)
			return -1;
		set->n++;
	}
	if (set->n == 0 && is_for_us(0, type, unix_too)) {
		set->from = LISTEN_INETD;
		if (take(0, type, set->error) < 0)
			return -1;
		set->n = 1;
	}
	return type == SOCK_STREAM ? find_client(set) : 0;
}

int
listen_inherited(int type, struct listen_set *set)
{
	return inherit(type, true, set);
}

struct place {
	char host[LISTEN_TEXT], port[8];
};

/* "[::1]:69", "10.0.0.1:69", ":69", "10.0.0.1" into host and port text. */
static bool
split(const char *where, unsigned default_port, struct place *out)
{
	const char *start = where, *end, *rest;
	uint64_t number;

	if (*where == '[') {
		start = where + 1;
		end = strchr(start, ']');
		if (!end)
			return false;
		rest = end + 1;
	} else {
		end = strrchr(where, ':');
		if (!end || strchr(where, ':') != end) /* no port, or a bare IPv6 address */
			end = where + strlen(where);
		rest = end;
	}
	if ((size_t)(end - start) >= LISTEN_TEXT)
		return false;
	memcpy(out->host, start, (size_t)(end - start));
	out->host[end - start] = '\0';
	if (*rest == '\0') {
		snprintf(out->port, sizeof(out->port), "%u", default_port);
		return *where != '\0';
	}
	if (*rest != ':' || !num_uint(rest + 1, 1, 65535, &number))
		return false;
	snprintf(out->port, sizeof(out->port), "%u", (unsigned)number);
	return true;
}

static void
say_bind_error(const char *where, const char *port, int err, char error[LISTEN_ERROR])
{
	if (err == EADDRINUSE)
		snprintf(error, LISTEN_ERROR,
		    "cannot listen on %s: port %s is in use by another program; "
		    "'ss -lnp' shows which, stop it or give another port",
		    where, port);
	else if (err == EACCES)
		snprintf(error, LISTEN_ERROR,
		    "cannot listen on %s: ports below 1024 need root, "
		    "a socket handed over (systemd, xinetd), or another port",
		    where);
	else if (err == EADDRNOTAVAIL)
		snprintf(
		    error, LISTEN_ERROR, "cannot listen on %s: no interface of this machine has that address", where);
	else
		snprintf(error, LISTEN_ERROR, "cannot listen on %s: %s", where, strerror(err));
}

/* -1 with errno. */
static int
bind_one(int type, const struct addrinfo *ai, bool both)
{
	int fd = socket(ai->ai_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, v6only = !both, err;

	if (fd < 0)
		return -1;
	if (type == SOCK_STREAM)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof(v6only));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && (type != SOCK_STREAM || listen(fd, BACKLOG) == 0))
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

/* Not one of the old forms of IPv4 addresses, which getaddrinfo takes: 1.2 for
 * 1.0.0.2, 0x45 and 69 for 0.0.0.69. */
static bool
plain(const char *host)
{
	struct in_addr in;

	return host[0] == '\0' || strchr(host, ':') || inet_pton(AF_INET, host, &in) == 1;
}

/* The address that `where` is; NULL, a sentence and EINVAL when it is none. */
static struct addrinfo *
find_address(int type, const char *where, unsigned default_port, struct place *place, char error[LISTEN_ERROR])
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = type };
	struct addrinfo *ai;
	uint64_t port;

	errno = EINVAL;
	if (num_uint(where, 1, 65535, &port)) {
		snprintf(error, LISTEN_ERROR, "\"%s\" is no ADDR:PORT; a port alone is written :%s", where, where);
		return NULL;
	}
	if (!split(where, default_port, place) || num_uint(where, 0, UINT64_MAX, &port)) {
		snprintf(error, LISTEN_ERROR, "\"%s\" is no ADDR:PORT; write :%u, 10.0.0.1:%u or [::1]:%u", where,
		    default_port, default_port, default_port);
		return NULL;
	}
	hints.ai_family = place->host[0] ? AF_UNSPEC : AF_INET6;
	if (plain(place->host) && getaddrinfo(place->host[0] ? place->host : NULL, place->port, &hints, &ai) == 0)
		return ai;
	snprintf(error, LISTEN_ERROR, "\"%s\" is no IP address of this machine; names are not looked up", place->host);
	errno = EINVAL;
	return NULL;
}

int
listen_check(int type, const char *where, unsigned default_port, char error[LISTEN_ERROR])
{
	struct place place;
	struct addrinfo *ai = find_address(type, where, default_port, &place, error);

	if (!ai)
		return -1;
	freeaddrinfo(ai);
	return 0;
}

int
listen_bind(int type, const char *where, unsigned default_port, char error[LISTEN_ERROR])
{
	struct place place;
	struct addrinfo *ai = find_address(type, where, default_port, &place, error);
	int fd;

	if (!ai)
		return -1;
	fd = bind_one(type, ai, !place.host[0]);
	if (fd < 0 && !place.host[0] && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
		struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
			.ai_socktype = type,
			.ai_family = AF_INET };

		freeaddrinfo(ai);
		if (getaddrinfo(NULL, place.port, &hints, &ai) != 0) {
			snprintf(error, LISTEN_ERROR, "cannot listen on %s: no IPv4 and no IPv6 here", where);
			return -1;
		}
		fd = bind_one(type, ai, false);
	}
	if (fd < 0)
		say_bind_error(where, place.port, errno, error);
	freeaddrinfo(ai);
	return fd;
}

int
listen_open(int type, const char *const *where, size_t n, unsigned default_port, struct listen_set *set)
{
	char any[16];
	const char *only[1] = { any };

	if (inherit(type, n == 0, set) < 0)
		return -1;
	if (set->n > 0 && n > 0) {
		snprintf(set->error, LISTEN_ERROR, "sockets were handed over (%s) and -l was given: one of the two",
		    set->from == LISTEN_SYSTEMD ? "LISTEN_FDS" : "fd 0");
		errno = EINVAL;
		return -1;
	}
	if (set->n > 0)
		return 0;
	if (n > LISTEN_MAX) {
		snprintf(set->error, LISTEN_ERROR, "more than %d -l", LISTEN_MAX);
		errno = EINVAL;
		return -1;
	}
	if (n == 0) {
		snprintf(any, sizeof(any), ":%u", default_port);
		where = only;
		n = 1;
	}
	set->from = LISTEN_BOUND;
	for (size_t i = 0; i < n; i++) {
		set->fd[i] = listen_bind(type, where[i], default_port, set->error);
		if (set->fd[i] < 0)
			return -1;
		set->n++;
	}
	return 0;
}

const char *
listen_text(const struct sockaddr *sa, char out[LISTEN_TEXT])
{
	char host[INET6_ADDRSTRLEN];
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof(in));
		inet_ntop(AF_INET, &in.sin_addr, host, sizeof(host));
		snprintf(out, LISTEN_TEXT, "%s:%u", host, ntohs(in.sin_port));
	} else if (sa->sa_family == AF_INET6) {
		memcpy(&in6, sa, sizeof(in6));
		if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
			inet_ntop(AF_INET, &in6.sin6_addr.s6_addr[12], host, sizeof(host));
			snprintf(out, LISTEN_TEXT, "%s:%u", host, ntohs(in6.sin6_port));
		} else {
			inet_ntop(AF_INET6, &in6.sin6_addr, host, sizeof(host));
			snprintf(out, LISTEN_TEXT, "[%s]:%u", host, ntohs(in6.sin6_port));
		}
	} else {
		snprintf(out, LISTEN_TEXT, "?");
	}
	return out;
}

const char *
listen_name(int fd, char out[LISTEN_TEXT])
{
	struct sockaddr_storage ss = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(ss);

	getsockname(fd, (struct sockaddr *)&ss, &len);
	return listen_text((struct sockaddr *)&ss, out);
}

/* ---- the service manager ----------------------------------------------- */

static int notify_fd = -1;

/* sd_notify(3) without libsystemd: datagrams to a UNIX socket, abstract when
 * the name begins with '@'. */
void
listen_notify_open(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;

	if (notify_fd >= 0 || len < 2 || len >= sizeof(un.sun_path) || (*path != '/' && *path != '@'))
		return;
	memcpy(un.sun_path, path, len);
	if (*path == '@')
		un.sun_path[0] = '\0';
	notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (notify_fd < 0 ||
	    connect(notify_fd, (struct sockaddr *)&un, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) == 0)
		return;
	close(notify_fd);
	notify_fd = -1;
}

static void
notify(const char *state)
{
	listen_notify_open();
	if (notify_fd >= 0)
		send(notify_fd, state, strlen(state), MSG_NOSIGNAL);
}

void
listen_notify_ready(void)
{
	notify("READY=1");
}

void
listen_notify_stopping(unsigned within_s)
{
	char text[64] = "STOPPING=1";

	if (within_s)
		snprintf(text, sizeof(text), "STOPPING=1\nEXTEND_TIMEOUT_USEC=%u000000", within_s);
	notify(text);
}

/* Sockets: bound here, handed over by systemd or on fd 0, and their names. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

#include "listen.h"

#define FIRST_FD 3

static char error[LISTEN_ERROR];

static void
as_systemd(const char *n, long pid)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", pid);
	setenv("LISTEN_FDS", n, 1);
	setenv("LISTEN_PID", text, 1);
	setenv("LISTEN_FDNAMES", "x", 1);
}

static void
addresses_are_bound(void)
{
	static const char *const good[] = { "127.0.0.1:22901", "[::1]:22901", "127.0.0.2" };
	static const char *const want[] = { "127.0.0.1:22901", "[::1]:22901", "127.0.0.2:22902" };
	char text[LISTEN_TEXT];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		int fd = listen_bind(SOCK_DGRAM, good[i], 22902, error);

		if (fd < 0 && strstr(good[i], "::") && errno != EADDRINUSE)
			continue; /* a machine without IPv6 */
		CHECK(fd >= 0);
		CHECK_STR(listen_name(fd, text), want[i]);
		CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
		close(fd);
	}
}

static void
a_port_alone_is_both_families(void)
{
	int fd = listen_bind(SOCK_DGRAM, ":22903", 69, error), client = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(22903), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	char c = 0;

	CHECK(fd >= 0);
	CHECK_INT(sendto(client, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)), 1);
	CHECK_INT(recv(fd, &c, 1, 0), 1);
	CHECK_INT(c, 'x');
	close(client);
	close(fd);
}

static void
mistakes_get_a_sentence(void)
{
	int fd = listen_bind(SOCK_STREAM, "127.0.0.1:22904", 80, error);

	CHECK(fd >= 0);
	CHECK_INT(listen_bind(SOCK_STREAM, "127.0.0.1:22904", 80, error), -1);
	CHECK(strstr(error, "in use") && strstr(error, "22904"));
	CHECK_INT(listen_bind(SOCK_STREAM, "192.0.2.1:22904", 80, error), -1);
	CHECK(strstr(error, "no interface") != NULL);
	CHECK_INT(listen_bind(SOCK_STREAM, "127.0.0.1:0", 80, error), -1);
	CHECK_INT(listen_bind(SOCK_STREAM, "127.0.0.1:65536", 80, error), -1);
	CHECK_INT(listen_bind(SOCK_STREAM, "127.0.0.1:69x", 80, error), -1);
	CHECK_INT(listen_check(SOCK_STREAM, "69", 80, error), -1);
	CHECK(strstr(error, "a port alone is written :69"));
	CHECK_INT(listen_check(SOCK_STREAM, "69999", 80, error), -1);
	CHECK(strstr(error, "write :80") && !strstr(error, ":69999"));
	CHECK_INT(listen_check(SOCK_STREAM, "1:69", 80, error), -1);
	CHECK(strstr(error, "\"1\" is no IP address"));
	CHECK_INT(listen_bind(SOCK_STREAM, "[::1", 80, error), -1);
	CHECK_INT(listen_bind(SOCK_STREAM, "", 80, error), -1);
	CHECK_INT(listen_bind(SOCK_STREAM, "localhost:22904", 80, error), -1);
	CHECK(strstr(error, "not looked up") != NULL);
	close(fd);
}

static void
checked_without_binding(void)
{
	static const char *const good[] = { ":80", "127.0.0.1:22904", "192.0.2.1", "[::1]:80", "::1" };
	static const char *const bad[] = { "", "127.0.0.1:0", "127.0.0.1:http", "localhost:80", "[::1", "0", "1.2",
		"1.2.3:80", "0x45", "010.0.0.1", "*:80" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK_INT(listen_check(SOCK_STREAM, good[i], 80, error), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_INT(listen_check(SOCK_STREAM, bad[i], 80, error), -1);
		CHECK_INT(errno, EINVAL);
	}
}

static void
systemd_hands_over(void)
{
	struct listen_set set;
	int fd = listen_bind(SOCK_DGRAM, "127.0.0.1:22905", 69, error);
	const char *const where[] = { ":22906" };

	CHECK_INT(dup2(fd, FIRST_FD), FIRST_FD);
	as_systemd("1", getpid());
	CHECK_INT(listen_open(SOCK_DGRAM, NULL, 0, 69, &set), 0);
	CHECK_INT(set.n, 1);
	CHECK_INT(set.from, LISTEN_SYSTEMD);
	CHECK_INT(set.fd[0], FIRST_FD);
	CHECK(fcntl(FIRST_FD, F_GETFD) & FD_CLOEXEC);
	CHECK(!getenv("LISTEN_FDS") && !getenv("LISTEN_PID") && !getenv("LISTEN_FDNAMES"));
	as_systemd("1", getpid());
	CHECK_INT(listen_open(SOCK_DGRAM, where, 1, 69, &set), -1);
	CHECK_INT(errno, EINVAL);
	CHECK(strstr(set.error, "LISTEN_FDS") != NULL);
	as_systemd("1", getpid());
	errno = 0;
	CHECK_INT(listen_open(SOCK_STREAM, NULL, 0, 69, &set), -1);
	CHECK_INT(errno, EINVAL);
	CHECK(strstr(set.error, "ListenStream=") != NULL);
	/* meant for another process */
	as_systemd("1", (long)getpid() + 1);
	CHECK_INT(listen_inherited(SOCK_DGRAM, &set), 0);
	CHECK_INT(set.n, 0);
	if (fd != FIRST_FD)
		close(FIRST_FD);
	close(fd);
}

static void
a_client_comes_alone(void)
{
	struct listen_set set;
	int fd = listen_bind(SOCK_STREAM, "127.0.0.1:22909", 80, error), pair[2];

	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CHECK_INT(dup2(pair[0], FIRST_FD + 10), FIRST_FD + 10);
	CHECK_INT(dup2(fd, FIRST_FD + 11), FIRST_FD + 11);
	CHECK_INT(dup2(FIRST_FD + 11, FIRST_FD), FIRST_FD);
	CHECK_INT(dup2(FIRST_FD + 10, FIRST_FD + 1), FIRST_FD + 1);
	as_systemd("2", getpid());
	CHECK_INT(listen_open(SOCK_STREAM, NULL, 0, 80, &set), -1);
	CHECK_INT(errno, EINVAL);
	CHECK(strstr(set.error, "one client's connection") != NULL);
	for (fd = FIRST_FD; fd < FIRST_FD + 12; fd++)
		close(fd);
}

static void
inetd_hands_over(void)
{
	struct listen_set set;
	int fd = listen_bind(SOCK_DGRAM, "127.0.0.1:22907", 69, error), pair[2];
	const char *const where[] = { "127.0.0.1:22908" };

	CHECK_INT(dup2(fd, 0), 0);
	CHECK_INT(listen_inherited(SOCK_DGRAM, &set), 0);
	CHECK_INT(set.n, 1);
	CHECK_INT(set.from, LISTEN_INETD);
	CHECK_INT(set.fd[0], 0);
	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CHECK_INT(dup2(pair[0], 0), 0);
	CHECK_INT(listen_inherited(SOCK_STREAM, &set), 0);
	CHECK(set.connected);
	/* as ssh and others start programs: their standard input is no client
	 * when something else was asked for */
	CHECK_INT(listen_open(SOCK_STREAM, where, 1, 80, &set), 0);
	CHECK_INT(set.from, LISTEN_BOUND);
	close(set.fd[0]);
	CHECK_INT(listen_inherited(SOCK_DGRAM, &set), 0);
	CHECK_INT(set.n, 0);
	CHECK_INT(dup2(open("/dev/null", O_RDONLY), 0), 0);
	CHECK_INT(listen_inherited(SOCK_STREAM, &set), 0);
	CHECK_INT(set.n, 0);
	close(fd);
	close(pair[0]);
	close(pair[1]);
}

static void
names_of_addresses(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(69), .sin_addr.s_addr = htonl(0x0a000001) };
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(2070), .sin6_addr = IN6ADDR_LOOPBACK_INIT
	};
	char text[LISTEN_TEXT];

	CHECK_STR(listen_text((struct sockaddr *)&in, text), "10.0.0.1:69");
	CHECK_STR(listen_text((struct sockaddr *)&in6, text), "[::1]:2070");
	memset(&in6.sin6_addr, 0, 16);
	in6.sin6_addr.s6_addr[10] = in6.sin6_addr.s6_addr[11] = 0xff;
	in6.sin6_addr.s6_addr[12] = 10;
	CHECK_STR(listen_text((struct sockaddr *)&in6, text), "10.0.0.0:2070");
}

static void
the_service_manager_is_told(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	socklen_t len =
	    sizeof(sa_family_t) + 1 + (socklen_t)snprintf(un.sun_path + 1, 64, "t_listen-%ld", (long)getpid());
	char name[128], got[64] = "";

	CHECK_INT(bind(fd, (struct sockaddr *)&un, len), 0);
	snprintf(name, sizeof(name), "@%s", un.sun_path + 1);
	setenv("NOTIFY_SOCKET", name, 1);
	listen_notify_ready();
	CHECK_INT(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT), 7);
	CHECK_STR(got, "READY=1");
	unsetenv("NOTIFY_SOCKET");
	memset(got, 0, sizeof(got));
	listen_notify_stopping(0); /* its socket was made before the daemon lost the right to */
	CHECK_INT(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT), 10);
	CHECK_STR(got, "STOPPING=1");
	listen_notify_stopping(61);
	CHECK_INT(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT), 39);
	CHECK_STR(got, "STOPPING=1\nEXTEND_TIMEOUT_USEC=61000000");
	close(fd);
}

int
main(void)
{
	RUN(addresses_are_bound);
	RUN(a_port_alone_is_both_families);
	RUN(mistakes_get_a_sentence);
	RUN(checked_without_binding);
	RUN(systemd_hands_over);
	RUN(a_client_comes_alone);
	RUN(inetd_hands_over);
	RUN(names_of_addresses);
	RUN(the_service_manager_is_told);
	return TEST_EXIT();
}

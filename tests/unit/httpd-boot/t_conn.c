/* Turns: a connection whose socket takes whatever it is given lets the others
 * in all the same, and goes on where it was; one that is to end does. */
#include "conn.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#define LARGE (16 << 20)
#define TURN (3 << 20) /* more than one turn may send */

static char tmpdir[] = "/tmp/t_conn.XXXXXX";
static struct docroot docroot;
static struct accesslog no_access;
static uint64_t stats[STATS_VALUES];
static struct conn_env env = {
	.docroot = &docroot, .stats = stats, .log.accesslog = &no_access, .now_ms = 1000, .now = 4000000000
};

static void
put(const char *name, off_t size)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", tmpdir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	CHECK(fd >= 0 && ftruncate(fd, size) == 0 && close(fd) == 0);
}

/* A connection that has got this text, and its client's end. */
static bool
begin(struct conn *c, int *client, const char *text)
{
	int pair[2], room = 4 * LARGE;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) < 0)
		exit(1);
	conn_init(c, pair[0]);
	*client = pair[1];
	env.shared.len = 0;
	/* nothing is to be logged: its allowance of this second is used up */
	env.log.requests.all.spent_ms = UINT64_MAX / 2;
	CHECK(send(pair[1], text, strlen(text), 0) == (ssize_t)strlen(text));
	return setsockopt(pair[0], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)) == 0;
}

static size_t
drain(int client)
{
	static char piece[1 << 16];
	size_t all = 0;
	ssize_t n;

	while ((n = recv(client, piece, sizeof(piece), MSG_DONTWAIT)) > 0)
		all += (size_t)n;
	return all;
}

static void
large_file(void)
{
	struct conn c;
	int client, turns = 0;
	size_t all = 0;
	enum conn_wait wait = CONN_AGAIN;

	if (!begin(&c, &client, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n")) {
		printf("# no right to make a socket that takes it all: not tested\n");
		turns = -1;
	}
	for (; turns >= 0 && wait == CONN_AGAIN && turns < 1000; turns++) {
		size_t before = all;

		wait = conn_run(&c, &env);
		all += drain(client);
		CHECK(all - before > 0 && all - before <= TURN);
	}
	if (turns > 0) {
		CHECK_INT(wait, CONN_READ);
		CHECK(turns >= LARGE / TURN);
		CHECK(all > LARGE && all < LARGE + 1024);
	}
	conn_end(&c, &env);
	close(client);
}

/* Requests sent in a row, however many. */
static void
pipeline(void)
{
	static const char request[] = "GET /small HTTP/1.1\r\nHost: x\r\n\r\n";
	static char text[500 * sizeof(request)];
	struct conn c;
	int client, turns = 0;
	size_t all = 0, one;
	enum conn_wait wait = CONN_AGAIN;

	begin(&c, &client, request);
	CHECK_INT(conn_run(&c, &env), CONN_READ);
	one = drain(client);
	for (int i = 0; i < 500; i++)
		memcpy(text + (size_t)i * (sizeof(request) - 1), request, sizeof(request) - 1);
	CHECK(send(client, text, 500 * (sizeof(request) - 1), 0) > 0);
	c.in.more = true;
	for (; wait == CONN_AGAIN && turns < 1000; turns++) {
		size_t before = all;

		env.shared.len = 0;
		wait = conn_run(&c, &env);
		all += drain(client);
		CHECK(all - before <= 100 * one);
	}
	CHECK_INT(wait, CONN_READ);
	CHECK(turns >= 5);
	CHECK_INT(all, 500 * one);
	conn_end(&c, &env);
	close(client);
}

/* Refused, and sending all the same, faster than it is read: not for ever. */
static void
flood(void)
{
	static char junk[1 << 16];
	struct conn c;
	int client;
	enum conn_wait wait;
	uint64_t start = env.now_ms;

	begin(&c, &client, "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
	do {
		drain(client);
		while (send(client, junk, sizeof(junk), MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
			;
		c.in.more = true;
		env.now_ms += 10;
		wait = conn_run(&c, &env);
	} while (wait != CONN_GONE && env.now_ms - start < 10 * CONN_LINGER_MS);
	CHECK(c.state == CONN_LINGER);
	CHECK(env.now_ms - start >= CONN_LINGER_MS && env.now_ms - start < CONN_LINGER_MS + 100);
	conn_end(&c, &env);
	close(client);
}

/* One that takes nothing any more is given up at the second look, with a word why. */
static void
stuck(void)
{
	struct conn c;
	int client, room = 65536;
	enum conn_wait wait;

	begin(&c, &client, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
	CHECK_INT(setsockopt(c.fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)), 0);
	do
		wait = conn_run(&c, &env);
	while (wait == CONN_AGAIN);
	CHECK_INT(wait, CONN_WRITE);
	CHECK_INT(conn_timeout(&c, &env), CONN_WRITE);
	CHECK(!c.out.fault);
	CHECK_INT(conn_timeout(&c, &env), CONN_GONE);
	CHECK(c.out.fault && strstr(c.out.fault, "takes nothing"));
	conn_end(&c, &env);
	close(client);
}

int
main(void)
{
	if (!mkdtemp(tmpdir) || beneath_root(tmpdir, &docroot.root) < 0)
		return 1;
	env.reqcache = reqcache_make();
	env.shared.at = malloc(INPUT_SHARED);
	env.limits = limits_make(1, 0);
	if (!env.limits || !env.reqcache || !env.shared.at)
		return 1;
	date_http(env.now, env.date);
	put("large", LARGE);
	put("small", 100);
	RUN(large_file);
	RUN(pipeline);
	RUN(flood);
	RUN(stuck);
	unlinkat(docroot.root.fd, "large", 0);
	unlinkat(docroot.root.fd, "small", 0);
	rmdir(tmpdir);
	beneath_close(&docroot.root);
	reqcache_free(env.reqcache);
	free(env.shared.at);
	return TEST_EXIT();
}

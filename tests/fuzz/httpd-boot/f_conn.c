/*
 * A whole connection: bytes come in, in pieces of sizes from the input, and
 * responses go out, until it ends or waits.  The first byte has flags.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "filecache.h"
#include "conn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct docroot docroot;
static struct accesslog no_access;
static struct filecache *cache;
static struct limits *limits, *paced;
static char heard[INPUT_SHARED];
static char tmpdir[] = "/tmp/f_conn.XXXXXX";

static void
put(const char *name, size_t len)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", tmpdir, name);
	f = fopen(path, "w");
	for (size_t i = 0; f && i < len; i++)
		fputc((int)('a' + i % 26), f);
	if (!f || fclose(f) != 0)
		abort();
}

static void
clean_up(void)
{
	static const char *const names[] = { "a", "big", "" };

	for (size_t i = 0; i < 3; i++) {
		char path[64];

		snprintf(path, sizeof(path), "%s/%s", tmpdir, names[i]);
		remove(path);
	}
}

static void
begin(void)
{
	if (!mkdtemp(tmpdir) || beneath_root(tmpdir, &docroot.root) < 0)
		abort();
	put("a", 26);
	put("big", 100000);
	docroot.listings = true;
	cache = filecache_make();
	limits = limits_make(1, 0);
	paced = limits_make(1, 1 << 20);
	atexit(clean_up);
}

/* Nothing is logged: this second's allowance is used up. */
static void
keep_quiet(struct conn_env *env)
{
	env->log.requests.all.spent_ms = env->log.faulty.all.spent_ms = UINT64_MAX / 2;
	env->log.faults = (struct log_limit){ env->now_ms / 1000, 1000, 0 };
}

/* Reads what was answered; it must begin as a response does. */
static void
read_responses(int fd, bool *first)
{
	static char out[65536];
	ssize_t n;

	while ((n = recv(fd, out, sizeof(out), MSG_DONTWAIT)) > 0) {
		if (*first && n >= 9 && memcmp(out, "HTTP/1.1 ", 9) != 0)
			abort();
		*first = false;
	}
}

static void
feed(struct conn *c, struct conn_env *env, int client, const uint8_t *data, size_t size)
{
	enum conn_wait wait = CONN_READ;
	bool first = true;

	for (int turns = 0; turns < 2000 && wait != CONN_GONE; turns++) {
		size_t n = size ? (size_t)data[0] * 8 + 1 : 0;

		n = n < size ? n : size;
		if (n) {
			ssize_t sent = send(client, data, n, MSG_DONTWAIT | MSG_NOSIGNAL);

			n = sent > 0 ? (size_t)sent : 0;
			data += n;
			size -= n;
		}
		keep_quiet(env);
		env->shared.len = 0;
		c->in.more |= n > 0;
		if (n & 1)
			conn_hear(c, env);
		wait = conn_run(c, env);
		memset(heard, 'x', INPUT_SHARED);
		read_responses(client, &first);
		env->now_ms += 60;
		keep_quiet(env);
		if (size == 0 && wait == CONN_READ) {
			wait = conn_timeout(c, env);
			break;
		}
	}
	read_responses(client, &first);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reqcache *reqcache; /* lives on: what one input taught is tried on the next */
	static uint64_t stats[STATS_VALUES];
	struct conn_env env = { .stats = stats,
		.connections = 10,
		.shared.at = heard,
		.docroot = &docroot,
		.log.accesslog = &no_access,
		.now_ms = 1000,
		.now = 4000000000 };
	struct conn c;
	int pair[2];

	if (!limits) {
		begin();
		reqcache = reqcache_make();
	}
	if (size < 1)
		return 0;
	env.limits = data[0] & 1 ? paced : limits;
	env.filecache = cache;
	env.reqcache = reqcache;
	env.stopping = data[0] & 2;
	date_http(env.now, env.date);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) < 0)
		abort();
	conn_init(&c, pair[0]);
	c.refused = data[0] & 4;
	if (data[0] & 8)
		c.state = CONN_PROXY;
	feed(&c, &env, pair[1], data + 1, size - 1);
	conn_end(&c, &env);
	close(pair[1]);
	return 0;
}

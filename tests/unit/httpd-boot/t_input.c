/* What is read in a turn lies in the shared buffer, and what is left of it is safe
 * when the next turn overwrites that. */
#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

static char buffer[INPUT_SHARED];
static struct input_shared shared = { .at = buffer };
static int client, fd;

static void
client_sends(const char *text, size_t len)
{
	CHECK_INT(send(client, text, len, 0), len);
}

/* A new turn: everything in the shared buffer is lost. */
static void
next_turn(void)
{
	memset(buffer, '?', sizeof(buffer));
	shared.len = 0;
}

static bool
holds(const struct input *in, const char *text)
{
	return in->len == strlen(text) && memcmp(in->at, text, in->len) == 0;
}

static void
shares(void)
{
	struct input a = { .more = true };

	client_sends("one two", 7);
	CHECK(input_shares(&a, &shared));
	CHECK_INT(input_read(&a, fd, &shared), 7);
	CHECK(holds(&a, "one two") && a.at == buffer && a.size == 0);
	CHECK_INT(shared.len, 7);
	CHECK(!a.more); /* a new event tells of more */
	input_use(&a, 4);
	CHECK(holds(&a, "two"));
	CHECK(input_keep(&a));
	next_turn();
	CHECK(holds(&a, "two") && a.size > 0);
	client_sends(" three", 6);
	CHECK_INT(input_read(&a, fd, &shared), 6);
	CHECK(holds(&a, "two three"));
	CHECK_INT(shared.len, 0);
	input_use(&a, 4);
	CHECK(holds(&a, "three"));
	input_use(&a, 5);
	CHECK(!a.at && !a.size && a.len == 0);
	CHECK(input_keep(&a) && !a.at); /* nothing to keep: no buffer */
}

/* The shared buffer is full, or not to be used: its own takes the place. */
static void
own(void)
{
	struct input a = { .more = true };

	next_turn();
	shared.len = INPUT_SHARED - 100;
	CHECK(!input_shares(&a, &shared));
	client_sends("x", 1);
	CHECK_INT(input_read(&a, fd, &shared), 1);
	CHECK(holds(&a, "x") && a.size > 0);
	input_free(&a);
	next_turn();
	CHECK(!input_shares(&a, NULL));
	client_sends("y", 1);
	CHECK_INT(input_read(&a, fd, NULL), 1);
	CHECK(holds(&a, "y") && a.size > 0 && shared.len == 0);
	input_free(&a);
	CHECK(!a.at);
}

static void
grows(void)
{
	static char text[20000];
	struct input a = { .more = true };
	ssize_t n;

	next_turn();
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 26);
	client_sends(text, sizeof(text));
	while (a.more && (n = input_read(&a, fd, &shared)) > 0)
		a.scanned = a.len;
	CHECK_INT(a.len, sizeof(text));
	CHECK(a.len == sizeof(text) && memcmp(a.at, text, a.len) == 0);
	input_use(&a, 1);
	CHECK_INT(a.scanned, 0); /* what is found from here on is searched anew */
	CHECK_INT(a.at[0], 'b');
	input_free(&a);
}

/* No more for now, and the end: the latter is not missed after a short read. */
static void
ends(void)
{
	struct input a = { .more = true };

	next_turn();
	CHECK_INT(input_read(&a, fd, &shared), -1);
	CHECK(errno == EAGAIN && !a.more);
	CHECK_INT(input_read(&a, fd, NULL), -1);
	CHECK(!a.at && !a.size); /* nothing came: no buffer stays */
	client_sends("bye", 3);
	shutdown(client, SHUT_WR);
	a.more = a.ended = true;
	CHECK_INT(input_read(&a, fd, &shared), 3);
	CHECK(a.more);
	input_use(&a, 3);
	CHECK_INT(input_read(&a, fd, &shared), 0);
}

int
main(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) < 0)
		return 1;
	fd = pair[0];
	client = pair[1];
	RUN(shares);
	RUN(own);
	RUN(grows);
	RUN(ends);
	return TEST_EXIT();
}

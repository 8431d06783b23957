/* Chunked content, whole and a byte at a time. */
#include "chunks.h"

#include "test.h"

static char got[256];

/* The content, in pieces of n bytes; and how the rest stands. */
static enum chunks_state
take(const char *text, size_t n, size_t *used)
{
	struct chunks c = { .left = 0 };
	size_t len = strlen(text), out = 0;
	struct http_text run;

	*used = 0;
	while (*used < len && c.state != CHUNKS_DONE && c.state != CHUNKS_BAD) {
		size_t end = *used + n < len ? *used + n : len;

		while (*used < end) {
			size_t took = chunks_take(&c, text + *used, end - *used, &run);

			if (took == 0)
				break;
			memcpy(got + out, run.at, run.len);
			out += run.len;
			*used += took;
		}
	}
	got[out] = '\0';
	return c.state;
}

static void
content_is_put_together(void)
{
	static const char text[] = "5\r\nhello\r\nA \t; x=\"y\"\r\n, the rest\r\n0\r\nX: y\r\nZ:\r\n\r\n";
	char more[sizeof(text) + 4];
	size_t used;

	snprintf(more, sizeof(more), "%sGET", text);
	for (size_t n = 1; n < sizeof(more); n++) {
		CHECK_INT(take(more, n, &used), CHUNKS_DONE);
		CHECK_STR(got, "hello, the rest");
		CHECK_INT(used, sizeof(text) - 1);
	}
}

static void
what_is_wrong_is_found(void)
{
	static const char *const bad[] = { "\r\n", "g\r\n", "5\nhello\r\n", "5\r\nhello\n0\r\n", "5\r\nhelloX\r\n",
		"-1\r\n", "0x5\r\n", "1234567890abcdef\r\n", "5;x\r\r\n", "0\r\n\rx", " 5\r\nhello", "5 5\r\nhello\r\n",
		"5 x\r\nhello\r\n", "5\t \n" };
	size_t used;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_INT(take(bad[i], 1, &used), CHUNKS_BAD);
		CHECK_INT(take(bad[i], 100, &used), CHUNKS_BAD);
	}
}

static void
what_says_nothing_has_an_end(void)
{
	static char text[CHUNKS_EXTRA + 100];
	size_t used;

	memset(text, 'a', sizeof(text) - 1);
	memcpy(text, "0;", 2);
	CHECK_INT(take(text, 50, &used), CHUNKS_BAD);
	memcpy(text, "0\r\n", 3);
	CHECK_INT(take(text, 50, &used), CHUNKS_BAD);
}

int
main(void)
{
	RUN(content_is_put_together);
	RUN(what_is_wrong_is_found);
	RUN(what_says_nothing_has_an_end);
	return TEST_EXIT();
}

/* Lines of the access log: whatever a client sent stays inside its quotes. */
#include "accesslog.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test.h"

static struct accesslog log_file;

/* The line for a request, as it is written. */
static const char *
line_for(const char *head, size_t len, unsigned status, uint64_t bytes)
{
	static char text[8192];
	char stamp[ACCESSLOG_STAMP];
	struct http_request req;
	struct accesslog_line line = { "10.0.0.5", accesslog_stamp(784111777, stamp), NULL, status, bytes };
	ssize_t n;

	http_parse(head, len, &req);
	line.request = accesslog_request(&req);
	if (!line.request || ftruncate(log_file.fd, 0) < 0 || lseek(log_file.fd, 0, SEEK_SET) < 0)
		exit(1);
	accesslog_add(&log_file, &line);
	free((char *)line.request);
	CHECK_INT(accesslog_flush(&log_file), 0);
	n = pread(log_file.fd, text, sizeof(text) - 1, 0);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static void
combined(void)
{
	static const char head[] =
	    "GET /a?b HTTP/1.1\r\nHost: x\r\nReferer: http://y/\r\nUser-Agent: iPXE/1.21\r\n\r\n";

	CHECK_STR(line_for(head, sizeof(head) - 1, 206, 5000000000),
	    "10.0.0.5 - - [06/Nov/1994:08:49:37 +0000] \"GET /a?b HTTP/1.1\" 206 5000000000 \"http://y/\" \"iPXE/1.21\"\n");
	CHECK_STR(line_for("x", 1, 408, 0), "10.0.0.5 - - [06/Nov/1994:08:49:37 +0000] \"-\" 408 0 \"-\" \"-\"\n");
}

static void
escaped(void)
{
	static const char head[] = "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: \"a\\b\x01\x7f\xff\"\r\n\r\n";

	CHECK_STR(line_for(head, sizeof(head) - 1, 200, 1),
	    "10.0.0.5 - - [06/Nov/1994:08:49:37 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"\\x22a\\x5Cb\\x01\\x7F\\xFF\\x22\"\n");
}

/* Longest and oddest: cut, and still one whole line. */
static void
cut(void)
{
	static char head[16384];
	static const char fill[] = { 'a', '"' };

	for (size_t i = 0; i < sizeof(fill); i++)
		for (size_t len = 1000; len < 1040; len++) {
			int n = snprintf(head, sizeof(head), "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: ");
			const char *line, *agent;

			memset(head + n, fill[i], len);
			memcpy(head + n + len, "\r\n\r\n", 4);
			line = line_for(head, (size_t)n + len + 4, 200, 1);
			agent = strstr(line, "\"-\" \"");
			CHECK(agent && strlen(agent + 4) <= 1024 + 1);
			CHECK(strlen(line) > 3 && strcmp(line + strlen(line) - 2, "\"\n") == 0);
			CHECK(strchr(line, '\n') == line + strlen(line) - 1);
		}
}

/* A pipe that nobody reads: lines wait, then are lost, and that is said once;
 * what arrives in the end are whole lines. */
static void
unread(void)
{
	static const char request[] = "\"GET / HTTP/1.1\" \0 \"-\" \"-\"\n";
	struct accesslog_line line = { "10.0.0.5", " - - [] ", request, 200, 6 };
	struct accesslog a = { .on = true, .dir = -1, .buf = malloc(ACCESSLOG_BUF) };
	static const char want[] = "10.0.0.5 - - [] \"GET / HTTP/1.1\" 200 6 \"-\" \"-\"\n";
	static char got[1 << 18];
	size_t n = 0, failed = 0, len = sizeof(want) - 1;
	int end[2];

	CHECK(pipe2(end, O_NONBLOCK | O_CLOEXEC) == 0 && fcntl(end[1], F_SETPIPE_SZ, 4096) == 4096);
	a.fd = end[1];
	for (int i = 0; i < 5000; i++) {
		accesslog_add(&a, &line);
		failed += accesslog_flush(&a) < 0;
	}
	CHECK_INT(failed, 1);
	for (ssize_t got_now; (got_now = read(end[0], got + n, sizeof(got) - n)) > 0; n += (size_t)got_now)
		CHECK_INT(accesslog_flush(&a), 0);
	CHECK(n > ACCESSLOG_BUF / 2 && a.len == 0 && !a.failing);
	for (size_t i = 0; i < n; i += len)
		CHECK(n - i >= len && memcmp(got + i, want, len) == 0);
	close(end[0]);
	close(end[1]);
	free(a.buf);
}

int
main(void)
{
	log_file = (struct accesslog){
		.on = true, .dir = -1, .fd = memfd_create("access", MFD_CLOEXEC), .buf = malloc(ACCESSLOG_BUF)
	};
	if (log_file.fd < 0 || !log_file.buf)
		return 1;
	RUN(combined);
	RUN(escaped);
	RUN(cut);
	RUN(unread);
	free(log_file.buf);
	return TEST_EXIT();
}

/* What is written where, escaping, and how many lines a second. */
#include "log.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static char caught[8192];

/* Runs fn in a child whose stderr is a pipe; its output is in caught, its
 * exit code is returned. */
static int catch (void (*fn)(void))
{
	int fd[2], status = -1;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	if (pipe(fd) < 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		dup2(fd[1], STDERR_FILENO);
		close(fd[0]);
		fn();
		_exit(0);
	}
	close(fd[1]);
	while ((n = read(fd[0], caught + len, sizeof(caught) - 1 - len)) > 0)
		len += (size_t)n;
	caught[len] = '\0';
	close(fd[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
all_levels(void)
{
	log_err("e %d", 1);
	log_warn("w");
	log_info("i %s", "x");
	log_debug("d");
}

static void
say_plain(void)
{
	unsetenv("JOURNAL_STREAM");
	log_open("tool", false, false);
	all_levels();
}

static void
say_verbose(void)
{
	unsetenv("JOURNAL_STREAM");
	log_open("tool", false, true);
	all_levels();
}

static void
say_to_journal(void)
{
	struct stat st;
	char env[64];

	if (fstat(STDERR_FILENO, &st) < 0)
		return;
	snprintf(env, sizeof(env), "%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	setenv("JOURNAL_STREAM", env, 1);
	log_open("tool", false, true);
	all_levels();
}

static void
say_elsewhere(void)
{
	setenv("JOURNAL_STREAM", "1:1", 1); /* stderr was redirected since */
	log_open("tool", false, false);
	log_info("i");
}

static void
say_inetd(void)
{
	log_open("tool", true, false);
	log_err("the client must not see this");
}

static void
sinks(void)
{
	CHECK_INT(catch (say_plain), 0);
	CHECK_STR(caught, "tool: e 1\ntool: w\ntool: i x\n");
	CHECK_INT(catch (say_verbose), 0);
	CHECK_STR(caught, "tool: e 1\ntool: w\ntool: i x\ntool: d\n");
	CHECK_INT(catch (say_to_journal), 0);
	CHECK_STR(caught, "<3>e 1\n<4>w\n<6>i x\n<7>d\n");
	CHECK_INT(catch (say_elsewhere), 0);
	CHECK_STR(caught, "tool: i\n");
	CHECK_INT(catch (say_inetd), 0);
	CHECK_STR(caught, "");
}

static void
die_here(void)
{
	unsetenv("JOURNAL_STREAM");
	log_open("tool", false, false);
	die(EXIT_SYSTEM, "cannot %s", "go on");
}

static void
dying(void)
{
	CHECK_INT(catch (die_here), 3);
	CHECK_STR(caught, "tool: cannot go on\n");
}

static void
say_long(void)
{
	static char text[10000];

	unsetenv("JOURNAL_STREAM");
	memset(text, 'x', sizeof(text) - 1);
	log_open("tool", false, false);
	log_info("%s", text);
	log_info("next");
}

/* A line that is too long is cut and still ends. */
static void
long_lines(void)
{
	CHECK_INT(catch (say_long), 0);
	CHECK(strlen(caught) > 4000 && strlen(caught) < 4200);
	CHECK_STR(strstr(caught, "\n"), "\ntool: next\n");
}

static void
quoting(void)
{
	char out[64];

	CHECK_STR(log_quote_str("/boot.ipxe", out, sizeof(out)), "\"/boot.ipxe\"");
	CHECK_STR(log_quote_str("", out, sizeof(out)), "\"\"");
	CHECK_STR(log_quote_str("a \"b\"\\\n\x1b[2J", out, sizeof(out)), "\"a \\\"b\\\"\\\\\\n\\x1b[2J\"");
	CHECK_STR(log_quote("a\0b", 3, out, sizeof(out)), "\"a\\x00b\"");
	CHECK_STR(log_quote_str("0123456789", out, 12), "\"012345...\"");
	/* a small buffer: always ended, never overrun */
	for (size_t size = 1; size < sizeof(out); size++) {
		memset(out, '#', sizeof(out));
		log_quote("\n\"\x01 some text that is long enough", 34, out, size);
		CHECK(memchr(out, '\0', size));
		CHECK(size == sizeof(out) || out[size] == '#');
	}
}

static void
limits(void)
{
	struct log_limit limit = { 0 };
	unsigned missed = 0, allowed = 0;

	for (int i = 0; i < 10; i++)
		allowed += log_allow(&limit, 5000 + (uint64_t)i * 10, 3, &missed);
	CHECK_INT(allowed, 3);
	CHECK_INT(missed, 0);
	CHECK(log_allow(&limit, 6000, 3, &missed));
	CHECK_INT(missed, 7);
	CHECK(log_allow(&limit, 6001, 3, &missed));
	CHECK_INT(missed, 0);
}

static void
say_much(int terminal)
{
	static const int lengths[] = { 40, 260, 77 };
	static char text[300];

	memset(text, 'x', sizeof(text) - 1);
	dup2(terminal, STDERR_FILENO);
	unsetenv("JOURNAL_STREAM");
	log_open("tool", false, false);
	log_never_wait();
	alarm(60); /* ends it if it does wait */
	for (int i = 0; i < 3000; i++)
		log_info("%d %s", i, text + 299 - lengths[i % 3]);
	_exit(0);
}

/* What the terminal holds; starts at *len of `out`, which has `size` bytes. */
static void
read_terminal(int fd, char *out, size_t size, size_t *len)
{
	ssize_t n;

	while (*len < size - 1 && (n = read(fd, out + *len, size - 1 - *len)) > 0)
		*len += (size_t)n;
	out[*len] = '\0';
}

/* A terminal that may not be opened anew (another user's, after su) and that nobody
 * reads: nothing waits for it, and no line ends in another one. */
static void
terminal_of_another(void)
{
	static char out[1 << 20];
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK), terminal = -1, status = -1;
	size_t len = 0;
	pid_t pid;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
	    (terminal = open(ptsname(master), O_RDWR | O_NOCTTY)) < 0 || fchmod(terminal, 0) < 0) {
		CHECK(!"a terminal");
		return;
	}
	pid = fork();
	if (pid == 0) {
		if (geteuid() == 0 && setuid(65534) < 0)
			_exit(0);
		say_much(terminal);
	}
	waitpid(pid, &status, 0);
	CHECK_INT(status, 0);
	read_terminal(master, out, sizeof(out), &len);
	for (char *line = strtok(out, "\r\n"); line; line = strtok(NULL, "\r\n"))
		CHECK(!strstr(line + 1, "tool:"));
	close(terminal);
	close(master);
}

int
main(void)
{
	RUN(sinks);
	RUN(dying);
	RUN(long_lines);
	RUN(quoting);
	RUN(limits);
	RUN(terminal_of_another);
	return TEST_EXIT();
}

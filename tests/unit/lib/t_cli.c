/* What every command line has in common, seen from outside the process. */
#include "cli.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static const char usage[] = "usage: tool [-v] [-l ADDR] FILE\n\n  -v  more\n";
static char out[4096], err[4096];

static void
read_all(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, buf + len, size - 1 - len)) > 0)
		len += (size_t)n;
	buf[len] = '\0';
	close(fd);
}

/* What main() of a tool does with its options. */
_Noreturn static void
tool(int argc, char **argv)
{
	int c;

	while ((c = cli_getopt(argc, argv, "vl:", "tool", usage)) != -1)
		printf("%c=%s ", c, c == 'l' ? optarg : "");
	if (optind == argc)
		cli_wrong("tool", "FILE is %s", "missing");
	printf("%s\n", argv[optind]);
	exit(cli_flush() < 0 ? 3 : 0);
}

static int
run(const char *stdout_path, char *const argv[])
{
	int o[2], e[2], argc = 0, status = -1;
	pid_t pid;

	while (argv[argc])
		argc++;
	fflush(stdout);
	if (pipe(o) < 0 || pipe(e) < 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0) {
		dup2(stdout_path ? open(stdout_path, O_WRONLY) : o[1], STDOUT_FILENO);
		dup2(e[1], STDERR_FILENO);
		tool(argc, (char **)argv);
	}
	close(o[1]);
	close(e[1]);
	read_all(o[0], out, sizeof(out));
	read_all(e[0], err, sizeof(err));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
#define ARGS(...) ((char *[]){ (char *)"tool", __VA_ARGS__, NULL })
#define S(s) ((char *)(s))

static void
good(void)
{
	CHECK_INT(run(NULL, ARGS(S("-v"), S("-l"), S("a:1"), S("-lb"), S("file"))), 0);
	CHECK_STR(out, "v= l=a:1 l=b file\n");
	CHECK_STR(err, "");
	CHECK_INT(run(NULL, ARGS(S("--"), S("-v"))), 0);
	CHECK_STR(out, "-v\n");
}

static void
help_and_version(void)
{
	CHECK_INT(run(NULL, ARGS(S("--help"))), 0);
	CHECK_STR(out, usage);
	CHECK_STR(err, "");
	CHECK_INT(run(NULL, ARGS(S("-v"), S("--version"))), 0);
	CHECK(strstr(out, "tool (pxe-tools) " VERSION "\n"));
}

static void
wrong(void)
{
	CHECK_INT(run(NULL, ARGS(S("-x"))), 2);
	CHECK(strstr(err, "invalid option -- 'x'") || strstr(err, "unrecognized option: x")); /* glibc, musl */
	CHECK(strstr(err, "\nusage: tool [-v] [-l ADDR] FILE\nTry 'tool --help'.\n"));
	CHECK_STR(out, "");
	CHECK_INT(run(NULL, ARGS(S("-l"))), 2);
	CHECK_INT(run(NULL, ARGS(S("--nonsense"))), 2);
	CHECK_INT(run(NULL, ARGS(S("-v"))), 2);
	CHECK_STR(err, "tool: FILE is missing\nTry 'tool --help'.\n");
}

/* Output that does not arrive is an error, not silence. */
static void
full_disk(void)
{
	CHECK_INT(run("/dev/full", ARGS(S("file"))), 3);
	CHECK_INT(run("/dev/full", ARGS(S("--help"))), 3);
}

int
main(void)
{
	RUN(good);
	RUN(help_and_version);
	RUN(wrong);
	RUN(full_disk);
	return TEST_EXIT();
}

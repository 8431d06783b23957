/* Descriptors that were left open by whoever started us, in children. */
#include "fds.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static int
in_child(void (*fn)(void))
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		test_bad = 0;
		fn();
		fflush(stdout);
		_exit(test_bad);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void
put_null(int fd, int flags)
{
	int null = fcntl(open("/dev/null", O_RDWR | O_CLOEXEC), F_DUPFD_CLOEXEC, 200);

	CHECK(dup3(null, fd, flags) == fd);
	close(null);
}

static void
left_open(void)
{
	put_null(40, 0);
	put_null(41, O_CLOEXEC);
	put_null(42, 0);
	put_null(43, 0);
	fds_keep_named("/dev/fd/42");
	fds_keep_named("/dev/fd/43x");
	fds_forget_inherited();
	CHECK(!is_open(40) && is_open(41) && is_open(42) && !is_open(43));
	CHECK(is_open(0) && is_open(1) && is_open(2));
}

static void
handed_over(void)
{
	char pid[16];

	for (int fd = 3; fd <= 5; fd++)
		put_null(fd, 0);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "2", 1);
	fds_forget_inherited();
	CHECK(is_open(3) && is_open(4) && !is_open(5));
	CHECK(fcntl(4, F_GETFD) & FD_CLOEXEC);
	setenv("LISTEN_PID", "1", 1); /* not ours */
	put_null(3, 0);
	fds_forget_inherited();
	CHECK(!is_open(3));
}

static void
only_one(void)
{
	put_null(7, O_CLOEXEC);
	put_null(8, O_CLOEXEC);
	put_null(100, 0);
	fds_keep_only(8);
	CHECK(!is_open(7) && is_open(8) && !is_open(100) && is_open(2));
}

/* A program that prints must see that it cannot. */
static void
closed_ones(void)
{
	int out = dup(1);

	close(0);
	close(2);
	fds_standard();
	CHECK(is_open(0) && is_open(2));
	CHECK(write(2, "x", 1) < 0);
	CHECK(read(0, &out, 1) < 0);
}

static void
forgetting(void)
{
	CHECK_INT(in_child(left_open), 0);
	CHECK_INT(in_child(handed_over), 0);
	CHECK_INT(in_child(only_one), 0);
}

static void
standard(void)
{
	CHECK_INT(in_child(closed_ones), 0);
}

int
main(void)
{
	RUN(forgetting);
	RUN(standard);
	return TEST_EXIT();
}

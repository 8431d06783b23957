#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

static void
all_of_it(void)
{
	char back[8] = "";
	int fd[2];

	CHECK_INT(pipe(fd), 0);
	CHECK_INT(io_write(fd[1], "hello", 5), 5);
	CHECK_INT(io_write(fd[1], "", 0), 0);
	CHECK_INT(read(fd[0], back, sizeof(back)), 5);
	CHECK_STR(back, "hello");
	close(fd[0]);
	close(fd[1]);
}

static void
what_went_before_it_failed(void)
{
	static char much[1 << 20];
	int fd[2], full = open("/dev/full", O_WRONLY);
	size_t n;

	CHECK_INT(pipe2(fd, O_NONBLOCK), 0);
	n = io_write(fd[1], much, sizeof(much));
	CHECK(n > 0 && n < sizeof(much)); /* what a pipe holds */
	CHECK_INT(errno, EAGAIN);
	CHECK_INT(io_write(full, "x", 1), 0);
	CHECK_INT(errno, ENOSPC);
	close(fd[0]);
	close(fd[1]);
	close(full);
}

int
main(void)
{
	RUN(all_of_it);
	RUN(what_went_before_it_failed);
	return TEST_EXIT();
}

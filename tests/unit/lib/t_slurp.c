/* A whole file in memory, from a file and from a pipe. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "slurp.h"
#include "test.h"

static char bytes[50000];

/* A pipe that holds the first n of the bytes, and ends there. */
static int
full_pipe(size_t n)
{
	int fd[2];

	CHECK_INT(pipe(fd), 0);
	CHECK_INT(write(fd[1], bytes, n), n);
	close(fd[1]);
	return fd[0];
}

static void
all_of_it_up_to_the_limit(void)
{
	static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 8192, 50000 };

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 % 251);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int fd = full_pipe(sizes[i]);
		size_t len = 1;
		char *text = slurp(fd, sizes[i], &len);

		CHECK(text != NULL);
		CHECK_INT(len, sizes[i]);
		CHECK(text && memcmp(text, bytes, len) == 0);
		free(text);
		close(fd);
	}
}

static void
one_byte_more_is_refused(void)
{
	int fd = full_pipe(4097);
	size_t len;

	errno = 0;
	CHECK(slurp(fd, 4096, &len) == NULL);
	CHECK_INT(errno, EFBIG);
	close(fd);
}

static void
what_cannot_be_read_says_why(void)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t len;

	CHECK(slurp(fd, 4096, &len) == NULL);
	CHECK_INT(errno, EISDIR);
	close(fd);
	CHECK(slurp(-1, 4096, &len) == NULL);
	CHECK_INT(errno, EBADF);
}

int
main(void)
{
	RUN(all_of_it_up_to_the_limit);
	RUN(one_byte_more_is_refused);
	RUN(what_cannot_be_read_says_why);
	return TEST_EXIT();
}

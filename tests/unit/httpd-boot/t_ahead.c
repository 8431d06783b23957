/* A file that is not in memory is asked for and comes; where no disk is
 * behind it, everything is there at once. */
#include "ahead.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

#define SIZE (12 << 20)

static int file;

static void
in_memory(void)
{
	static char piece[1 << 16];

	bool cold = false;

	for (int i = 0; i < SIZE / (int)sizeof(piece); i++)
		CHECK_INT(write(file, piece, sizeof(piece)), sizeof(piece));
	CHECK_INT(ahead_ready(file, 0, SIZE, &cold), AHEAD_FAR);
	CHECK_INT(ahead_ready(file, SIZE - 10, 10, &cold), 10);
	CHECK_INT(ahead_ready(file, 5, 1000, &cold), 1000);
	CHECK_INT(ahead_ready(file, 0, 0, &cold), 0);
	CHECK(!cold);
}

static bool
comes(uint64_t pos)
{
	bool cold = false;

	for (int i = 0; i < 10000; i++) {
		if (ahead_ready(file, pos, SIZE - pos, &cold) > 0)
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	return false;
}

static void
from_disk(void)
{
	bool cold = false;
	uint64_t first;

	CHECK_INT(fsync(file), 0);
	CHECK_INT(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED), 0);
	first = ahead_ready(file, 4 << 20, 1 << 20, &cold);
	if (first)
		printf("# no disk here, or one that cannot tell\n");
	CHECK(comes(4 << 20));
	CHECK(comes(0));
	CHECK(comes(SIZE - 1));
}

/* Its ends are there, since somebody read them, and what is between is not. */
static void
gap(void)
{
	bool cold = false;
	uint64_t left = 1 << 20, ready;
	char byte;

	CHECK_INT(fsync(file), 0);
	CHECK_INT(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED), 0);
	CHECK_INT(posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM), 0);
	if (ahead_ready(file, SIZE - 1, 1, &cold)) {
		printf("# no disk here, or one that cannot tell\n");
		return;
	}
	CHECK(comes(SIZE - 1));
	CHECK_INT(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED), 0);
	CHECK_INT(pread(file, &byte, 1, 0), 1);
	CHECK_INT(pread(file, &byte, 1, (off_t)left - 1), 1);
	cold = false;
	ready = ahead_ready(file, 0, left, &cold);
	CHECK(ready > 0 && ready < left);
	CHECK(cold);
	for (int i = 0; i < 10000 && ahead_ready(file, 0, left, &cold) < left; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	CHECK_INT(ahead_ready(file, 0, left, &cold), left);
}

/* Cut shorter meanwhile: sendfile(2) has to find that out. */
static void
beyond_the_end(void)
{
	bool cold = false;

	CHECK_INT(ftruncate(file, 100), 0);
	CHECK(ahead_ready(file, 1 << 20, 1 << 20, &cold) > 0);
}

int
main(void)
{
	char name[] = "/var/tmp/t_ahead.XXXXXX";

	file = mkstemp(name);
	if (file < 0)
		return 1;
	unlink(name);
	RUN(in_memory);
	RUN(from_disk);
	RUN(gap);
	RUN(beyond_the_end);
	close(file);
	return TEST_EXIT();
}

/* A file that is not in memory is asked for and comes; where no disk is
 * behind it, everything is there at once; where the kernel does not tell, it
 * is there when its time has come. */
#include "readahead.h"

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

	struct readahead a = { 0 };

	for (int i = 0; i < SIZE / (int)sizeof(piece); i++)
		CHECK_INT(write(file, piece, sizeof(piece)), sizeof(piece));
	CHECK(readahead_ready(&a, file, 0, SIZE, 0) > 0);
	if (a.state == READAHEAD_UNKNOWN) {
		printf("# a file system that does not tell\n");
		return;
	}
	CHECK_INT(readahead_ready(&a, file, 0, SIZE, 0), READAHEAD_FAR);
	CHECK_INT(readahead_ready(&a, file, SIZE - 10, 10, 0), 10);
	CHECK_INT(readahead_ready(&a, file, 5, 1000, 0), 1000);
	CHECK_INT(readahead_ready(&a, file, 0, 0, 0), 0);
	CHECK(a.state == READAHEAD_WARM || a.state == READAHEAD_MEMORY);
}

static bool
comes(uint64_t pos)
{
	struct readahead a = { 0 };

	for (int i = 0; i < 10000; i++) {
		if (readahead_ready(&a, file, pos, SIZE - pos, 0) > 0)
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	return false;
}

static void
from_disk(void)
{
	struct readahead a = { 0 };
	uint64_t first;

	CHECK_INT(fsync(file), 0);
	CHECK_INT(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED), 0);
	first = readahead_ready(&a, file, 4 << 20, 1 << 20, 0);
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
	struct readahead a = { 0 };
	uint64_t left = 1 << 20, ready;
	char byte;

	CHECK_INT(fsync(file), 0);
	CHECK_INT(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED), 0);
	CHECK_INT(posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM), 0);
	if (readahead_ready(&a, file, SIZE - 1, 1, 0)) {
		printf("# no disk here, or one that cannot tell\n");
		return;
	}
	CHECK(comes(SIZE - 1));
	CHECK_INT(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED), 0);
	CHECK_INT(pread(file, &byte, 1, 0), 1);
	CHECK_INT(pread(file, &byte, 1, (off_t)left - 1), 1);
	a = (struct readahead){ 0 };
	ready = readahead_ready(&a, file, 0, left, 0);
	CHECK(ready > 0 && ready < left);
	CHECK(a.state == READAHEAD_COLD);
	for (int i = 0; i < 10000 && readahead_ready(&a, file, 0, left, 0) < left; i++)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	CHECK_INT(readahead_ready(&a, file, 0, left, 0), left);
}

/* Cut shorter meanwhile: sendfile(2) has to find that out. */
static void
beyond_the_end(void)
{
	struct readahead a = { 0 };

	CHECK_INT(ftruncate(file, 100), 0);
	CHECK(readahead_ready(&a, file, 1 << 20, 1 << 20, 0) > 0);
}

static uint64_t
unknown_ready(struct readahead *a, uint64_t now_ms)
{
	return readahead_ready(a, file, 0, SIZE, now_ms);
}

/* Where the kernel does not tell: what comes at once grows, what was waited
 * for is left alone for that long and a little less each time. */
static void
not_told(void)
{
	struct readahead a = { .state = READAHEAD_UNKNOWN };
	uint64_t now = 1000;

	CHECK_INT(unknown_ready(&a, now), READAHEAD_PIECE);
	CHECK(a.asked >= READAHEAD_STEP); /* for what comes after it, too */
	readahead_sent(&a, now, now + 1);
	CHECK_INT(unknown_ready(&a, now), READAHEAD_PIECE * 2);
	for (int i = 0; i < 10; i++) {
		readahead_sent(&a, now, now + 1);
		CHECK(unknown_ready(&a, now) > 0);
	}
	CHECK_INT(unknown_ready(&a, now), READAHEAD_STEP);
	CHECK_INT(readahead_ready(&a, file, 0, 10, now), 10);

	readahead_sent(&a, now, now + 300); /* a disk */
	CHECK_INT(unknown_ready(&a, now + 299), 0);
	CHECK_INT(unknown_ready(&a, now + 300), READAHEAD_PIECE);
	readahead_sent(&a, now + 300, now + 300); /* in pieces: it was there, and what follows says nothing new */
	readahead_sent(&a, now + 300, now + 400);
	now += 300;
	CHECK_INT(unknown_ready(&a, now + 225), READAHEAD_PIECE);
	readahead_sent(&a, now + 225, now + 225 + 40); /* a little too soon */
	CHECK_INT(unknown_ready(&a, now + 225 + 264), 0);
	CHECK_INT(unknown_ready(&a, now + 225 + 265), READAHEAD_PIECE);
	for (int i = 0; i < 60; i++) { /* the disk is fast again */
		now += 1000;
		CHECK(unknown_ready(&a, now) > 0);
		readahead_sent(&a, now, now);
	}
	CHECK(unknown_ready(&a, now) > READAHEAD_PIECE);
	readahead_sent(&a, now, now + 100000); /* no longer than a second */
	CHECK_INT(unknown_ready(&a, now + 1000), READAHEAD_PIECE);
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
	RUN(not_told);
	close(file);
	return TEST_EXIT();
}

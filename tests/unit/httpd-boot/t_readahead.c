/*
 * A file that is not in memory is asked for and comes; where no disk is behind it,
 * everything is there at once; where the kernel does not tell, it is there when
 * its time has come.
 * What is in memory when is up to the kernel and to whatever else this machine does, so
 * exact answers are asked of a page cache in the test: preadv2 and posix_fadvise
 * below stand in for libc's, and pages arrive only when the test says so.
 */
#include "readahead.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

#define SIZE (12 << 20)
#define PAGE 4096

/* The file FAKE_FD: pages in memory, and what the disk was asked for. */
#define FAKE_FD (-2)
static bool in_cache[SIZE / PAGE];
static uint64_t wanted, wanted_end;

/* not in each libc's headers */
ssize_t preadv2(int fd, const struct iovec *v, int n, off_t pos, int flags);

ssize_t
preadv2(int fd, const struct iovec *v, int n, off_t pos, int flags)
{
	if (fd != FAKE_FD)
		return syscall(SYS_preadv2, fd, v, n, (long)pos, 0L, flags);
	if (pos >= SIZE)
		return 0;
	if (in_cache[pos / PAGE])
		return 1;
	errno = EAGAIN;
	return -1;
}

int
posix_fadvise(int fd, off_t pos, off_t len, int advice)
{
	if (fd == FAKE_FD && advice == POSIX_FADV_WILLNEED) {
		wanted = (uint64_t)pos;
		wanted_end = (uint64_t)(pos + len);
	}
	return 0;
}

static void
set_cache(uint64_t from, uint64_t to, bool on)
{
	for (uint64_t i = from / PAGE; i * PAGE < to && i < SIZE / PAGE; i++)
		in_cache[i] = on;
}

/* The disk reads the next `len` bytes of what it was asked for. */
static void
disk_reads(uint64_t len)
{
	uint64_t end = wanted + len < wanted_end ? wanted + len : wanted_end;

	set_cache(wanted, end, true);
	wanted = end;
}

static int file;

/* However long the disk takes. */
static void
wait_for(uint64_t pos)
{
	struct readahead a = { 0 };

	while (readahead_ready(&a, file, pos, SIZE - pos, 0) == 0)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

/* A real file system, whatever it is and tells. */
static void
from_disk(void)
{
	static char piece[1 << 16];

	for (int i = 0; i < SIZE / (int)sizeof(piece); i++)
		CHECK_INT(write(file, piece, sizeof(piece)), sizeof(piece));
	CHECK_INT(fsync(file), 0);
	CHECK_INT(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED), 0);
	wait_for(4 << 20);
	wait_for(0);
	wait_for(SIZE - 1);
}

/* Its ends are there, since somebody read them, and what is between is not: the last
 * byte says nothing about those before it. */
static void
gap(void)
{
	struct readahead a = { 0 };
	uint64_t left = 1 << 20;

	set_cache(0, SIZE, false);
	set_cache(0, 1, true);
	set_cache(left - 1, left, true);
	CHECK_INT(readahead_ready(&a, FAKE_FD, 0, left, 0), PAGE);
	CHECK_INT(a.state, READAHEAD_COLD);
	CHECK_INT(wanted, 0);
	CHECK_INT(wanted_end, left);
	disk_reads(left / 2);
	CHECK_INT(readahead_ready(&a, FAKE_FD, 0, left, 0), left / 2);
	CHECK_INT(readahead_ready(&a, FAKE_FD, left / 2, left / 2, 0), 0);
	disk_reads(left);
	CHECK_INT(readahead_ready(&a, FAKE_FD, left / 2, left / 2, 0), left / 2);
}

/* A disk that reads a little at a time: nothing is sent before it is there, and the
 * disk is always asked for more than that. */
static void
slow_disk(void)
{
	struct readahead a = { 0 };
	uint64_t pos = 0, ready;
	int looks = 0;

	set_cache(0, SIZE, false);
	wanted = wanted_end = 0;
	while (pos < SIZE && looks++ < 10000) {
		ready = readahead_ready(&a, FAKE_FD, pos, SIZE - pos, 0);
		CHECK(ready <= READAHEAD_STEP);
		for (uint64_t i = pos; i < pos + ready; i += PAGE)
			CHECK(in_cache[i / PAGE]);
		CHECK(wanted_end > pos + ready || wanted_end == SIZE);
		pos += ready;
		disk_reads(65536);
	}
	CHECK_INT(pos, SIZE);
}

/* In memory from end to end: no disk is asked, and far more goes at once. */
static void
all_there(void)
{
	struct readahead a = { 0 };

	set_cache(0, SIZE, true);
	wanted = wanted_end = 0;
	CHECK_INT(readahead_ready(&a, FAKE_FD, 0, SIZE, 0), READAHEAD_FAR);
	CHECK_INT(a.state, READAHEAD_WARM);
	CHECK_INT(readahead_ready(&a, FAKE_FD, READAHEAD_FAR, SIZE - READAHEAD_FAR, 0), SIZE - READAHEAD_FAR);
	CHECK_INT(readahead_ready(&a, FAKE_FD, SIZE - 10, 10, 0), 10);
	CHECK_INT(readahead_ready(&a, FAKE_FD, 5, 1000, 0), 1000);
	CHECK_INT(readahead_ready(&a, FAKE_FD, 0, 0, 0), 0);
	CHECK_INT(wanted_end, 0);
	/* cold, and warm again only where all of a long way is there */
	a.state = READAHEAD_COLD;
	CHECK_INT(readahead_ready(&a, FAKE_FD, READAHEAD_FAR, SIZE - READAHEAD_FAR, 0), READAHEAD_STEP);
	CHECK_INT(a.state, READAHEAD_COLD);
	CHECK_INT(readahead_ready(&a, FAKE_FD, 0, SIZE, 0), READAHEAD_FAR);
	CHECK_INT(a.state, READAHEAD_WARM);
}

/* tmpfs never waits for a disk, whether this kernel says so or not. */
static void
memory_file(void)
{
	struct readahead a = { 0 };
	int fd = memfd_create("t_readahead", MFD_CLOEXEC);

	CHECK(fd >= 0 && ftruncate(fd, SIZE) == 0 && pwrite(fd, "x", 1, 0) == 1);
	CHECK(readahead_ready(&a, fd, 0, 1, 0) == 1);
	CHECK(a.state == READAHEAD_MEMORY || a.state == READAHEAD_WARM);
	a.state = READAHEAD_MEMORY;
	CHECK_INT(readahead_ready(&a, fd, 0, SIZE, 0), READAHEAD_FAR);
	CHECK_INT(readahead_ready(&a, fd, SIZE - 1, 1, 0), 1);
	close(fd);
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
	RUN(gap);
	RUN(slow_disk);
	RUN(all_there);
	RUN(memory_file);
	RUN(from_disk);
	RUN(beyond_the_end);
	RUN(not_told);
	close(file);
	return TEST_EXIT();
}

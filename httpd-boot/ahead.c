#include "ahead.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>

/* How far one look is from the next, which takes up to a microsecond, as
 * sending 16 KiB does.  Where the file has been in memory so far, where it came
 * from a disk until now (what Linux reads ahead by default), and where it is
 * coming from a disk: each page. */
#define WARM 524288
#define COARSE 131072
#define FINE 4096

/* Linux 4.14: a read that would have to wait fails instead. */
static bool
in_memory(int fd, uint64_t pos)
{
	char byte;
	struct iovec v = { &byte, 1 };

	return preadv2(fd, &v, 1, (off_t)pos, RWF_NOWAIT) >= 0 || errno != EAGAIN;
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* How many of `len` bytes there are without a gap.  The last byte tells
 * nothing about those before it: another client may have read the end, and a
 * disk answers in the order it likes. */
static uint64_t
there(int fd, uint64_t pos, uint64_t len, uint64_t step)
{
	uint64_t n = 0, piece;

	if (!in_memory(fd, pos))
		return 0;
	while (n < len) {
		piece = least(len - n, step);
		if (!in_memory(fd, pos + n + piece - 1))
			break;
		n += piece;
	}
	return n;
}

uint64_t
ahead_ready(int fd, uint64_t pos, uint64_t left, bool *cold)
{
	uint64_t far = least(left, AHEAD_FAR), want = least(left, 2 * AHEAD_STEP);

	/* While the disk is at work no more than `want` comes: where all of
	 * AHEAD_FAR is there, what follows will be, too. */
	if (left == 0)
		return 0;
	if ((!*cold || far == AHEAD_FAR) && there(fd, pos, far, *cold ? COARSE : WARM) == far) {
		*cold = false;
		return far;
	}
	*cold = true;
	if (want == left || !in_memory(fd, pos + want - 1))
		posix_fadvise(fd, (off_t)pos, (off_t)want, POSIX_FADV_WILLNEED);
	return there(fd, pos, least(left, AHEAD_STEP), FINE);
}

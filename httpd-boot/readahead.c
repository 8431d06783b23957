#include "readahead.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/uio.h>
#include <sys/vfs.h>

/* How far one look is from the next, which takes up to a microsecond, as
 * sending 16 KiB does.  Where the file has been in memory so far, where it came
 * from a disk until now (what Linux reads ahead by default), and where it is
 * coming from a disk: each page. */
#define WARM 524288
#define COARSE 131072
#define FINE 4096
#define AT_ONCE_MS 5 /* sent faster than that it was in memory, or not worth waiting for */
#define WAIT_MAX_MS 1000

/* Linux 4.14: a read that would have to wait fails instead, with EAGAIN; where
 * the file system cannot tell, with EOPNOTSUPP.  0 or errno. */
static int
look(int fd, uint64_t pos)
{
	char byte;
	struct iovec v = { &byte, 1 };

	return preadv2(fd, &v, 1, (off_t)pos, RWF_NOWAIT) >= 0 ? 0 : errno;
}

static bool
in_memory(int fd, uint64_t pos)
{
	return look(fd, pos) != EAGAIN;
}

static bool
is_memory(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC);
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* How many of `len` bytes, of which the first is there, there are without a
 * gap.  The last byte tells nothing about those before it: another client may
 * have read the end, and a disk answers in the order it likes. */
static uint64_t
there(int fd, uint64_t pos, uint64_t len, uint64_t step)
{
	uint64_t n = 0, piece;

	while (n < len) {
		piece = least(len - n, step);
		if (!in_memory(fd, pos + n + piece - 1))
			break;
		n += piece;
	}
	return n;
}

/* `here`: the first byte is in memory. */
static uint64_t
known(struct readahead *a, int fd, uint64_t pos, uint64_t left, bool here)
{
	bool cold = a->state == READAHEAD_COLD;
	uint64_t far = least(left, READAHEAD_FAR), want = least(left, 2 * READAHEAD_STEP);

	/* While the disk is at work no more than `want` comes: where all of
	 * READAHEAD_FAR is there, what follows will be, too. */
	if (here && (!cold || far == READAHEAD_FAR) && there(fd, pos, far, cold ? COARSE : WARM) == far) {
		a->state = READAHEAD_WARM;
		return far;
	}
	a->state = READAHEAD_COLD;
	if (want == left || !in_memory(fd, pos + want - 1))
		posix_fadvise(fd, (off_t)pos, (off_t)want, POSIX_FADV_WILLNEED);
	return here || in_memory(fd, pos) ? there(fd, pos, least(left, READAHEAD_STEP), FINE) : 0;
}

/* The kernel reads while others are served.  It takes no more of a wish than
 * it would read ahead by itself (force_page_cache_ra in mm/readahead.c). */
static void
ask(struct readahead *a, int fd, uint64_t pos, uint64_t left)
{
	if (a->asked < pos)
		a->asked = pos;
	for (; a->asked - pos < least(left, READAHEAD_STEP); a->asked += READAHEAD_PIECE)
		posix_fadvise(fd, (off_t)a->asked, READAHEAD_PIECE, POSIX_FADV_WILLNEED);
}

static uint64_t
unknown(struct readahead *a, int fd, uint64_t pos, uint64_t left, uint64_t now_ms)
{
	ask(a, fd, pos, left);
	if (now_ms < a->due_ms)
		return 0;
	if (!a->piece)
		a->piece = READAHEAD_PIECE;
	a->begun = false;
	return least(left, a->piece);
}

uint64_t
readahead_ready(struct readahead *a, int fd, uint64_t pos, uint64_t left, uint64_t now_ms)
{
	int at = 0;

	if (left == 0)
		return 0;
	if (a->state != READAHEAD_MEMORY && a->state != READAHEAD_UNKNOWN)
		at = look(fd, pos);
	if (a->state == READAHEAD_NEW && at == EOPNOTSUPP)
		a->state = is_memory(fd) ? READAHEAD_MEMORY : READAHEAD_UNKNOWN;
	switch (a->state) {
	case READAHEAD_MEMORY:
		return least(left, READAHEAD_FAR);
	case READAHEAD_UNKNOWN:
		return unknown(a, fd, pos, left, now_ms);
	default:
		return known(a, fd, pos, left, at != EAGAIN);
	}
}

/* Waited for too short a time: the next is left alone for longer.  For long
 * enough: for a quarter less, so that the worker goes on where a disk has become fast. */
void
readahead_sent(struct readahead *a, uint64_t before_ms, uint64_t now_ms)
{
	uint64_t took = now_ms - before_ms;

	if (!a->begun && took > AT_ONCE_MS) {
		a->wait_ms = (uint32_t)least(a->wait_ms + took, WAIT_MAX_MS);
		a->piece = READAHEAD_PIECE;
	} else if (!a->begun && a->wait_ms) {
		a->wait_ms -= (a->wait_ms + 3) / 4;
	} else if (!a->begun && a->piece < READAHEAD_STEP) {
		a->piece *= 2;
	}
	a->begun = true;
	a->due_ms = before_ms + a->wait_ms;
}

#include "readahead.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

/* How far apart the probed bytes are; a probe takes up to a microsecond, as long as
 * sending 16 KiB.  If the file has been in memory so far; if it came from a disk
 * until now (what Linux reads ahead by default); and while it comes from a disk:
 * each page. */
#define WARM 524288
#define COARSE 131072
#define FINE 4096
#define AT_ONCE_MS 5 /* if sending took less, it was in memory, or not worth waiting for */
#define WAIT_MAX_MS 1000

#ifndef RWF_NOWAIT /* musl before 1.2.5; weak, as the library's own is */
#define RWF_NOWAIT 8
ssize_t preadv2(int fd, const struct iovec *v, int n, off_t pos, int flags);

__attribute__((weak)) ssize_t
preadv2(int fd, const struct iovec *v, int n, off_t pos, int flags)
{
	return syscall(SYS_preadv2, fd, v, n, (long)pos, (long)((uint64_t)pos >> 32), flags);
}
#endif

/* Linux 4.14: a read that would have to wait fails with EAGAIN instead; with
 * EOPNOTSUPP if the file system cannot tell, and ENOSYS on older ones.  0 or errno. */
static int
probe_page(int fd, uint64_t pos)
{
	char byte;
	struct iovec v = { &byte, 1 };

	return preadv2(fd, &v, 1, (off_t)pos, RWF_NOWAIT) >= 0 ? 0 : errno;
}

static bool
in_memory(int fd, uint64_t pos)
{
	return probe_page(fd, pos) != EAGAIN;
}

static uint64_t
min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* How many of `len` bytes are there without a gap; the first one is.  The last byte
 * says nothing about those before it: another client may have read the end, and
 * a disk delivers in any order. */
static uint64_t
count_ready(int fd, uint64_t pos, uint64_t len, uint64_t step)
{
	uint64_t n = 0, piece;

	while (n < len) {
		piece = min_u64(len - n, step);
		if (!in_memory(fd, pos + n + piece - 1))
			break;
		n += piece;
	}
	return n;
}

/* `here`: the first byte is in memory. */
static uint64_t
ready_known(struct readahead *a, int fd, uint64_t pos, uint64_t left, bool here)
{
	bool cold = a->state == READAHEAD_COLD;
	uint64_t far = min_u64(left, READAHEAD_FAR), want = min_u64(left, 2 * READAHEAD_STEP);

	/* While the disk is at work no more than `want` comes: where all of
	 * READAHEAD_FAR is there, what follows will be, too. */
	if (here && (!cold || far == READAHEAD_FAR) && count_ready(fd, pos, far, cold ? COARSE : WARM) == far) {
		a->state = READAHEAD_WARM;
		return far;
	}
	a->state = READAHEAD_COLD;
	if (want == left || !in_memory(fd, pos + want - 1))
		posix_fadvise(fd, (off_t)pos, (off_t)want, POSIX_FADV_WILLNEED);
	return here || in_memory(fd, pos) ? count_ready(fd, pos, min_u64(left, READAHEAD_STEP), FINE) : 0;
}

/* The kernel reads while others are served.  It takes no more of a request than it
 * would read ahead by itself (force_page_cache_ra in mm/readahead.c). */
static uint64_t
ready_unknown(struct readahead *a, int fd, uint64_t pos, uint64_t left, uint64_t now_ms)
{
	if (a->asked < pos)
		a->asked = pos;
	for (; a->asked - pos < min_u64(left, READAHEAD_STEP); a->asked += READAHEAD_PIECE)
		posix_fadvise(fd, (off_t)a->asked, READAHEAD_PIECE, POSIX_FADV_WILLNEED);
	if (now_ms < a->due_ms)
		return 0;
	if (!a->piece)
		a->piece = READAHEAD_PIECE;
	a->begun = false;
	return min_u64(left, a->piece);
}

uint64_t
readahead_ready(struct readahead *a, int fd, uint64_t pos, uint64_t left, uint64_t now_ms)
{
	struct statfs fs;
	bool tmpfs;
	int at = 0;

	if (left == 0)
		return 0;
	if (a->state != READAHEAD_MEMORY && a->state != READAHEAD_UNKNOWN)
		at = probe_page(fd, pos);
	if (a->state == READAHEAD_NEW && at != 0 && at != EAGAIN) {
		tmpfs =
		    fstatfs(fd, &fs) == 0 && ((uint32_t)fs.f_type == TMPFS_MAGIC || (uint32_t)fs.f_type == RAMFS_MAGIC);
		a->state = tmpfs ? READAHEAD_MEMORY : READAHEAD_UNKNOWN;
	}
	switch (a->state) {
	case READAHEAD_MEMORY:
		return min_u64(left, READAHEAD_FAR);
	case READAHEAD_UNKNOWN:
		return ready_unknown(a, fd, pos, left, now_ms);
	default:
		return ready_known(a, fd, pos, left, at != EAGAIN);
	}
}

/* If the wait was too short, the next one is longer; if it was long enough, the next one
 * is a quarter shorter, so that a disk that has become fast is noticed. */
void
readahead_sent(struct readahead *a, uint64_t before_ms, uint64_t now_ms)
{
	uint64_t took = now_ms - before_ms;

	if (!a->begun && took > AT_ONCE_MS) {
		a->wait_ms = (uint32_t)min_u64(a->wait_ms + took, WAIT_MAX_MS);
		a->piece = READAHEAD_PIECE;
	} else if (!a->begun && a->wait_ms) {
		a->wait_ms -= (a->wait_ms + 3) / 4;
	} else if (!a->begun && a->piece < READAHEAD_STEP) {
		a->piece *= 2;
	}
	a->begun = true;
	a->due_ms = before_ms + a->wait_ms;
}

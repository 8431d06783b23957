#include "ahead.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>

#define PIECE 65536           /* as small as it gets: less is not worth a look */

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

/* A file is read from its start to its end, so it is there up to some point:
 * the first and the last byte tell about all between them. */
uint64_t
ahead_ready(int fd, uint64_t pos, uint64_t left)
{
	uint64_t far = least(left, AHEAD_FAR), want = least(left, 2 * AHEAD_STEP), ready = least(left, AHEAD_STEP);

	if (left == 0)
		return 0;
	if (in_memory(fd, pos + far - 1) && in_memory(fd, pos))
		return far;
	if (want == far || !in_memory(fd, pos + want - 1))
		posix_fadvise(fd, (off_t)pos, (off_t)want, POSIX_FADV_WILLNEED);
	if (!in_memory(fd, pos))
		return 0;
	while (ready > PIECE && !in_memory(fd, pos + ready - 1))
		ready /= 2;
	return ready;
}

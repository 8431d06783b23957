#include "io.h"

#include <errno.h>
#include <unistd.h>

size_t
io_write(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(fd, p + done, len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			break;
	}
	return done;
}

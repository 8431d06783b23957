#include "slurp.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST 4096 /* bytes; doubled as they fill */

char *
slurp(int fd, size_t most, size_t *len)
{
	char *text = NULL, *more;
	size_t room = 0;
	ssize_t n;
	int saved;

	*len = 0;
	for (;;) {
		if (*len == room) {
			room = room ? room * 2 : FIRST;
			more = realloc(text, room);
			if (!more)
				break;
			text = more;
		}
		n = read(fd, text + *len, room - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		if (n == 0)
			return text;
		*len += (size_t)n;
		if (*len > most) {
			errno = EFBIG;
			break;
		}
	}
	saved = errno;
	free(text);
	errno = saved;
	return NULL;
}

#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define IN_FIRST 2048 /* most requests fit */

void
input_free(struct input *in)
{
	if (in->size)
		free(in->at);
	in->at = NULL;
	in->len = in->scanned = in->size = 0;
}

void
input_use(struct input *in, size_t n)
{
	in->scanned = 0;
	in->len -= n;
	if (in->len == 0)
		input_free(in);
	else if (in->size)
		memmove(in->at, in->at + n, in->len);
	else
		in->at += n;
}

static bool
input_grow(struct input *in)
{
	size_t size = in->size ? in->size * 2 : IN_FIRST;
	char *grown;

	while (size <= in->len)
		size *= 2;
	grown = realloc(in->size ? in->at : NULL, size);
	if (!grown)
		return false;
	if (!in->size && in->len)
		memcpy(grown, in->at, in->len);
	in->at = grown;
	in->size = size;
	return true;
}

bool
input_keep(struct input *in)
{
	return !in->len || in->size || input_grow(in);
}

/* After a read that did not fill its room, more is announced by a new event (epoll(7)),
 * but not the end of input, which may have come with it. */
static ssize_t
input_receive(struct input *in, int fd, char *to, size_t room)
{
	ssize_t n;

	do
		n = recv(fd, to, room, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0 || ((size_t)n < room && !in->ended))
		in->more = false;
	return n;
}

bool
input_shares(const struct input *in, const struct input_shared *shared)
{
	return shared && in->len == 0 && shared->len + IN_FIRST <= INPUT_SHARED;
}

ssize_t
input_read(struct input *in, int fd, struct input_shared *shared)
{
	ssize_t n;

	if (input_shares(in, shared)) {
		char *to = shared->at + shared->len;

		n = input_receive(in, fd, to, IN_FIRST);
		if (n > 0) {
			shared->len += (size_t)n;
			*in = (struct input){ .at = to, .len = (size_t)n, .more = in->more, .ended = in->ended };
		}
		return n;
	}
	if (in->len >= in->size && !input_grow(in))
		return -1;
	n = input_receive(in, fd, in->at + in->len, in->size - in->len);
	if (n > 0)
		in->len += (size_t)n;
	else if (in->len == 0)
		input_free(in);
	return n;
}

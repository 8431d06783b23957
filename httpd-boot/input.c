#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "filecache.h"

#define IN_FIRST 2048 /* most heads fit */

void
input_use(struct conn *c, size_t n)
{
	c->in_len -= n;
	c->scanned = 0;
	if (c->in_len == 0) {
		if (c->in_size)
			free(c->in);
		c->in = NULL;
		c->in_size = 0;
	} else if (c->in_size) {
		memmove(c->in, c->in + n, c->in_len);
	} else {
		c->in += n;
	}
}

bool
input_own(struct conn *c)
{
	size_t size = c->in_size ? c->in_size * 2 : IN_FIRST;
	char *grown;

	while (size <= c->in_len)
		size *= 2;
	grown = realloc(c->in_size ? c->in : NULL, size);
	if (!grown)
		return false;
	if (!c->in_size && c->in_len)
		memcpy(grown, c->in, c->in_len);
	c->in = grown;
	c->in_size = size;
	return true;
}

/* What comes after a read that did not fill its room is told by a new event,
 * but not the end of input, which may have come with it. */
static ssize_t
receive(struct conn *c, struct conn_env *env, char *to, size_t room)
{
	ssize_t n;

	do
		n = recv(c->fd, to, room, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0 || ((size_t)n < room && !c->ended))
		c->more = false;
	if (n > 0)
		filecache_doubt(env->filecache);
	return n;
}

/* Bytes read into the buffer of all; 0: the client has sent all; -1 with
 * errno. */
static ssize_t
hear(struct conn *c, struct conn_env *env)
{
	char *to = env->heard + env->heard_len;
	ssize_t n = receive(c, env, to, IN_FIRST);

	if (n > 0) {
		env->heard_len += (size_t)n;
		c->in = to;
		c->in_len = (size_t)n;
		c->scanned = 0;
		c->moved = true;
	}
	return n;
}

static bool
can_hear(const struct conn *c, const struct conn_env *env)
{
	return c->state == CONN_HEAD && c->in_len == 0 && env->heard_len + IN_FIRST <= CONN_HEARD;
}

void
conn_hear(struct conn *c, struct conn_env *env)
{
	if (can_hear(c, env))
		hear(c, env); /* the end of input, or an error, is met again */
}

ssize_t
input_read(struct conn *c, struct conn_env *env)
{
	ssize_t n;

	if (can_hear(c, env))
		return hear(c, env);
	if (c->in_len >= c->in_size && !input_own(c))
		return -1;
	n = receive(c, env, c->in + c->in_len, c->in_size - c->in_len);
	if (n > 0) {
		c->moved |= c->state == CONN_HEAD && c->in_len == 0;
		c->in_len += (size_t)n;
	} else if (c->in_len == 0) {
		input_use(c, 0);
	}
	return n;
}

#include "output.h"

#include <errno.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include "clock.h"

#define TURN_BYTES (TCP_CALL_MAX - 65536) /* sent in a row, then others get their turn */
#define WARM_MS 100                       /* what was in memory so long ago still is */
#define DISK_WAITS \
	10000 /* 20 s or more, a disk may have to spin up; then the worker
                                   * waits with it: where reading fails, that tells */

/* The file's part of send_some.  sendfile reads before it looks at the socket. */
static ssize_t
send_file(int fd, struct response *a, size_t max)
{
	bool timed = a->readahead.state == READAHEAD_UNKNOWN;
	uint64_t before = timed ? clock_ms() : 0;
	off_t pos = (off_t)a->pos;
	ssize_t n = sendfile(fd, a->file->fd, &pos, a->left < max ? (size_t)a->left : max);

	if (timed && (n > 0 || (n < 0 && errno == EAGAIN)))
		readahead_sent(&a->readahead, before, clock_ms());
	if (n > 0) {
		a->pos += (uint64_t)n;
		a->left -= (uint64_t)n;
		a->ready -= (uint64_t)n;
	}
	return n;
}

/* One system call's worth: bytes sent; 0: the file has become shorter; -1
 * with errno. */
static ssize_t
send_some(struct conn *c, size_t max)
{
	struct response *a = &c->response;
	bool more = a->left > 0 || a->parts || a->len > max;
	ssize_t n;

	if (a->len == 0)
		return send_file(c->fd, a, max);
	n = send(c->fd, a->at, a->len < max ? a->len : max, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
	if (n > 0) {
		a->at += n;
		a->len -= (size_t)n;
	}
	return n;
}

/* Bytes of the file that can be sent without waiting for a disk; 0: later. */
static uint64_t
look_ahead(struct response *a, uint64_t now_ms)
{
	struct file *f = a->file;
	uint64_t n;

	if (now_ms - f->warm_ms < WARM_MS && a->pos >= f->warm && a->pos < f->warm_end)
		return a->left < f->warm_end - a->pos ? a->left : f->warm_end - a->pos;
	n = readahead_ready(&a->readahead, f->fd, a->pos, a->left, now_ms);
	if (a->readahead.state == READAHEAD_WARM) {
		f->warm = a->pos;
		f->warm_end = a->pos + n;
		f->warm_ms = now_ms;
	}
	return n;
}

/* The same, of `max` bytes of the response. */
static size_t
at_hand(struct conn *c, const struct conn_env *env, size_t max)
{
	struct response *a = &c->response;

	if (a->len)
		return max;
	if (a->ready == 0)
		a->ready = look_ahead(a, env->now_ms);
	if (a->ready == 0 && ++c->waits == DISK_WAITS)
		a->ready = a->left;
	if (a->ready)
		c->waits = 0;
	return a->ready < max ? (size_t)a->ready : max;
}

/* What is paced comes in small pieces, and none of them is to wait for more. */
static size_t
call_size(struct conn *c, const struct conn_env *env)
{
	return c->response.len || limits_paced(env->limits) ? TCP_CALL_MAX :
	                                                      tcp_call(&c->tcp, c->fd, c->sent, c->response.left);
}

/* Where it is not known what is in memory, others get their turn after each piece. */
static size_t
turn_bytes(const struct response *a)
{
	return a->readahead.state == READAHEAD_UNKNOWN && a->ready == 0 ? 1 : TURN_BYTES;
}

/* What a call could not send: what to wait for now. */
static enum conn_wait
no_room(struct conn *c, ssize_t n)
{
	if (n < 0 && errno == EAGAIN)
		return CONN_WRITE;
	if (n < 0 && errno != EPIPE && errno != ECONNRESET)
		c->fault = strerror(errno);
	return CONN_GONE;
}

enum conn_wait
output_send(struct conn *c, struct conn_env *env)
{
	struct response *a = &c->response;
	size_t max;
	ssize_t n;

	for (;;) {
		if (a->len == 0 && a->left == 0 && !response_next(a))
			return c->sent == a->head_len + a->content ? CONN_READ : CONN_GONE;
		if (env->turn >= turn_bytes(a))
			return CONN_AGAIN;
		max = at_hand(c, env, call_size(c, env));
		if (max == 0)
			return CONN_DISK;
		max = limits_take(env->limits, c->slot, env->now_ms, max);
		if (max == 0)
			return CONN_PACE;
		n = send_some(c, max);
		if (n < (ssize_t)max)
			limits_return(env->limits, c->slot, max - (n > 0 ? (size_t)n : 0));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return no_room(c, n);
		c->sent += (uint64_t)n;
		c->unacked = 0;
		c->moved = true;
		env->turn += (size_t)n;
	}
}

#include "output.h"

#include <errno.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "clock.h"

#define TURN_BYTES (TCP_CALL_MAX - 65536) /* sent in a row */
#define TURN_BBR 131072                   /* the same with BBR on the loopback: one call's worth */
#define WARM_MS 100                       /* what was in memory so long ago still is */
/* 20 s or more: a disk may have to spin up.  After that the worker waits in sendfile,
 * which fails where reading does. */
#define DISK_WAITS 10000

void
output_reset(struct output *o)
{
	response_free(&o->response);
	o->sent = 0;
	o->waits = 0;
}

const char *
output_fault(const struct output *o)
{
	const struct response *a = &o->response;
	struct stat st;

	if (!o->fault && a->file && a->left && fstat(a->file->fd, &st) == 0 && (uint64_t)st.st_size < a->pos + a->left)
		return "the file has become shorter";
	return o->fault;
}

/* One system call's worth: bytes sent; 0: the file has become shorter; -1
 * with errno. */
static ssize_t
send_piece(struct response *a, int fd, size_t max)
{
	bool more = a->left > 0 || a->parts || a->len > max, timed = a->readahead.state == READAHEAD_UNKNOWN;
	uint64_t before;
	off_t pos;
	ssize_t n;

	if (a->len) {
		n = send(fd, a->at, a->len < max ? a->len : max, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
		if (n > 0) {
			a->at += n;
			a->len -= (size_t)n;
		}
		return n;
	}
	before = timed ? clock_ms() : 0;
	pos = (off_t)a->pos;
	n = sendfile(fd, a->file->fd, &pos, a->left < max ? (size_t)a->left : max);
	/* it reads before it looks at the socket */
	if (timed && (n > 0 || (n < 0 && errno == EAGAIN)))
		readahead_sent(&a->readahead, before, clock_ms());
	if (n > 0) {
		a->pos += (uint64_t)n;
		a->left -= (uint64_t)n;
		a->ready -= (uint64_t)n;
	}
	return n;
}

/* Bytes of the file that can be sent without waiting for a disk; 0: later.  What
 * one client has just found in memory is there for the others, too. */
static uint64_t
find_ready(struct response *a, uint64_t now_ms)
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

/* Bytes for the next call; 0: wait for the disk.  What is paced goes out in small pieces,
 * none of which is to wait for more. */
static size_t
call_bytes(struct output *o, int fd, const struct limits *limits, uint64_t now_ms)
{
	struct response *a = &o->response;
	size_t max = a->len || limits_paced(limits) ? TCP_CALL_MAX : tcp_call(&o->tcp, fd, o->sent, a->left);

	if (a->len)
		return max;
	if (a->ready == 0)
		a->ready = find_ready(a, now_ms);
	if (a->ready == 0 && ++o->waits == DISK_WAITS)
		a->ready = a->left;
	if (a->ready)
		o->waits = 0;
	return a->ready < max ? (size_t)a->ready : max;
}

enum output_result
output_send(struct output *o, int fd, struct limits *limits, uint64_t now_ms)
{
	struct response *a = &o->response;
	size_t max;
	ssize_t n;

	for (;;) {
		if (a->len == 0 && a->left == 0 && !response_next(a))
			return o->sent == a->head_len + a->content ? OUTPUT_DONE : OUTPUT_FAILED;
		/* where nobody knows what is in memory, others get their turn after each piece */
		if (o->turn >= (a->readahead.state == READAHEAD_UNKNOWN && a->ready == 0 ? 1 :
		                       o->tcp.control == TCP_BBR_LOOPBACK                ? TURN_BBR :
		                                                                           TURN_BYTES))
			return OUTPUT_TURN;
		max = call_bytes(o, fd, limits, now_ms);
		if (max == 0)
			return OUTPUT_DISK;
		max = limits_take(limits, o->slot, now_ms, max);
		if (max == 0)
			return OUTPUT_PACE;
		n = send_piece(a, fd, max);
		if (n < (ssize_t)max)
			limits_return(limits, o->slot, max - (n > 0 ? (size_t)n : 0));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return OUTPUT_FULL;
		if (n <= 0) {
			if (n < 0 && errno != EPIPE && errno != ECONNRESET)
				o->fault = strerror(errno);
			return OUTPUT_FAILED;
		}
		o->sent += (uint64_t)n;
		o->turn += (size_t)n;
	}
}

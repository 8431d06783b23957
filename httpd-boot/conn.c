#include "conn.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.h"
#include "eventlog.h"
#include "output.h"

#define TURN_RESPONSES 64     /* requests answered in a row */
#define PAGE_SMALL 20480      /* content in memory that is not counted: files are smaller */
#define PAGES_MAX (64U << 20) /* bytes of longer listings that clients have not taken yet */

void
conn_init(struct conn *c, int fd)
{
	memset(c, 0, sizeof(*c));
	c->fd = fd;
	c->state = CONN_HEAD;
	c->more = true;
}

bool
conn_idle(const struct conn *c)
{
	return c->state == CONN_HEAD && c->in_len == 0;
}

static void
drop_response(struct conn *c, struct conn_env *env)
{
	env->pages -= c->page;
	c->page = 0;
	response_free(&c->response);
}

/* Why it is cut off, where that is not the client's leaving. */
static const char *
fault_of(const struct conn *c)
{
	const struct response *a = &c->response;
	struct stat st;

	if (c->fault)
		return c->fault;
	if (a->file && a->left && fstat(a->file->fd, &st) == 0 && (uint64_t)st.st_size < a->pos + a->left)
		return "the file has become shorter";
	return NULL;
}

void
conn_end(struct conn *c, struct conn_env *env)
{
	if (c->state == CONN_BODY || c->state == CONN_SEND) {
		c->fault = fault_of(c);
		eventlog_end(c, env, false);
	}
	drop_response(c, env);
	if (c->in_size)
		free(c->in);
	free(c->what);
	free(c->request);
	close(c->fd);
}

static enum conn_wait
no_input(ssize_t n)
{
	return n < 0 && errno == EAGAIN ? CONN_READ : CONN_GONE;
}

/* ---- requests ----------------------------------------------------------- */

static void
prepare(struct conn *c, struct conn_env *env, const struct http_request *req)
{
	c->sent = 0;
	c->waits = 0;
	c->start_ms = env->now_ms;
	c->unacked = 0;
	eventlog_begin(c, env, req);
	c->keep = !c->response.close;
	c->state = CONN_SEND;
}

/* A request that is not understood ends the connection: where the next one
 * would begin is not known. */
static bool
refuse_request(struct conn *c, struct conn_env *env, unsigned status, const struct http_request *req)
{
	struct response_ask ask = { env->docroot, env->filecache, env->now, env->date, true };

	if (!response_error(&ask, status, req->method == HTTP_HEAD, &c->response))
		return false;
	prepare(c, env, req);
	return true;
}

/* The client holds its content back until it is told to go on (RFC 9110,
 * 10.1.1); one that has begun to send it was in no doubt. */
static bool
say_continue(struct conn *c)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
	ssize_t n = send(c->fd, text, sizeof(text) - 1, MSG_NOSIGNAL);

	return n == (ssize_t)sizeof(text) - 1;
}

/* A listing stays in memory until the client has taken it: many that take
 * none must not fill it.  One is always let through. */
static bool
fit_page(struct conn *c, struct conn_env *env, const struct response_ask *ask)
{
	size_t len = c->response.len;

	if (len <= PAGE_SMALL)
		return true;
	if (env->pages && env->pages + len > PAGES_MAX) {
		response_free(&c->response);
		return response_error(ask, 503, false, &c->response);
	}
	c->page = len;
	env->pages += len;
	return true;
}

static bool
accept_request(struct conn *c, struct conn_env *env, const struct http_request *req)
{
	/* content that may not come any more once the client has its refusal
	 * (RFC 9110, 10.1.1), or has no end for us: the connection ends */
	bool refused = req->unexpected || (req->continues && req->method == HTTP_OTHER);
	bool odd = req->endless || (req->body && refused);
	struct response_ask ask = { env->docroot, env->filecache, env->now, env->date,
		!req->keep || odd || env->stopping };

	if (!response_make(&ask, req, &c->response) || !fit_page(c, env, &ask))
		return false;
	c->skip = odd ? 0 : req->body;
	prepare(c, env, req);
	if (c->skip == 0)
		return true;
	c->state = CONN_BODY;
	return !req->continues || c->in_len > 0 || say_continue(c);
}

/* A whole head is there: the first `head` bytes. */
static bool
start_request(struct conn *c, struct conn_env *env, const struct http_request *req, size_t head)
{
	size_t behind = c->in_len - head;
	bool fine;

	/* what stands behind the head decides about "100 Continue" */
	c->in_len = behind;
	fine = accept_request(c, env, req);
	c->in_len = behind + head;
	input_use(c, head);
	return fine;
}

static bool
read_request(struct conn *c, struct conn_env *env, size_t head)
{
	const struct http_request *req;
	enum http_error e = reqcache_read(env->reqcache, c->in, head, &req);
	bool fine;

	if (!e && !c->refused)
		return start_request(c, env, req, head);
	if (!c->refused)
		eventlog_fault(c, env, http_error_text(e), req->line);
	fine = refuse_request(c, env, c->refused ? 503 : http_error_status(e), req);
	input_use(c, head);
	return fine;
}

static enum conn_wait
fail_head(struct conn *c, struct conn_env *env, enum http_error e)
{
	struct http_request req = { .method = HTTP_OTHER, .line = { c->in, c->in_len } };
	const char *end = memchr(c->in, '\n', c->in_len);

	if (end)
		req.line.len = (size_t)(end - c->in);
	eventlog_fault(c, env, http_error_text(e), req.line);
	if (!refuse_request(c, env, c->refused ? 503 : http_error_status(e), &req))
		return CONN_GONE;
	input_use(c, c->in_len);
	return CONN_WRITE;
}

/* CONN_WRITE: there is a response to send. */
static enum conn_wait
run_head(struct conn *c, struct conn_env *env)
{
	for (;;) {
		const struct http_request *known = c->refused ? NULL : reqcache_find(env->reqcache, c->in, c->in_len);
		enum http_error e = HTTP_MORE;
		size_t head;
		ssize_t n;

		if (known)
			return start_request(c, env, known, c->in_len) ? CONN_WRITE : CONN_GONE;
		if (c->in_len)
			e = http_scan(c->in, c->in_len, &c->scanned, &head);
		if (e == HTTP_OK)
			return read_request(c, env, head) ? CONN_WRITE : CONN_GONE;
		if (e != HTTP_MORE)
			return fail_head(c, env, e);
		if (!c->more)
			return CONN_READ;
		n = input_read(c, env);
		if (n <= 0)
			return no_input(n);
	}
}

static enum conn_wait
run_body(struct conn *c, struct conn_env *env)
{
	while (c->skip) {
		size_t n = c->in_len < c->skip ? c->in_len : (size_t)c->skip;
		ssize_t got;

		if (n) {
			c->skip -= n;
			input_use(c, n);
			continue;
		}
		got = input_read(c, env);
		if (got <= 0)
			return no_input(got);
	}
	c->state = CONN_SEND;
	return CONN_WRITE;
}

/* ---- responses ----------------------------------------------------------- */

static enum conn_wait
finish_response(struct conn *c, struct conn_env *env)
{
	tcp_finish(&c->tcp, c->fd);
	eventlog_end(c, env, true);
	drop_response(c, env);
	c->state = CONN_HEAD;
	if (c->keep && !env->stopping)
		return CONN_READ;
	/* Closing would reset the connection when anything is unread by then or comes
	 * later, and could take the response away from the client (RFC 9112, 9.6). */
	if (shutdown(c->fd, SHUT_WR) < 0)
		return CONN_GONE;
	c->state = CONN_LINGER;
	c->start_ms = env->now_ms;
	return CONN_READ;
}

static enum conn_wait
run_send(struct conn *c, struct conn_env *env)
{
	enum conn_wait wait = output_send(c, env);

	return wait == CONN_READ ? finish_response(c, env) : wait;
}

/* However fast the client sends: its time does not begin anew. */
static enum conn_wait
run_linger(struct conn *c, const struct conn_env *env)
{
	static char waste[16384];
	ssize_t n;

	input_use(c, c->in_len);
	if (env->now_ms - c->start_ms >= CONN_LINGER_MS)
		return CONN_GONE;
	for (int i = 0; i < 64; i++) {
		n = recv(c->fd, waste, sizeof(waste), 0);
		if (n <= 0)
			return no_input(n);
	}
	return CONN_AGAIN;
}

static enum conn_wait
run(struct conn *c, struct conn_env *env)
{
	enum conn_wait wait;
	int responses = 0;

	for (;;) {
		enum conn_state was = c->state;

		switch (was) {
		case CONN_HEAD:
			wait = run_head(c, env);
			break;
		case CONN_BODY:
			wait = run_body(c, env);
			break;
		case CONN_SEND:
			wait = run_send(c, env);
			break;
		default:
			return run_linger(c, env);
		}
		if (wait == CONN_GONE || c->state == was || (conn_idle(c) && !c->more))
			return wait;
		if (c->state == CONN_HEAD && ++responses == TURN_RESPONSES)
			return CONN_AGAIN;
	}
}

/* What it has borrowed until now must become its own. */
enum conn_wait
conn_run(struct conn *c, struct conn_env *env)
{
	enum conn_wait wait;

	env->turn = 0;
	wait = run(c, env);
	if (wait == CONN_GONE)
		return wait;
	if ((c->in_len && !c->in_size && !input_own(c)) || !response_hold(&c->response))
		return CONN_GONE;
	return wait;
}

/* The content did not come: what was to be the response is not given.  One
 * without content may be for HEAD, so there 408 has none either. */
static enum conn_wait
fail_body(struct conn *c, struct conn_env *env)
{
	struct response_ask ask = { env->docroot, env->filecache, env->now, env->date, true };
	bool no_content = c->response.content == 0;

	drop_response(c, env);
	c->keep = false;
	if (!response_error(&ask, 408, no_content, &c->response))
		return CONN_GONE;
	c->state = CONN_SEND;
	return conn_run(c, env);
}

enum conn_wait
conn_timeout(struct conn *c, struct conn_env *env)
{
	int unacked;

	switch (c->state) {
	case CONN_HEAD:
		if (c->in_len == 0)
			return CONN_GONE;
		eventlog_fault(c, env, "the request did not arrive in time", (struct http_text){ c->in, c->in_len });
		if (!refuse_request(c, env, 408, &(struct http_request){ .method = HTTP_OTHER }))
			return CONN_GONE;
		input_use(c, c->in_len);
		return conn_run(c, env);
	case CONN_BODY:
		return fail_body(c, env);
	case CONN_SEND:
		/* a slow client takes long to make room; as long as it
		 * acknowledges bytes it is alive */
		if (ioctl(c->fd, SIOCOUTQ, &unacked) < 0 || unacked == 0 || unacked == c->unacked) {
			c->fault = "the client takes nothing";
			return CONN_GONE;
		}
		c->unacked = unacked;
		return CONN_WRITE;
	default:
		return CONN_GONE;
	}
}

#include "conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proxyhead.h"

#define TURN_RESPONSES 64     /* requests answered in a row */
#define PAGE_SMALL 20480      /* content in memory that is not counted: files are smaller */
#define MANY 1024             /* connections: from there on, each address has a share */
#define PAGES_MAX (64U << 20) /* bytes of longer listings that clients have not taken yet */

void
conn_init(struct conn *c, int fd)
{
	memset(c, 0, sizeof(*c));
	c->fd = fd;
	c->state = CONN_HEAD;
	c->in.more = true;
}

bool
conn_idle(const struct conn *c)
{
	return (c->state == CONN_HEAD || (c->state == CONN_PROXY && c->skip == 0)) && c->in.len == 0;
}

/* ---- how many there may be ----------------------------------------------- */

/* Why there is no room for another one; NULL: there is.  If many connections are
 * allowed, an address gets one while it holds fewer than three times what is still
 * free: it can have three quarters of all, and the next greedy one three quarters
 * of the rest, so that several of them together do not shut everybody else out. */
static const char *
why_busy(const struct conn *c, const struct conn_env *env, bool front)
{
	unsigned most = env->connections, total = limits_total(env->limits);

	if (total >= most)
		return "all connections are taken, -c allows more";
	if (!front && most >= MANY && limits_from(env->limits, c->out.slot) / 3 >= most - total)
		return "its address has its share of them, -c allows more";
	return NULL;
}

/* A trusted front has no share: its connections count for their clients as soon as those
 * are named. */
static void
count_in(struct conn *c, struct conn_env *env, bool front)
{
	const char *busy;

	c->out.slot = limits_slot(env->limits, &c->client.peer.sa);
	busy = why_busy(c, env, front);
	c->counted = true;
	c->refused = busy;
	if (!busy) {
		limits_enter(env->limits, env->worker, c->out.slot);
		return;
	}
	env->stats[STATS_BUSY]++;
	env->refused++;
	eventlog_busy(&env->log, &c->client, busy, env->now_ms);
}

static void
count_out(struct conn *c, struct conn_env *env)
{
	if (!c->counted)
		return;
	if (c->refused)
		env->refused--;
	else
		limits_leave(env->limits, env->worker, c->out.slot);
	c->counted = false;
}

void
conn_admit(struct conn *c, struct conn_env *env)
{
	bool front = trust_covers(env->trust, &c->client.peer.sa);

	env->stats[STATS_ACCEPTED]++;
	if (front)
		c->state = CONN_PROXY;
	count_in(c, env, front);
}

static void
drop_response(struct conn *c, struct conn_env *env)
{
	env->pages -= c->page;
	c->page = 0;
	output_reset(&c->out);
}

static void
drop_put(struct conn *c, struct conn_env *env)
{
	if (c->put)
		inbox_drop(env->inbox, &c->put->file);
	free(c->put);
	c->put = NULL;
}

/* The response was sent, or is cut off. */
static void
log_response(struct conn *c, struct conn_env *env, bool whole)
{
	const struct response *a = &c->out.response;

	env->stats[stats_status(a->status)]++;
	env->stats[STATS_BYTES] += c->out.sent > a->head_len ? c->out.sent - a->head_len : 0;
	env->stats[STATS_CUT_OFF] += !whole;
	if (whole)
		metrics_observe(&env->stats[STATS_DURATION], 1000 * (env->now_ms - c->client.start_ms));
	eventlog_response(&env->log, &c->client,
	    &(struct eventlog_result){
	        .status = a->status,
	        .bytes = c->out.sent > a->head_len ? c->out.sent - a->head_len : 0,
	        .content = a->content,
	        .whole = whole,
	        .fault = whole ? NULL : output_fault(&c->out),
	    });
}

void
conn_end(struct conn *c, struct conn_env *env)
{
	if (c->state == CONN_BODY || c->state == CONN_SEND)
		log_response(c, env, false);
	if (c->put)
		eventlog_fault(
		    &env->log, &c->client, "it broke off", (struct http_text){ "an upload", 9 }, env->now_ms);
	drop_put(c, env);
	drop_response(c, env);
	eventlog_drop(&c->client);
	input_free(&c->in);
	count_out(c, env);
	close(c->fd);
}

/* ---- requests ----------------------------------------------------------- */

/* What was known of files may be wrong by the time a request arrives. */
static ssize_t
read_input(struct conn *c, struct conn_env *env)
{
	bool first = conn_idle(c);
	ssize_t n = input_read(&c->in, c->fd, c->state <= CONN_HEAD ? &env->shared : NULL);

	if (n > 0) {
		filecache_doubt(env->filecache);
		c->moved |= first;
	}
	return n;
}

void
conn_hear(struct conn *c, struct conn_env *env)
{
	if (conn_idle(c) && input_shares(&c->in, &env->shared))
		read_input(c, env); /* the end of input, or an error, shows up again */
}

static enum conn_wait
no_input(ssize_t n)
{
	return n < 0 && errno == EAGAIN ? CONN_READ : CONN_GONE;
}

static struct response_ask
conn_ask(const struct conn_env *env, bool last)
{
	return (struct response_ask){ env->docroot, env->filecache, env->now, env->date, last };
}

/* The response is there and can be sent. */
static void
begin_response(struct conn *c, struct conn_env *env, const struct http_request *req)
{
	char to[BENEATH_PATH];

	c->unacked = 0;
	eventlog_request(&env->log, &c->client, req, env->now_ms);
	if (c->out.response.status == 404 && c->client.what && docroot_leads_out(env->docroot, req->path, to))
		c->client.link = strdup(to);
	c->keep = !c->out.response.close;
	c->state = CONN_SEND;
}

/* Ends the connection, since where the next request would begin is not known. */
static bool
refuse_request(struct conn *c, struct conn_env *env, unsigned status, const struct http_request *req)
{
	struct response_ask last = conn_ask(env, true);

	if (!response_error(&last, status, req->method == HTTP_HEAD, &c->out.response))
		return false;
	begin_response(c, env, req);
	return true;
}

/* A listing stays in memory until the client has taken it: many clients that take
 * nothing must not fill it.  One is always let through. */
static bool
fit_page(struct conn *c, struct conn_env *env, const struct response_ask *how)
{
	size_t len = c->out.response.len;

	if (len <= PAGE_SMALL)
		return true;
	if (env->pages && env->pages + len > PAGES_MAX) {
		response_free(&c->out.response);
		return response_error(how, 503, false, &c->out.response);
	}
	c->page = len;
	env->pages += len;
	return true;
}

/* The client holds its content back until it is told to go on (RFC 9110, 10.1.1);
 * one that has begun to send it was in no doubt. */
static bool
let_go_on(const struct conn *c, const struct http_request *req, size_t head)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

	return !req->continues || c->in.len > head ||
	    send(c->fd, go_on, sizeof(go_on) - 1, MSG_NOSIGNAL) == (ssize_t)sizeof(go_on) - 1;
}

static const char *
why_not_kept(int err)
{
	return err == EDQUOT ? "the inbox is full, or holds enough of its address" : strerror(err);
}

/* For the inbox. */
static bool
accept_put(struct conn *c, struct conn_env *env, const struct http_request *req, size_t head)
{
	struct inbox_from from = { .address = eventlog_address(&c->client), .slot = c->out.slot, .now = env->now };
	unsigned status = 503;

	c->put = malloc(sizeof(*c->put));
	if (c->put)
		status = put_begin(c->put, env->inbox, req, &from);
	if (status != 0) {
		eventlog_fault(&env->log, &c->client, why_not_kept(errno), req->line, env->now_ms);
		drop_put(c, env);
		return refuse_request(c, env, status, req);
	}
	eventlog_request(&env->log, &c->client, req, env->now_ms);
	c->keep = req->keep && !env->stopping;
	c->state = CONN_PUT;
	return let_go_on(c, req, head);
}

/* Its head takes up the first `head` bytes of the input. */
static bool
accept_request(struct conn *c, struct conn_env *env, const struct http_request *req, size_t head)
{
	/* The connection ends if nobody knows where the next request begins: content may
	 * not come any more once the client has its refusal (RFC 9110, 10.1.1), or has no
	 * end that we know. */
	bool refused = req->unexpected || (req->continues && req->method > HTTP_HEAD);
	bool ends = req->endless || (req->body && refused);
	struct response_ask how = conn_ask(env, !req->keep || ends || env->stopping);

	if (!response_make(&how, req, &c->out.response) || !fit_page(c, env, &how))
		return false;
	c->skip = ends ? 0 : req->body;
	begin_response(c, env, req);
	if (c->skip == 0)
		return true;
	c->state = CONN_BODY;
	return let_go_on(c, req, head);
}

static const char *
why_bad(const struct conn *c, enum http_error e)
{
	struct proxyhead head;

	return proxyhead_parse(c->in.at, c->in.len, &head) == PROXYHEAD_NONE ?
	    http_error_text(e) :
	    "a PROXY header, and -H does not name this address";
}

/* CONN_WRITE: there is a response to send. */
static enum conn_wait
run_head(struct conn *c, struct conn_env *env)
{
	const struct http_request *req;
	enum http_error e;
	size_t head;
	ssize_t n;
	bool fine;

	while ((e = reqcache_next(env->reqcache, (struct http_text){ c->in.at, c->in.len }, &c->in.scanned, &req,
	            &head)) == HTTP_MORE) {
		if (!c->in.more)
			return CONN_READ;
		n = read_input(c, env);
		if (n <= 0)
			return no_input(n);
	}
	env->stats[STATS_BAD] += e != HTTP_OK;
	if (e)
		eventlog_fault(&env->log, &c->client, why_bad(c, e), req->line, env->now_ms);
	if (e || c->refused)
		fine = refuse_request(c, env, c->refused ? 503 : http_error_status(e), req);
	else if (put_is_for(env->inbox, req) && !req->unexpected)
		fine = accept_put(c, env, req, head);
	else
		fine = accept_request(c, env, req, head);
	input_use(&c->in, head);
	return fine ? CONN_WRITE : CONN_GONE;
}

/* Drops what is to be skipped, as far as it has come; *wait says what for when false. */
static bool
skip_input(struct conn *c, struct conn_env *env, enum conn_wait *wait)
{
	size_t n;
	ssize_t got;

	for (;;) {
		n = c->in.len < c->skip ? c->in.len : (size_t)c->skip;
		if (n)
			input_use(&c->in, n);
		c->skip -= n;
		if (c->skip == 0)
			return true;
		got = read_input(c, env);
		if (got <= 0) {
			*wait = no_input(got);
			return false;
		}
	}
}

/* Content is read and dropped. */
static enum conn_wait
run_body(struct conn *c, struct conn_env *env)
{
	enum conn_wait wait;

	if (!skip_input(c, env, &wait))
		return wait;
	c->state = CONN_SEND;
	return CONN_WRITE;
}

/* The upload has ended like this, and is answered. */
static bool
answer_put(struct conn *c, struct conn_env *env, unsigned status)
{
	struct response_ask how = conn_ask(env, !c->keep || status != 201);
	bool kept = status == 201;

	if (kept) {
		env->stats[STATS_KEPT]++;
		env->stats[STATS_KEPT_BYTES] += c->put->file.bytes;
		eventlog_kept(&env->log, &c->client, c->put->file.name, c->put->file.bytes);
	} else {
		eventlog_fault(
		    &env->log, &c->client, why_not_kept(errno), (struct http_text){ "an upload", 9 }, env->now_ms);
		c->keep = false;
	}
	drop_put(c, env);
	c->unacked = 0;
	c->state = CONN_SEND;
	return kept ? response_empty(&how, status, &c->out.response) :
	              response_error(&how, status, false, &c->out.response);
}

/* From here on all is as if the client had connected by itself. */
static void
name_client(struct conn *c, struct conn_env *env, const struct proxyhead *head)
{
	if (head->bits == 0)
		return;
	c->client.address[0] = '\0';
	memset(&c->client.peer, 0, sizeof(c->client.peer));
	if (head->bits == 32) {
		c->client.peer.in.sin_family = AF_INET;
		c->client.peer.in.sin_port = htons(head->port);
		memcpy(&c->client.peer.in.sin_addr, head->address, 4);
	} else {
		c->client.peer.in6.sin6_family = AF_INET6;
		c->client.peer.in6.sin6_port = htons(head->port);
		memcpy(&c->client.peer.in6.sin6_addr, head->address, 16);
	}
	if (c->refused)
		return;
	count_out(c, env);
	count_in(c, env, false);
}

/* Its sender is trusted, and must not leave the header out: whether there is one is not
 * to be guessed (proxy-protocol.txt, 2), since a client could send one of its own then. */
static enum conn_wait
refuse_front(struct conn *c, struct conn_env *env, enum proxyhead_result why)
{
	static const struct http_request none = { .method = HTTP_OTHER };

	env->stats[STATS_BAD]++;
	eventlog_fault(&env->log, &c->client,
	    why == PROXYHEAD_BAD ? "a malformed PROXY header" : "no PROXY header, which -H expects from this address",
	    (struct http_text){ c->in.at, c->in.len }, env->now_ms);
	if (!refuse_request(c, env, 400, &none))
		return CONN_GONE;
	input_use(&c->in, c->in.len);
	return CONN_WRITE;
}

/* The header comes first, and once. */
static enum conn_wait
run_proxy(struct conn *c, struct conn_env *env)
{
	enum proxyhead_result result;
	struct proxyhead head;
	enum conn_wait wait;
	ssize_t n;

	while (c->skip == 0) {
		result = proxyhead_parse(c->in.at, c->in.len, &head);
		if (result == PROXYHEAD_OK) {
			name_client(c, env, &head);
			c->skip = head.len;
		} else if (result != PROXYHEAD_MORE) {
			return refuse_front(c, env, result);
		} else if (!c->in.more) {
			return CONN_READ;
		} else {
			n = read_input(c, env);
			if (n <= 0)
				return no_input(n);
		}
	}
	if (!skip_input(c, env, &wait))
		return wait;
	c->state = CONN_HEAD;
	return CONN_READ;
}

/* Content is read and kept. */
static enum conn_wait
run_put(struct conn *c, struct conn_env *env)
{
	unsigned status;
	ssize_t got;

	for (;;) {
		size_t n = put_take(c->put, env->inbox, c->in.at, c->in.len, &status);

		if (n)
			input_use(&c->in, n);
		c->moved |= n > 0; /* there is a bound for what it may send in all */
		if (status)
			return answer_put(c, env, status) ? CONN_WRITE : CONN_GONE;
		got = read_input(c, env);
		if (got <= 0)
			return no_input(got);
	}
}

/* ---- responses ---------------------------------------------------------- */

static enum conn_wait
finish_response(struct conn *c, struct conn_env *env)
{
	tcp_finish(&c->out.tcp, c->fd);
	log_response(c, env, true);
	drop_response(c, env);
	c->state = CONN_HEAD;
	if (c->keep && !env->stopping)
		return CONN_READ;
	/* Closing would reset the connection if anything is unread by then or comes
	 * later, and could take the response away from the client (RFC 9112, 9.6). */
	if (shutdown(c->fd, SHUT_WR) < 0)
		return CONN_GONE;
	c->state = CONN_LINGER;
	c->close_ms = env->now_ms;
	return CONN_READ;
}

static enum conn_wait
run_send(struct conn *c, struct conn_env *env)
{
	uint64_t before = c->out.sent;
	enum output_result result = output_send(&c->out, c->fd, env->limits, env->now_ms);

	if (before == 0 && c->out.sent > 0)
		metrics_observe(&env->stats[STATS_FIRST_BYTE], 1000 * (env->now_ms - c->client.start_ms));
	if (c->out.sent > before) {
		c->moved = true;
		c->unacked = 0;
	}
	switch (result) {
	case OUTPUT_DONE:
		return finish_response(c, env);
	case OUTPUT_FULL:
		return CONN_WRITE;
	case OUTPUT_TURN:
		return CONN_AGAIN;
	case OUTPUT_PACE:
		return CONN_PACE;
	case OUTPUT_DISK:
		return CONN_DISK;
	default:
		return CONN_GONE;
	}
}

/* However fast the client sends, its time does not start over. */
static enum conn_wait
run_linger(struct conn *c, const struct conn_env *env)
{
	static char waste[16384];
	ssize_t n;

	input_free(&c->in);
	if (env->now_ms - c->close_ms >= CONN_LINGER_MS)
		return CONN_GONE;
	for (int i = 0; i < 64; i++) {
		n = recv(c->fd, waste, sizeof(waste), 0);
		if (n <= 0)
			return no_input(n);
	}
	return CONN_AGAIN;
}

static enum conn_wait
run_states(struct conn *c, struct conn_env *env)
{
	enum conn_wait wait;
	int responses = 0;

	for (;;) {
		enum conn_state was = c->state;

		switch (was) {
		case CONN_PROXY:
			wait = run_proxy(c, env);
			break;
		case CONN_HEAD:
			wait = run_head(c, env);
			break;
		case CONN_BODY:
			wait = run_body(c, env);
			break;
		case CONN_PUT:
			wait = run_put(c, env);
			break;
		case CONN_SEND:
			wait = run_send(c, env);
			break;
		default:
			return run_linger(c, env);
		}
		if (wait == CONN_GONE || c->state == was || (conn_idle(c) && !c->in.more))
			return wait;
		if (c->state == CONN_HEAD && ++responses == TURN_RESPONSES)
			return CONN_AGAIN;
	}
}

enum conn_wait
conn_run(struct conn *c, struct conn_env *env)
{
	enum conn_wait wait;

	c->out.turn = 0;
	wait = run_states(c, env);
	/* what it has borrowed for this turn must become its own */
	if (wait != CONN_GONE && (!input_keep(&c->in) || !response_hold(&c->out.response)))
		return CONN_GONE;
	return wait;
}

enum conn_wait
conn_timeout(struct conn *c, struct conn_env *env)
{
	struct response_ask last = conn_ask(env, true);
	bool no_content;
	int unacked;

	switch (c->state) {
	case CONN_PROXY:
	case CONN_HEAD:
		if (c->in.len == 0)
			return CONN_GONE;
		eventlog_fault(&env->log, &c->client, "the request did not arrive in time",
		    (struct http_text){ c->in.at, c->in.len }, env->now_ms);
		if (!refuse_request(c, env, 408, &(struct http_request){ .method = HTTP_OTHER }))
			return CONN_GONE;
		input_use(&c->in, c->in.len);
		return conn_run(c, env);
	case CONN_BODY:
		/* The content did not come, so the response is not given.  If that has no
		 * content it may be for HEAD, and the 408 has none either. */
		no_content = c->out.response.content == 0;
		drop_response(c, env);
		c->keep = false;
		if (!response_error(&last, 408, no_content, &c->out.response))
			return CONN_GONE;
		c->state = CONN_SEND;
		return conn_run(c, env);
	case CONN_PUT:
		errno = ETIMEDOUT;
		return answer_put(c, env, 408) ? conn_run(c, env) : CONN_GONE;
	case CONN_SEND:
		/* a slow client takes long to make room; as long as it
		 * acknowledges bytes it is alive */
		if (ioctl(c->fd, SIOCOUTQ, &unacked) < 0 || unacked == 0 || unacked == c->unacked) {
			c->out.fault = "the client takes nothing";
			return CONN_GONE;
		}
		c->unacked = unacked;
		return CONN_WRITE;
	default:
		return CONN_GONE;
	}
}

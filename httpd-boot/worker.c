#include "worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "filecache.h"
#include "clock.h"
#include "conn.h"
#include "eventlog.h"
#include "sandbox.h"
#include "sigs.h"

#define EVENTS 256
#define ACCEPTS 32             /* connections accepted in a row */
#define REFUSED_MAX 256        /* told "busy" at the same time; more are just closed */
#define ACCEPT_PAUSE_MS 100    /* after running out of descriptors or memory */
#define ACCESSLOG_AGAIN_MS 100 /* after a pipe had no room for the access log */
#define PACE_MS 50
#define STOPPING_SPARE_MS 3000 /* to end in, after the grace */
#define DISK_MS 2

/* Connections that wait for the same span of time, in the order in which
 * it ends. */
struct conn_queue {
	struct conn *first, *last;
	uint32_t span_ms;
};

/* From PACING on, connections continue when their span is over; the others are
 * given up. */
enum { READING, SENDING, LINGERING, PACING, DISK, AGAIN, QUEUES };

struct worker {
	struct worker_conf *conf;
	struct conn_env env;
	bool pooled; /* somebody else writes the numbers */
	int epoll;
	struct conn_queue queue[QUEUES];
	size_t conns;
	uint64_t accept_again_ms; /* 0: accepting */
	uint64_t end_ms;          /* when the grace is over; 0: not stopping */
};

/* ---- queues ------------------------------------------------------------- */

static void
queue_leave(struct conn *c)
{
	struct conn_queue *q = c->queue;

	if (!q)
		return;
	*(c->prev ? &c->prev->next : &q->first) = c->next;
	*(c->next ? &c->next->prev : &q->last) = c->prev;
	c->queue = NULL;
	c->next = c->prev = NULL;
}

static void
queue_enter(struct conn *c, struct conn_queue *q, uint64_t now_ms)
{
	queue_leave(c);
	c->queue = q;
	c->due_ms = now_ms + q->span_ms;
	c->prev = q->last;
	*(q->last ? &q->last->next : &q->first) = c;
	q->last = c;
}

/* ---- connections -------------------------------------------------------- */

static void
drop_conn(struct worker *w, struct conn *c)
{
	queue_leave(c);
	w->conns--;
	conn_end(c, &w->env);
	free(c);
}

static void
wait_for(struct worker *w, struct conn *c, enum conn_wait wait)
{
	static const int queue_of[] = { [CONN_READ] = READING,
		[CONN_WRITE] = SENDING,
		[CONN_PACE] = PACING,
		[CONN_DISK] = DISK,
		[CONN_AGAIN] = AGAIN };
	struct conn_queue *q;

	if (wait == CONN_GONE) {
		drop_conn(w, c);
		return;
	}
	q = &w->queue[wait == CONN_READ && c->state == CONN_LINGER ? LINGERING : queue_of[wait]];
	if (c->queue != q || c->moved || q >= &w->queue[PACING])
		queue_enter(c, q, w->env.now_ms);
	c->moved = false;
}

/* Takes over an accepted socket, or closes it if that is not possible. */
static struct conn *
add_conn(struct worker *w, int fd, const void *peer, socklen_t len)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET };
	struct conn *c = malloc(sizeof(*c));

	ev.data.ptr = c;
	if (!c || epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &ev) < 0) {
		free(c);
		close(fd);
		return NULL;
	}
	conn_init(c, fd);
	memcpy(&c->client.peer, peer, len < sizeof(c->client.peer) ? len : sizeof(c->client.peer));
	w->conns++;
	conn_admit(c, &w->env);
	queue_enter(c, &w->queue[READING], w->env.now_ms);
	if (w->env.refused > REFUSED_MAX) {
		drop_conn(w, c);
		return NULL;
	}
	return c;
}

/* ---- listening ---------------------------------------------------------- */

/* EPOLLEXCLUSIVE: one free worker wakes up, not all of them. */
static int
watch_listeners(struct worker *w, bool on)
{
	struct listen_set *set = &w->conf->listen;

	for (size_t i = 0; i < set->n; i++) {
		struct epoll_event ev = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = &set->fd[i] };

		if (epoll_ctl(w->epoll, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, set->fd[i], &ev) < 0)
			return -1;
	}
	return 0;
}

static void
pause_accepting(struct worker *w, int err)
{
	unsigned missed;

	if (log_allow(&w->env.log.faults, w->env.now_ms, 1, &missed))
		log_err("cannot accept connections: %s; trying again", strerror(err));
	watch_listeners(w, false);
	w->accept_again_ms = w->env.now_ms + ACCEPT_PAUSE_MS;
}

static void
on_listener(struct worker *w, int fd)
{
	for (int i = 0; i < ACCEPTS && !w->accept_again_ms; i++) {
		struct sockaddr_storage peer = { .ss_family = AF_UNSPEC };
		socklen_t len = sizeof(peer);
		int got = accept4(fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (got >= 0) {
			struct conn *c = add_conn(w, got, &peer, len);

			if (c)
				wait_for(w, c, conn_run(c, &w->env));
			continue;
		}
		switch (errno) {
		case EMFILE:
		case ENFILE:
		case ENOBUFS:
		case ENOMEM:
			pause_accepting(w, errno);
			return;
		case EAGAIN:
			return;
		default: /* a client that left while it waited (accept(2)) */
			continue;
		}
	}
}

/* ---- time --------------------------------------------------------------- */

static void
on_time(struct worker *w)
{
	for (int i = 0; i < QUEUES; i++) {
		struct conn_queue *q = &w->queue[i];
		struct conn *c, *last = q->last;
		bool more = true;

		/* Connections that are put back into the queue are not looked at twice. */
		while (more && (c = q->first) && c->due_ms <= w->env.now_ms) {
			more = c != last;
			queue_enter(c, q, w->env.now_ms);
			wait_for(w, c, i >= PACING ? conn_run(c, &w->env) : conn_timeout(c, &w->env));
		}
	}
	if (w->accept_again_ms && w->accept_again_ms <= w->env.now_ms) {
		w->accept_again_ms = 0;
		if (watch_listeners(w, true) < 0)
			pause_accepting(w, errno);
	}
}

static void
note_due(uint64_t *at, uint64_t due)
{
	if (due && due < *at)
		*at = due;
}

/* Milliseconds until something is due; -1: nothing is. */
static int
next_due(const struct worker *w)
{
	uint64_t now = clock_ms(), at = UINT64_MAX;

	for (int i = 0; i < QUEUES; i++)
		note_due(&at, w->queue[i].first ? w->queue[i].first->due_ms : 0);
	note_due(&at, w->accept_again_ms);
	note_due(&at, w->end_ms);
	note_due(&at, w->pooled ? 0 : w->conf->metrics.due_ms);
	note_due(&at, w->conf->accesslog.len ? now + ACCESSLOG_AGAIN_MS : 0);
	if (at == UINT64_MAX)
		return -1;
	return at <= now ? 0 : (int)(at - now);
}

/* ---- life --------------------------------------------------------------- */

static void
worker_stop(struct worker *w)
{
	struct conn *c, *next;

	if (w->end_ms)
		return;
	w->end_ms = w->env.now_ms + w->conf->grace_ms;
	w->env.stopping = true;
	if (!w->pooled)
		worker_stopping(w->conf);
	if (!w->accept_again_ms)
		watch_listeners(w, false);
	w->accept_again_ms = 0;
	for (size_t i = 0; i < w->conf->listen.n; i++)
		close(w->conf->listen.fd[i]);
	w->conf->listen.n = 0;
	for (c = w->queue[READING].first; c; c = next) {
		next = c->next;
		if (conn_idle(c))
			drop_conn(w, c);
	}
}

static void
worker_signals(struct worker *w)
{
	enum sigs_event event;

	while ((event = sigs_next(w->conf->signals)) != SIGS_NONE) {
		if (event == SIGS_STOP)
			worker_stop(w);
		if (event == SIGS_RELOAD && w->conf->docroot.images)
			imagemaps_reload(w->conf->docroot.images);
		if (event == SIGS_REPORT)
			worker_report(w->conf, true);
		if (event == SIGS_CHILD)
			events_reap("httpd-boot");
		if (event == SIGS_RELOAD && accesslog_reopen(&w->conf->accesslog) < 0)
			log_err("cannot open the access log \"%s\" again: %s; still writing to the old one",
			    w->conf->accesslog.path, accesslog_error(errno));
	}
}

static void
read_clocks(struct worker *w)
{
	struct timespec ts;

	w->env.now_ms = clock_ms();
	clock_gettime(CLOCK_REALTIME_COARSE, &ts);
	if (ts.tv_sec == w->env.now)
		return;
	w->env.now = ts.tv_sec;
	date_http(w->env.now, w->env.date);
	accesslog_stamp(w->env.now, w->env.log.stamp);
}

/* The connection an event is about; NULL: a listener or the signals. */
static struct conn *
conn_of(const struct worker *w, const struct epoll_event *ev)
{
	const int *fd = ev->data.ptr, *listeners = w->conf->listen.fd;

	if (fd == &w->conf->signals || (fd >= listeners && fd < listeners + LISTEN_MAX))
		return NULL;
	return ev->data.ptr;
}

/* Everything that has arrived is read before any of it is answered. */
static void
hear_all(struct worker *w, const struct epoll_event *ev, int n)
{
	w->env.shared.len = 0;
	for (int i = 0; i < n; i++) {
		struct conn *c = conn_of(w, &ev[i]);

		if (!c)
			continue;
		c->in.more |= (ev[i].events & (EPOLLIN | EPOLLRDHUP)) != 0;
		c->in.ended |= (ev[i].events & EPOLLRDHUP) != 0;
		if (c->in.more && !(ev[i].events & (EPOLLERR | EPOLLHUP)))
			conn_hear(c, &w->env);
	}
}

static void
turn(struct worker *w)
{
	struct epoll_event ev[EVENTS];
	int n = epoll_wait(w->epoll, ev, EVENTS, next_due(w));
	bool signalled = false;

	read_clocks(w);
	hear_all(w, ev, n);
	for (int i = 0; i < n; i++) {
		const int *fd = ev[i].data.ptr;
		struct conn *c = conn_of(w, &ev[i]);

		if (c && ev[i].events & (EPOLLERR | EPOLLHUP)) /* the client is gone in both directions */
			drop_conn(w, c);
		else if (c && (c->queue == &w->queue[PACING] || c->queue == &w->queue[DISK]))
			continue; /* which have their own time */
		else if (c)
			wait_for(w, c, conn_run(c, &w->env));
		else if (fd == &w->conf->signals)
			signalled = true;
		else
			on_listener(w, *fd);
	}
	on_time(w);
	if (!w->pooled && w->env.now_ms >= w->conf->metrics.due_ms)
		worker_report(w->conf, false);
	filecache_turn(w->env.filecache);
	if (signalled)
		worker_signals(w);
	if (accesslog_flush(&w->conf->accesslog) < 0)
		log_err("cannot write the access log: %s", accesslog_error(errno));
}

static int
open_worker(struct worker *w)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = &w->conf->signals };

	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	w->env.shared.at = malloc(INPUT_SHARED);
	w->env.reqcache = reqcache_make();
	if (w->epoll < 0 || !w->env.shared.at || !w->env.reqcache ||
	    epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->conf->signals, &ev) < 0)
		return -1;
	return w->conf->listen.connected ? 0 : watch_listeners(w, true);
}

void
worker_report(struct worker_conf *conf, bool to_log)
{
	uint64_t sum[STATS_VALUES];

	stats_sum(conf->stats, limits_total(conf->limits), sum);
	if (to_log)
		metrics_log(&stats_table, sum);
	else
		metrics_write(&conf->metrics, sum, clock_ms());
}

void
worker_stopping(const struct worker_conf *conf)
{
	listen_notify_stopping((conf->grace_ms + STOPPING_SPARE_MS) / 1000);
}

unsigned
worker_calls(const struct worker_conf *conf)
{
	return conf->inbox || conf->metrics.path ? SANDBOX_CREATE : 0;
}

int
worker_run(struct worker_conf *conf, unsigned index)
{
	struct worker w = {
		.conf = conf, .pooled = conf->pooled,
		.env = { .docroot = &conf->docroot, .limits = conf->limits, .inbox = conf->inbox, .trust = &conf->trust, .worker = index, .connections = conf->connections, .stats = stats_of(conf->stats, index), .log.accesslog = &conf->accesslog },
		.queue = {
			[READING].span_ms = conf->timeout_ms,
			/* looked at twice within the time (conn_timeout) */
			[SENDING].span_ms = conf->timeout_ms / 2,
			[LINGERING].span_ms = CONN_LINGER_MS,
			[PACING].span_ms = PACE_MS,
			[DISK].span_ms = DISK_MS,
		},
	};
	struct sockaddr_storage peer = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(peer);

	if (open_worker(&w) < 0)
		return -1;
	w.env.filecache = filecache_make();
	eventlog_open(&w.env.log);
	w.env.log.events = events_wanted(&conf->events) ? &conf->events : NULL;
	read_clocks(&w);
	if (conf->listen.connected) { /* the one client that inetd or Accept=yes started us for */
		getpeername(conf->listen.fd[0], (struct sockaddr *)&peer, &len);
		add_conn(&w, conf->listen.fd[0], &peer, len);
		conf->listen.n = 0;
	}
	while (w.conns || (!conf->listen.connected && !w.end_ms)) {
		if (w.end_ms && w.env.now_ms >= w.end_ms)
			break;
		turn(&w);
	}
	for (int i = 0; i < QUEUES; i++)
		while (w.queue[i].first) {
			w.queue[i].first->out.fault = "time is up after SIGTERM";
			drop_conn(&w, w.queue[i].first);
		}
	accesslog_flush(&conf->accesslog);
	eventlog_close(&w.env.log);
	filecache_free(w.env.filecache);
	reqcache_free(w.env.reqcache);
	free(w.env.shared.at);
	close(w.epoll);
	return 0;
}

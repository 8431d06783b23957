/* A storm's HTTP downloads. */
#include "storm_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define HTTP_PORT 80
#define REQUEST (URL_TEXT + 256)
#define READS 8 /* per turn; then the other machines have theirs */
/* What all connections together may have under way: less than the socket's
 * queue holds (pktsock.c), or packets are lost that no wire has lost. */
#define IN_FLIGHT (32 * 1024 * 1024)
#define WINDOW_MIN (16 * 1024)
#define WINDOW_MAX (256 * 1024) /* iPXE's (TCP_MAX_WINDOW_SIZE) */

void
storm_http_close(struct storm_machine *m)
{
	if (m->fd >= 0)
		close(m->fd); /* epoll forgets it */
	m->fd = -1;
	free(m->request);
	m->request = NULL;
}

static bool
watch_connection(struct storm *s, struct storm_machine *m, int op, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = m };

	return epoll_ctl(s->epoll, op, m->fd, &e) == 0;
}

static bool
connect_to(struct storm *s, struct storm_machine *m, uint16_t port)
{
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(storm_address(m)) };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(m->server) };
	unsigned part = IN_FLIGHT / s->slots;
	int one = 1, window = (int)(part < WINDOW_MIN ? WINDOW_MIN : part > WINDOW_MAX ? WINDOW_MAX : part);

	m->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (m->fd < 0)
		return false;
	/* The port is chosen with the peer known, so that it need not be free for all. */
	setsockopt(m->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	setsockopt(m->fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof(window));
	if (bind(m->fd, (struct sockaddr *)&local, sizeof(local)) != 0 ||
	    !watch_connection(s, m, EPOLL_CTL_ADD, EPOLLOUT))
		return false;
	m->server_port = port;
	m->peer = m->server;
	return connect(m->fd, (struct sockaddr *)&to, sizeof(to)) == 0 || errno == EINPROGRESS;
}

static void
send_request(struct storm *s, struct storm_machine *m)
{
	ssize_t n;

	while (m->request_sent < m->request_len) {
		n = send(m->fd, m->request + m->request_sent, m->request_len - m->request_sent, MSG_NOSIGNAL);
		if (n < 0)
			return; /* EAGAIN: EPOLLOUT tells; else EPOLLERR does */
		m->request_sent += (size_t)n;
	}
	watch_connection(s, m, EPOLL_CTL_MOD, EPOLLIN);
}

static bool
storm_http_ask(struct storm *s, struct storm_machine *m, const struct url *u, bool head)
{
	const struct replay_item *i = storm_item(s, m);
	uint16_t port = u->port ? u->port : HTTP_PORT;

	m->stage = STORM_HTTP;
	m->probing = head;
	httpget_start(&m->get.http, i->http, head);
	m->reused = m->fd >= 0 && m->server_port == port && m->peer == m->server;
	if (!m->reused)
		storm_http_close(m);
	free(m->request);
	m->request = malloc(REQUEST);
	m->request_len = m->request ? httpget_request(i->http, u, head, m->request, REQUEST) : 0;
	m->request_sent = 0;
	if (!m->request_len || (!m->reused && !connect_to(s, m, port)))
		return false;
	storm_answered(m);
	storm_wait(s, m);
	if (m->reused)
		send_request(s, m);
	return true;
}

void
storm_http_start(struct storm *s, struct storm_machine *m, const struct url *u)
{
	if (!storm_http_ask(s, m, u, storm_item(s, m)->http->head_first))
		storm_file_failed(s, m, FAULT_HTTP_NO_ANSWER, strerror(errno));
}

/* Asks for the same file again: after HEAD, or when the old connection turned
 * out to be closed. */
static void
storm_http_ask_again(struct storm *s, struct storm_machine *m, bool head)
{
	struct url u;

	if (!storm_locate(s, m, &u) || !storm_http_ask(s, m, &u, head))
		storm_file_failed(s, m, FAULT_HTTP_NO_ANSWER, strerror(errno));
}

static void
storm_http_broken(struct storm *s, struct storm_machine *m, const char *why)
{
	bool idle = m->reused && m->get.http.stage == HTTPGET_STATUS;

	storm_http_close(m);
	if (idle)
		storm_http_ask_again(s, m, m->probing);
	else
		storm_file_failed(s, m, m->get.http.fault ? m->get.http.fault : FAULT_HTTP_NO_ANSWER, why);
}

static void
read_reply(struct storm *s, struct storm_machine *m)
{
	static char bytes[64 * 1024];
	struct httpget *g = &m->get.http;
	enum httpget_event e = HTTPGET_MORE;
	bool more = true;

	for (int i = 0; i < READS && e == HTTPGET_MORE && more; i++) {
		size_t skip = httpget_may_skip(g);
		/* tcp(7), MSG_TRUNC: the kernel discards it without copying. */
		ssize_t n = skip ? recv(m->fd, NULL, skip, MSG_TRUNC) : recv(m->fd, bytes, sizeof(bytes), 0);

		more = n > 0 && (size_t)n == (skip ? skip : sizeof(bytes));
		if (n > 0) {
			storm_answered(m);
			e = skip ? httpget_skipped(g, (size_t)n) : httpget_input(g, bytes, (size_t)n);
		} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
			e = httpget_closed(g);
		}
	}
	if (e == HTTPGET_DONE) {
		if (!httpget_keeps(g) || g->how->exact_case)
			storm_http_close(m);
		if (m->probing)
			storm_http_ask_again(s, m, false);
		else
			storm_file_done(s, m, g->bytes);
	} else if (e == HTTPGET_FAILED) {
		storm_http_broken(s, m, g->message);
	} else if (m->sent == 0) {
		storm_wait(s, m);
	}
}

void
storm_http_input(struct storm *s, struct storm_machine *m, uint32_t events)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (m->stage != STORM_HTTP) {
		storm_http_close(m); /* an idle one that the server closed */
		return;
	}
	if (events & EPOLLERR) {
		getsockopt(m->fd, SOL_SOCKET, SO_ERROR, &error, &len);
		storm_http_broken(s, m, error ? strerror(error) : "the connection broke");
		return;
	}
	if (events & EPOLLOUT)
		send_request(s, m);
	if (events & (EPOLLIN | EPOLLHUP))
		read_reply(s, m);
}

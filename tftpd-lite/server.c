#include "server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

#define SEND_LINES 2 /* per second, about what could not be sent */
#define CONNECT_BLOCKS \
	64                /* a transfer alone for so long gets a connected socket; strangers then hear
                           * the kernel (ICMP) in place of error 5 */
#define DRAIN_BATCHES 256 /* in a row from one socket, before anything else has its turn */
#define ALONE_MS 50       /* without anybody else, before a transfer is waited for alone */

int
server_init(struct server *s, const struct server_config *config, struct docroot *docroot, uint64_t now_ms)
{
	size_t longest = config->request.create ? UDP_UPLOAD : UDP_REQUEST;

	*s = (struct server){ .in = udp_in_new(longest), .aside = udp_in_new(longest) };
	s->requests =
	    (struct requests){ .config = config->request, .docroot = docroot, .pool = &s->pool, .last_ms = now_ms };
	if (transfer_pool_init(&s->pool, config->lo, config->hi) < 0 || !s->in || !s->aside)
		return -1;
	return pollset_reserve(&s->pollset, 1 + LISTEN_MAX);
}

int
server_listen(struct server *s, int fd)
{
	struct port *port = &s->listener[s->listeners];

	*port = (struct port){ .listener = true };
	if (udp_adopt(fd, &port->socket) < 0)
		return -1;
	s->listeners++;
	return 0;
}

/* ---- waiting ----------------------------------------------------------- */

bool
server_wait(struct server *s, int signals, int timeout_ms)
{
	struct pollset *set = &s->pollset;

	set->n = 0;
	pollset_add(set, signals, NULL);
	/* requests that come after server_stop are for whoever gets the socket next */
	for (size_t i = 0; i < s->listeners && (!s->requests.closed || s->requests.config.single); i++)
		pollset_add(set, s->listener[i].socket.fd, &s->listener[i]);
	/* one that finds no room is looked at when its transfers are due */
	for (struct port *p = s->pool.ports.open; p; p = p->next)
		pollset_add(set, p->socket.fd, p);
	pollset_wait(set, timeout_ms);
	return set->fd[0].revents != 0;
}

/* ---- what comes in ----------------------------------------------------- */

static struct xfer_event
event_of(const struct request *r, struct transfer_payload *payload)
{
	const struct tftp_packet *packet = &r->asked;
	struct xfer_event e = { .kind = XFER_STRAY, .block = packet->block };

	*payload = (struct transfer_payload){ .len = 0 };
	if (r->error != TFTP_OK)
		return e;
	if (packet->op == TFTP_ACK) {
		e.kind = XFER_ACK;
	} else if (packet->op == TFTP_DATA) {
		e.kind = XFER_DATA;
		e.len = payload->len = packet->len;
		payload->bytes = packet->data;
	} else if (packet->op == TFTP_ERROR) {
		e.kind = XFER_ERROR;
		e.code = packet->code;
		payload->message = packet->message;
	}
	return e;
}

static struct transfer *
transfer_of(const struct server *s, const struct port *port, const struct udp_packet *p)
{
	struct transfer *t;

	if (port->only && addr_equal(&port->only->peer, &p->from))
		return port->only;
	if (!port->listener)
		return transfers_find_on(s->pool.transfers, &p->from, port);
	t = transfers_find(s->pool.transfers, &p->from, &p->to);
	return t && t->port == port ? t : NULL;
}

/* A packet of a transfer, or for nobody. */
static void
dispatch_packet(struct server *s, struct port *port, const struct udp_packet *p, uint64_t now_ms)
{
	struct request r = { .listener = port, .packet = p, .error = TFTP_MALFORMED, .now_ms = now_ms };
	struct transfer *t = transfer_of(s, port, p);
	struct transfer_payload payload;
	struct xfer_event e;
	bool asks;

	if (!p->cut)
		r.error = tftp_parse(p->bytes, p->len, &r.asked);
	e = event_of(&r, &payload);
	asks = r.asked.op == TFTP_RRQ || r.asked.op == TFTP_WRQ;
	if (t && !(asks && port->listener))
		transfer_event(&s->pool, t, &e, &payload, now_ms);
	else if (port->listener)
		request_take(&s->requests, &r);
	else if (e.kind != XFER_ERROR)
		request_error(&s->requests, port, p, TFTP_E_UNKNOWN_TID, "Unknown transfer ID");
}

/* One batch of what has come; false: that was all. */
static bool
take_batch(struct server *s, struct udp_in *in, struct port *port, size_t max, uint64_t now_ms)
{
	struct udp_packet packets[UDP_BATCH];
	size_t n = udp_receive(in, &port->socket, max, packets);

	for (size_t i = 0; i < n; i++)
		dispatch_packet(s, port, &packets[i], now_ms);
	if (n < max)
		port->empty_ms = now_ms;
	return n == max;
}

/* All that has come; of a flood, as much as a turn allows. */
static void
take_all(struct server *s, struct udp_in *in, struct port *port, uint64_t now_ms)
{
	port->used++; /* keeps it from closing while its packets are handled */
	for (int i = 0; i < DRAIN_BATCHES && take_batch(s, in, port, UDP_BATCH, now_ms); i++)
		;
	port->empty_ms = now_ms;
	ports_put(&s->pool.ports, port);
}

/* A packet of a listener.  What its sender sent to the port of an older
 * transfer goes first: an ERROR there ends it, whichever socket is looked at
 * first. */
static void
take_request_packet(struct server *s, struct port *port, const struct udp_packet *p, uint64_t now_ms)
{
	const struct transfer *t = transfers_find(s->pool.transfers, &p->from, &p->to);

	if (t && !t->port->listener)
		take_all(s, s->aside, t->port, now_ms);
	dispatch_packet(s, port, p, now_ms);
}

static void
take_refusals(struct server *s, struct port *port, uint64_t now_ms)
{
	struct xfer_event e = { .kind = XFER_REFUSED };
	struct addr who;

	while (udp_refusal(&port->socket, &who)) {
		struct transfer *t = transfers_find_on(s->pool.transfers, &who, port);

		if (t)
			transfer_event(&s->pool, t, &e, NULL, now_ms);
	}
}

/* Takes up the deferred requests that this batch made possible, and sends
 * what it is answered with. */
static void
finish_batch(struct server *s, uint64_t now_ms)
{
	struct amplification_deferred *d;
	unsigned missed;
	int err;

	while ((d = amplification_next(s->pool.amplification, now_ms))) {
		struct udp_packet p = {
			.bytes = d->bytes, .len = d->len, .from = d->from, .to = d->to, .waited = true
		};
		const struct transfer *t = transfers_find(s->pool.transfers, &d->from, &d->to);

		/* a client that had to wait may have asked twice */
		if (!t || t->started_ms < d->came_ms)
			take_request_packet(s, d->where, &p, now_ms);
		free(d);
	}
	udp_flush(s->pool.out);
	err = udp_error(s->pool.out);
	if (err && log_allow(&s->unsent, now_ms, SEND_LINES, &missed))
		log_warn("cannot send: %s unlogged=%u", strerror(err), missed);
}

static void
take_turn(struct server *s, struct port *port, short events, uint64_t now_ms)
{
	struct udp_packet packets[UDP_BATCH];
	size_t n, expected;

	if (port->socket.fd < 0)
		return; /* closed since it was looked at */
	s->lone = port->only && transfers_count(s->pool.transfers) == 1 ? port : NULL;
	if (!s->lone)
		s->others_ms = now_ms;
	port->used++;
	if (events & POLLERR)
		take_refusals(s, port, now_ms);
	if (port->listener) {
		n = udp_receive(s->in, &port->socket, UDP_BATCH, packets);
		for (size_t i = 0; i < n; i++)
			take_request_packet(s, port, &packets[i], now_ms);
		if (n < UDP_BATCH)
			port->empty_ms = now_ms;
	} else {
		/* a client that reads sends one packet and waits: looking for more
		 * than can have come costs a system call's work each time */
		expected = s->requests.config.create || port->used > UDP_BATCH ? UDP_BATCH : port->used;
		take_batch(s, s->in, port, expected, now_ms);
	}
	finish_batch(s, now_ms);
	ports_put(&s->pool.ports, port);
}

void
server_take(struct server *s, uint64_t now_ms)
{
	for (size_t i = 1; i < s->pollset.n; i++)
		if (s->pollset.fd[i].revents)
			take_turn(s, s->pollset.port[i], s->pollset.fd[i].revents, now_ms);
}

/* The next packet of the transfer that is alone.  To sleep and to be woken by
 * another CPU takes longer than most clients need to answer, so it looks for a
 * while before it sleeps, as long as that pays. */
static bool
await_packet(struct server *s, struct port *port, struct udp_packet *p)
{
	uint64_t from_us, spent_us = 0;
	bool came = false;

	if (busywait_pays(&s->busywait)) {
		from_us = clock_us();
		do {
			came = udp_receive(s->in, &port->socket, 1, p) == 1;
			spent_us = clock_us() - from_us;
		} while (!came && spent_us < BUSYWAIT_US);
		/* late: somebody else had our CPU meanwhile, and sleepers get it sooner */
		busywait_learn(&s->busywait, came && spent_us < BUSYWAIT_US);
	}
	return came || udp_wait(s->in, &port->socket, p);
}

void
server_attend(struct server *s, uint64_t now_ms)
{
	struct port *port = s->lone;
	uint64_t end_ms = now_ms + UDP_WAIT_MS;
	struct udp_packet p;

	s->lone = NULL;
	if (!port || transfers_count(s->pool.transfers) != 1 || now_ms - s->others_ms < ALONE_MS)
		return;
	port->used++;
	if (port->only && !port->socket.connected && port->only->x.base >= CONNECT_BLOCKS)
		udp_connect(&port->socket, &port->only->peer);
	while (port->only && now_ms <= end_ms && await_packet(s, port, &p)) {
		now_ms = clock_ms();
		dispatch_packet(s, port, &p, now_ms);
		udp_flush(s->pool.out);
	}
	finish_batch(s, now_ms);
	ports_put(&s->pool.ports, port);
}

/* ---- what is due ------------------------------------------------------- */

void
server_tick(struct server *s, uint64_t now_ms)
{
	struct xfer_event e = { .kind = XFER_TIMER };
	struct transfer *t;

	while ((t = transfers_next_due(s->pool.transfers)) && xfer_deadline(&t->x) <= now_ms) {
		/* After a hold-up, answers that came in time wait in the sockets:
		 * taking them is cheaper than sending again for nothing. */
		if (t->port->empty_ms < now_ms)
			take_all(s, s->in, t->port, now_ms);
		else
			transfer_event(&s->pool, t, &e, NULL, now_ms);
	}
	finish_batch(s, now_ms);
	ports_sweep(&s->pool.ports);
}

uint64_t
server_deadline(struct server *s)
{
	const struct transfer *t = transfers_next_due(s->pool.transfers);

	return t ? xfer_deadline(&t->x) : XFER_NEVER;
}

uint64_t
server_last_request(const struct server *s)
{
	return s->requests.last_ms;
}

/* ---- the end ----------------------------------------------------------- */

void
server_stop(struct server *s)
{
	s->requests.closed = true;
}

size_t
server_running(const struct server *s)
{
	size_t n = 0;

	for (size_t i = 0; i < transfers_count(s->pool.transfers); i++)
		n += transfers_at(s->pool.transfers, i)->x.end == XFER_RUNNING;
	return n;
}

const uint64_t *
server_stats(const struct server *s)
{
	return s->pool.stats;
}

void
server_free(struct server *s, uint64_t now_ms)
{
	transfer_pool_free(&s->pool, now_ms);
	udp_in_free(s->in);
	udp_in_free(s->aside);
	pollset_free(&s->pollset);
}

#include "server.h"

#include <errno.h>
#include <string.h>

#include "clock.h"

#define SEND_LINES 2 /* a second, about what could not be sent */
#define CONNECT_BLOCKS \
	64                /* a transfer alone for so long gets a connected socket; strangers then hear the
                              * kernel (ICMP) in place of error 5 */
#define DRAIN_BATCHES 256 /* in a row from one socket, before anything else has its turn */
#define ALONE_MS 50       /* without anybody else, before a transfer is waited for alone */

int
server_init(struct server *s, const struct server_config *config, struct docroot *docroot)
{
	*s = (struct server){ .config = *config, .docroot = docroot, .ports = { .lo = config->lo, .hi = config->hi } };
	s->transfers = transfers_new();
	s->files = files_new();
	s->amplification = amplification_new();
	s->in = udp_in_new(config->create ? UDP_UPLOAD : UDP_REQUEST);
	s->aside = udp_in_new(config->create ? UDP_UPLOAD : UDP_REQUEST);
	s->out = udp_out_new();
	return s->transfers && s->files && s->amplification && s->in && s->aside && s->out &&
	        pollset_reserve(&s->pollset, 1 + LISTEN_MAX) == 0 ?
	    0 :
	    -1;
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
	struct pollset *w = &s->pollset;

	w->n = 0;
	pollset_add(w, signals, NULL);
	/* requests that come after server_stop are for whoever gets the socket next */
	for (size_t i = 0; i < s->listeners && (!s->stopping || s->config.single); i++)
		pollset_add(w, s->listener[i].socket.fd, &s->listener[i]);
	/* one that finds no room is looked at when its transfers are due */
	for (struct port *p = s->ports.open; p; p = p->next)
		pollset_add(w, p->socket.fd, p);
	pollset_wait(w, timeout_ms);
	return w->fd[0].revents != 0;
}

/* ---- what comes in ----------------------------------------------------- */

static struct xfer_event
event_of(const struct udp_packet *p, struct transfer_payload *data)
{
	struct tftp_packet packet;
	struct xfer_event e = { .kind = XFER_STRAY };

	*data = (struct transfer_payload){ .len = 0 };
	if (p->cut || tftp_parse(p->bytes, p->len, &packet) != TFTP_OK)
		return e;
	e.block = packet.block;
	if (packet.op == TFTP_ACK) {
		e.kind = XFER_ACK;
	} else if (packet.op == TFTP_DATA) {
		e.kind = XFER_DATA;
		e.len = data->len = packet.len;
		data->bytes = packet.data;
	} else if (packet.op == TFTP_ERROR) {
		e.kind = XFER_ERROR;
		e.code = packet.code;
		data->message = packet.message;
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
		return transfers_find_on(s->transfers, &p->from, port);
	t = transfers_find(s->transfers, &p->from, &p->to);
	return t && t->port == port ? t : NULL;
}

static void
take_packet(struct server *s, struct port *port, const struct udp_packet *p, uint64_t now_ms)
{
	struct transfer *t = transfer_of(s, port, p);
	struct transfer_payload data;
	struct xfer_event e = event_of(p, &data);

	if (t && e.kind != XFER_STRAY)
		transfer_event(s, t, &e, &data, now_ms);
	else if (port->listener)
		request_take(s, port, p, now_ms);
	else if (t)
		transfer_event(s, t, &e, &data, now_ms);
	else if (e.kind != XFER_ERROR)
		request_error(s, port, p, TFTP_E_UNKNOWN_TID, "Unknown transfer ID");
}

static void
take_refusals(struct server *s, struct port *port, uint64_t now_ms)
{
	struct xfer_event e = { .kind = XFER_REFUSED };
	struct addr who;

	while (udp_refusal(&port->socket, &who)) {
		struct transfer *t = transfers_find_on(s->transfers, &who, port);

		if (t)
			transfer_event(s, t, &e, NULL, now_ms);
	}
}

/* What a batch of packets made possible, and what it is answered with. */
static void
finish_batch(struct server *s, uint64_t now_ms)
{
	unsigned missed;
	int err;

	request_resume(s, now_ms);
	udp_flush(s->out);
	err = udp_error(s->out);
	if (err && log_allow(&s->unsent, now_ms, SEND_LINES, &missed))
		log_warn("cannot send: %s unlogged=%u", strerror(err), missed);
}

void
server_put_port(struct server *s, struct port *port)
{
	if (port->used == 1 && !port->listener)
		udp_flush(s->out);
	ports_put(&s->ports, port);
}

/* Looking for more than can have come costs a system call's work each time:
 * a client that reads sends one packet, and waits. */
static size_t
expected(const struct server *s, const struct port *port)
{
	if (port->listener || s->config.create || port->used > UDP_BATCH)
		return UDP_BATCH;
	return port->used > 0 ? port->used : 1;
}

/* One batch of what has come; false: that was all. */
static bool
take_batch(struct server *s, struct udp_in *in, struct port *port, size_t max, uint64_t now_ms)
{
	struct udp_packet packets[UDP_BATCH];
	size_t n = udp_receive(in, &port->socket, max, packets);

	for (size_t i = 0; i < n; i++)
		take_packet(s, port, &packets[i], now_ms);
	if (n < max)
		port->empty_ms = now_ms;
	return n == max;
}

static void
take_turn(struct server *s, struct port *port, short events, uint64_t now_ms)
{
	if (port->socket.fd < 0)
		return; /* closed since it was looked at */
	s->lone = port->only && transfers_count(s->transfers) == 1 ? port : NULL;
	if (!s->lone)
		s->others_ms = now_ms;
	port->used++; /* keeps it from closing while its packets are handled */
	if (events & POLLERR)
		take_refusals(s, port, now_ms);
	take_batch(s, s->in, port, expected(s, port), now_ms);
	finish_batch(s, now_ms);
	server_put_port(s, port);
}

void
server_take(struct server *s, uint64_t now_ms)
{
	for (size_t i = 1; i < s->pollset.n; i++)
		if (s->pollset.fd[i].revents)
			take_turn(s, s->pollset.port[i], s->pollset.fd[i].revents, now_ms);
}

/* All that has come; of a flood, as much as a turn allows. */
static void
take_all(struct server *s, struct udp_in *in, struct port *port, uint64_t now_ms)
{
	port->used++;
	for (int i = 0; i < DRAIN_BATCHES && take_batch(s, in, port, UDP_BATCH, now_ms); i++)
		;
	port->empty_ms = now_ms;
	server_put_port(s, port);
}

void
server_drain(struct server *s, struct port *port, uint64_t now_ms)
{
	take_all(s, s->aside, port, now_ms);
}

void
server_attend(struct server *s, uint64_t now_ms)
{
	struct port *port = s->lone;
	uint64_t end_ms = now_ms + UDP_WAIT_MS;
	struct udp_packet p;

	s->lone = NULL;
	if (!port || transfers_count(s->transfers) != 1 || now_ms - s->others_ms < ALONE_MS)
		return;
	port->used++;
	if (port->only && !port->socket.connected && port->only->x.base >= CONNECT_BLOCKS)
		udp_connect(&port->socket, &port->only->peer);
	while (port->only && now_ms <= end_ms && udp_wait(s->in, &port->socket, &p)) {
		now_ms = clock_ms();
		take_packet(s, port, &p, now_ms);
		udp_flush(s->out);
	}
	finish_batch(s, now_ms);
	server_put_port(s, port);
}

/* ---- what is due ------------------------------------------------------- */

void
server_tick(struct server *s, uint64_t now_ms)
{
	struct xfer_event e = { .kind = XFER_TIMER };
	struct transfer *t;

	while ((t = transfers_next_due(s->transfers)) && xfer_deadline(&t->x) <= now_ms) {
		/* Whoever was busy elsewhere finds answers in its sockets that came in
		 * time: taking them in is sooner done than sending again for nothing. */
		if (t->port->empty_ms < now_ms)
			take_all(s, s->in, t->port, now_ms);
		else
			transfer_event(s, t, &e, NULL, now_ms);
	}
	finish_batch(s, now_ms);
	ports_sweep(&s->ports);
}

uint64_t
server_deadline(struct server *s)
{
	const struct transfer *t = transfers_next_due(s->transfers);

	return t ? xfer_deadline(&t->x) : XFER_NEVER;
}

/* ---- the end ----------------------------------------------------------- */

void
server_stop(struct server *s)
{
	s->stopping = true;
}

size_t
server_running(const struct server *s)
{
	size_t n = 0;

	for (size_t i = 0; i < transfers_count(s->transfers); i++)
		n += transfers_at(s->transfers, i)->x.end == XFER_RUNNING;
	return n;
}

void
server_free(struct server *s, uint64_t now_ms)
{
	while (transfers_count(s->transfers) > 0)
		transfer_drop(s, transfers_next_due(s->transfers), "Server is stopping", now_ms);
	udp_flush(s->out);
	ports_sweep(&s->ports);
	transfers_free(s->transfers);
	files_free(s->files);
	amplification_free(s->amplification);
	udp_in_free(s->in);
	udp_in_free(s->aside);
	udp_out_free(s->out);
	pollset_free(&s->pollset);
}

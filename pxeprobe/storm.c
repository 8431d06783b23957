#include "storm_private.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "num.h"
#include "tftp.h"

#define MESSAGE 1500
#define RETRY_MS 1000
#define TICK_MS 20
#define STARTS 40             /* machines switched on in a tick: 2000 a second */
#define EVENTS 256
#define PROGRESS_MS 1000

static void
enter(struct storm *s, struct machine *m, enum stage stage)
{
	uint64_t now = clock_ms();

	if (m->stage != IDLE)
		storm_note_time(&s->times[m->stage], now - m->sent);
	m->stage = stage;
	m->sent = m->last_ok = m->retry = now;
}

static void
send_message(struct storm *s, struct machine *m, const struct message *msg, struct frame_udp *u)
{
	uint8_t bytes[MESSAGE];

	u->len = message_write(s->want->persona, &m->id, msg, bytes, sizeof(bytes));
	u->data = bytes;
	memcpy(u->src_mac, m->id.mac, 6);
	if (u->len)
		net_send(s->want->net, u);
}

static void
send_broadcast(struct storm *s, struct machine *m, const struct message *msg)
{
	struct frame_udp u = { .dst = 0xffffffff, .sport = DHCP_PORT_CLIENT, .dport = DHCP_PORT_SERVER };

	send_message(s, m, msg, &u);
}

/* The packet of the stage the machine is in, first or again. */
static void
send_again(struct storm *s, struct machine *m)
{
	const struct persona *p = s->want->persona;
	struct message msg = { .xid = m->xid, .secs = (uint16_t)((clock_ms() - m->began) / 1000) };
	struct frame_udp u = { .src = m->addr, .dst = m->choice.ask_server,
	    .sport = p->binl_port, .dport = DHCP_PORT_BINL };

	/* RFC 2131, 4.1: not all at once, or the server's queue is full again. */
	m->retry = clock_ms() + RETRY_MS +
	    (m->stage == FILE_STAGE ? 0 : (uint64_t)(m->xid * 2654435761u >> 22));
	switch (m->stage) {
	case OFFER:
		msg.type = p->bootp ? DHCP_BOOTP : DHCP_DISCOVER;
		send_broadcast(s, m, &msg);
		break;
	case ACK:
		msg.type = DHCP_REQUEST;
		msg.requested = m->offer[m->choice.lease].msg.yiaddr;
		msg.server_id = m->server_id;
		send_broadcast(s, m, &msg);
		break;
	case REPLY:
		msg.type = DHCP_REQUEST;
		msg.ciaddr = m->addr;
		msg.has_item = m->choice.has_item;
		msg.item = m->choice.item;
		send_message(s, m, &msg, &u);
		break;
	case FILE_STAGE:
		if (m->get.out_len)
			sendto(m->fd, m->get.out, m->get.out_len, 0,
			    (struct sockaddr *)&m->server, sizeof(m->server));
		break;
	default:
		break;
	}
}

static void
close_file(struct storm *s, struct machine *m)
{
	if (m->fd >= 0) {
		epoll_ctl(s->epoll, EPOLL_CTL_DEL, m->fd, NULL);
		close(m->fd);
	}
	m->fd = -1;
}

static void
leave(struct storm *s, struct machine *m)
{
	struct message msg = { .type = DHCP_RELEASE, .xid = m->xid, .ciaddr = m->addr,
	    .server_id = m->server_id };
	struct frame_udp u = { .src = m->addr, .dst = m->server_id,
	    .sport = DHCP_PORT_CLIENT, .dport = DHCP_PORT_SERVER };

	close_file(s, m);
	if (m->addr) {
		if (!s->want->persona->bootp)
			send_message(s, m, &msg, &u);
		net_host_remove(s->want->net, m->addr);
	}
	m->stage = IDLE;
	m->addr = 0;
	s->running--;
	s->finished++;
}

static void
fail(struct storm *s, struct machine *m, enum fault fault, const char *why)
{
	if (s->by_fault[fault]++ == 0)
		snprintf(s->evidence[fault], FINDING_TEXT, "%.200s", why);
	s->failed++;
	leave(s, m);
}

static bool
open_file(struct storm *s, struct machine *m)
{
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(m->addr) };
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = m };

	close_file(s, m);
	m->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	return m->fd >= 0 && bind(m->fd, (struct sockaddr *)&local, sizeof(local)) == 0 &&
	    epoll_ctl(s->epoll, EPOLL_CTL_ADD, m->fd, &e) == 0;
}

static void
get_file(struct storm *s, struct machine *m, bool probe)
{
	m->probing = probe;
	m->bound = false;
	m->server = (struct sockaddr_in){ .sin_family = AF_INET,
	    .sin_port = htons(TFTP_PORT), .sin_addr.s_addr = htonl(m->boot.server) };
	if (!tftpget_start(&m->get, s->want->persona->tftp, m->boot.name, probe, false) ||
	    !open_file(s, m)) {
		fail(s, m, FAULT_TFTP_NO_ANSWER, "no socket on this host");
		return;
	}
	send_again(s, m);
}

static void
found(struct storm *s, struct machine *m, const struct dhcp_msg *msg)
{
	if (!offer_boot(s->want->persona, msg, &m->boot)) {
		fail(s, m, FAULT_FILE_MISSING, "the reply names no file");
		return;
	}
	if (strstr(m->boot.name, "://") || !m->boot.server) {
		fail(s, m, m->boot.server ? FAULT_URI_UNFIT : FAULT_SIADDR_ZERO, m->boot.name);
		return;
	}
	enter(s, m, FILE_STAGE);
	get_file(s, m, s->want->persona->tftp->probe);
}

static void
leased(struct storm *s, struct machine *m, const struct dhcp_msg *msg)
{
	struct net_host h = { .addr = msg->yiaddr };
	struct boot b;

	memcpy(h.mac, m->id.mac, 6);
	if (!dhcp_get_u32(msg, DHCP_NETMASK, &h.mask))
		h.mask = 0xffffff00;
	dhcp_get_addr(msg, DHCP_ROUTER, &h.router);
	m->addr = msg->yiaddr;
	if (net_host_add(s->want->net, &h) != 0) {
		m->addr = 0;
		fail(s, m, FAULT_NAK, "this host's stack did not take the address");
		return;
	}
	if (m->choice.ask) {
		enter(s, m, REPLY);
		send_again(s, m);
		return;
	}
	if (m->choice.boot == m->choice.lease && offer_boot(s->want->persona, msg, &b))
		found(s, m, msg);
	else
		found(s, m, &m->offer[m->choice.boot].msg);
}

static void
offered(struct storm *s, struct machine *m, const struct dhcp_msg *msg, const struct frame_udp *u)
{
	if (m->offers < OFFERS)
		m->offer[m->offers++] = (struct offer){ .msg = *msg, .source = u->src };
	if (offer_choose(s->want->persona, m->offer, m->offers, &m->choice) != FAULT_NONE)
		return;
	m->server_id = offer_server(&m->offer[m->choice.lease]);
	if (msg->type == DHCP_BOOTP) {
		enter(s, m, ACK);
		leased(s, m, &m->offer[m->choice.lease].msg);
		return;
	}
	enter(s, m, ACK);
	send_again(s, m);
}

static void
take_dhcp(void *ctx, const struct frame_udp *u)
{
	struct storm *s = ctx;
	struct dhcp_msg msg;
	struct machine *m;

	if (dhcp_parse(u->data, u->len, &msg) != DHCP_OK || msg.op != BOOTREPLY ||
	    msg.xid - s->xid_base >= s->slots)
		return;
	m = &s->machine[msg.xid - s->xid_base];
	if (memcmp(msg.chaddr, m->id.mac, 6) != 0)
		return;
	if (m->stage == OFFER && (msg.type == DHCP_OFFER || msg.type == DHCP_BOOTP))
		offered(s, m, &msg, u);
	else if (m->stage == ACK && msg.type == DHCP_ACK && msg.yiaddr)
		leased(s, m, &msg);
	else if (m->stage == ACK && msg.type == DHCP_NAK)
		fail(s, m, FAULT_NAK, "");
	else if (m->stage == REPLY && (msg.type == DHCP_ACK || msg.type == DHCP_OFFER))
		found(s, m, &msg);
}

static void
file_over(struct storm *s, struct machine *m)
{
	if (m->probing) {
		get_file(s, m, false);
		return;
	}
	s->bytes += m->get.bytes;
	storm_note_time(&s->times[FILE_STAGE], clock_ms() - m->sent);
	storm_note_time(&s->whole, clock_ms() - m->began);
	leave(s, m);
}

static void
take_file(struct storm *s, struct machine *m)
{
	static uint8_t packet[65536];
	struct sockaddr_in from;
	socklen_t from_len = sizeof(from);
	ssize_t n;

	while (m->fd >= 0 && (n = recvfrom(m->fd, packet, sizeof(packet), 0,
	    (struct sockaddr *)&from, &from_len)) >= 0) {
		enum tftpget_event e;

		if (from.sin_addr.s_addr != m->server.sin_addr.s_addr ||
		    (m->bound && from.sin_port != m->server.sin_port))
			continue;
		m->bound = true;
		m->server.sin_port = from.sin_port;
		e = tftpget_input(&m->get, packet, (size_t)n);
		if (e == GET_IGNORE)
			continue;
		if (e == GET_FAILED) {
			fail(s, m, m->get.fault, m->get.message);
			return;
		}
		m->last_ok = clock_ms();
		send_again(s, m);
		if (e == GET_DONE) {
			file_over(s, m);
			return;
		}
	}
}

static void
start_one(struct storm *s, struct machine *m)
{
	uint32_t serial;

	memset(m, 0, sizeof(*m));
	m->fd = -1;
	m->id = s->want->id;
	serial = (((uint32_t)m->id.mac[3] << 16 | (uint32_t)m->id.mac[4] << 8 | m->id.mac[5]) +
	    s->started) & 0xffffff;
	m->id.mac[3] = (uint8_t)(serial >> 16);
	m->id.mac[4] = (uint8_t)(serial >> 8);
	m->id.mac[5] = (uint8_t)serial;
	memcpy(m->id.uuid + 10, m->id.mac, 6);
	m->xid = s->xid_base + (uint32_t)(m - s->machine);
	m->began = clock_ms();
	s->started++;
	s->running++;
	enter(s, m, OFFER);
	send_again(s, m);
}

static void
time_out(struct storm *s, struct machine *m)
{
	struct choice c;
	enum fault fault;

	switch (m->stage) {
	case OFFER:
		fault = offer_choose(s->want->persona, m->offer, m->offers, &c);
		fail(s, m, m->offers ? fault : FAULT_NO_ANSWER, "");
		break;
	case ACK:
		fail(s, m, FAULT_NO_ANSWER, "the REQUEST was not answered");
		break;
	case REPLY:
		fail(s, m, FAULT_PXECLIENT_WITHOUT_4011, "");
		break;
	default:
		fail(s, m, FAULT_TFTP_NO_ANSWER, m->boot.name);
	}
}

static void
tick(struct storm *s)
{
	uint64_t now = clock_ms();
	unsigned starts = STARTS;

	for (unsigned i = 0; i < s->slots; i++) {
		struct machine *m = &s->machine[i];

		if (m->stage == IDLE) {
			if (s->started < s->want->clients && starts > 0) {
				starts--;
				start_one(s, m);
			}
		} else if (now - m->last_ok >= s->want->patience_ms) {
			time_out(s, m);
		} else if (now >= m->retry) {
			send_again(s, m);
		}
	}
}

static void
show_progress(const struct storm *s)
{
	fprintf(stderr, "\r%u of %u machines, %u failed, %.1f MB   ", s->finished,
	    s->want->clients, s->failed, (double)s->bytes / 1e6);
	fflush(stderr);
}

static void
run(struct storm *s)
{
	bool progress = isatty(2);
	uint64_t next_tick = 0, next_progress = 0;

	while (s->finished < s->want->clients) {
		struct epoll_event e[EVENTS];
		uint64_t now = clock_ms();
		int n;

		if (now >= next_tick) {
			tick(s);
			next_tick = now + TICK_MS;
		}
		if (progress && now >= next_progress) {
			show_progress(s);
			next_progress = now + PROGRESS_MS;
		}
		net_pump(s->want->net);
		n = epoll_wait(s->epoll, e, EVENTS, TICK_MS);
		for (int i = 0; i < n; i++)
			if (e[i].data.ptr)
				take_file(s, e[i].data.ptr);
	}
	net_pump(s->want->net);
	if (progress)
		fputs("\r\033[K", stderr);
}

static bool
prepare(struct storm *s)
{
	struct rlimit files;
	struct pollfd p[NET_POLLFDS];

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	s->machine = calloc(s->slots, sizeof(*s->machine));
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!s->machine || s->epoll < 0 || getrandom(&s->xid_base, sizeof(s->xid_base), 0) < 0)
		return false;
	net_pollfds(s->want->net, p);
	for (int i = 0; i < NET_POLLFDS; i++) {
		struct epoll_event e = { .events = EPOLLIN, .data.ptr = NULL };

		if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, p[i].fd, &e) != 0)
			return false;
	}
	for (unsigned i = 0; i < s->slots; i++)
		s->machine[i].fd = -1;
	return true;
}

enum exit_code
storm_run(const struct storm_want *want)
{
	struct storm *s = calloc(1, sizeof(*s));
	enum exit_code code = EXIT_SYSTEM;
	uint64_t began = clock_ms();

	if (!s)
		return EXIT_SYSTEM;
	s->want = want;
	s->slots = want->concurrent < want->clients ? want->concurrent : want->clients;
	report_persona(want->report, want->persona->name, want->persona->text, "a storm");
	if (prepare(s)) {
		net_on_dhcp(want->net, take_dhcp, s);
		run(s);
		net_on_dhcp(want->net, NULL, NULL);
		storm_say(s, clock_ms() - began);
		code = s->failed ? EXIT_NO : EXIT_DONE;
	} else {
		log_err("cannot prepare %u machines: out of memory or files", s->slots);
	}
	for (int i = 0; i < STAGES; i++)
		free(s->times[i].ms);
	free(s->whole.ms);
	free(s->machine);
	if (s->epoll > 0)
		close(s->epoll);
	free(s);
	return code;
}

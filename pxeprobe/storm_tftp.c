#include "storm_private.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "num.h"
#include "gso.h"
#include "tftp.h"

#define PORT_FIRST 49152 /* RFC 6335: the dynamic ports */
#define PORTS 16384

/* Where the item at hand lies for this machine. */
static bool
locate(struct storm *s, struct machine *m, struct url *u)
{
	const struct replay_item *i = storm_item(s, m);
	struct replay_self self = { .id = &m->id, .addr = storm_address(m) };

	*u = i->url;
	if (!i->named_by_reply)
		replay_name(&s->replay, &self, i->url.path, u->path);
	else if (strstr(m->boot.name, "://") ? !url_parse(m->boot.name, u) : !url_tftp(m->boot.server, m->boot.name, u))
		return false;
	if (num_ip4(u->host, &m->server))
		return true;
	m->server = i->server;
	return strcmp(u->host, i->url.host) == 0;
}

static void
send_tftp(struct storm *s, struct machine *m)
{
	struct frame_udp u = { .src = storm_address(m),
		.dst = m->server,
		.sport = m->port,
		.dport = m->server_port,
		.data = m->get.tftp.out,
		.len = m->get.tftp.out_len };

	memcpy(u.src_mac, m->id.mac, 6);
	if (u.len)
		net_send(s->want->net, &u);
}

/* Each request has a port of its own, so that what is still under way of the
 * one before is not taken for its answer. */
static void
start_tftp(struct storm *s, struct machine *m, const struct url *u, bool probe)
{
	m->stage = TFTP;
	m->probing = probe;
	m->bound = false;
	m->server_port = u->port ? u->port : TFTP_PORT;
	m->port = (uint16_t)(PORT_FIRST + (m->xid * 31 + m->port + 1) % PORTS);
	if (!tftpget_start(&m->get.tftp, storm_item(s, m)->tftp, u->path, probe, false)) {
		storm_fail(s, m, FAULT_URI_UNFIT, "the name is too long");
		return;
	}
	storm_answered(m);
	send_tftp(s, m);
	storm_wait(s, m);
}

static void
start_file(struct storm *s, struct machine *m)
{
	const struct replay_item *i = storm_item(s, m);
	struct url u;

	if (!locate(s, m, &u)) {
		storm_fail(s, m, FAULT_URI_NEEDS_DNS, m->boot.name);
	} else if (u.scheme[0] == 't' && m->server) {
		storm_http_close(s, m);
		start_tftp(s, m, &u, i->tftp->probe);
	} else if (!m->server) {
		storm_fail(s, m, FAULT_SIADDR_ZERO, u.path);
	} else if (!i->http || !replay_needs_stack(&s->replay) || strcmp(u.scheme, "http") != 0) {
		storm_fail(s, m, FAULT_URI_UNFIT, m->boot.name);
	} else {
		storm_http(s, m, &u);
	}
}

void
storm_next(struct storm *s, struct machine *m)
{
	if (m->item == s->replay.n)
		storm_booted(s, m);
	else if (storm_item(s, m)->kind == REPLAY_ROUND)
		storm_discover(s, m);
	else
		start_file(s, m);
}

void
storm_file_done(struct storm *s, struct machine *m, uint64_t bytes)
{
	const struct replay_item *i = storm_item(s, m);
	char why[128];

	s->bytes += bytes;
	if (bytes != i->bytes && (strcmp(i->what, "kernel") == 0 || strcmp(i->what, "initrd") == 0)) {
		snprintf(why, sizeof(why), "%llu bytes, the first machine got %llu", (unsigned long long)bytes,
		    (unsigned long long)i->bytes);
		storm_file_failed(s, m, FAULT_FILE_LOST, why);
		return;
	}
	if (i->row != (m->item + 1 < s->replay.n ? i[1].row : s->replay.rows))
		storm_row_done(s, m, i->row, bytes);
	else
		s->row[i->row].bytes += bytes;
	m->item++;
	storm_next(s, m);
}

/* What it means that this file is not there. */
static enum fault
missing(const struct replay_item *i, enum fault fault)
{
	static const struct {
		const char *what;
		enum fault fault;
	} table[] = { { "kernel", FAULT_KERNEL_MISSING }, { "initrd", FAULT_INITRD_MISSING },
		{ "config", FAULT_CONFIG_MISSING } };

	if (fault != FAULT_BOOTFILE_NOT_FOUND && fault != FAULT_HTTP_STATUS)
		return fault;
	for (size_t k = 0; k < sizeof(table) / sizeof(table[0]); k++)
		if (strcmp(i->what, table[k].what) == 0)
			return table[k].fault;
	return i->named_by_reply || fault == FAULT_HTTP_STATUS ? fault : FAULT_FILE_LOST;
}

void
storm_file_failed(struct storm *s, struct machine *m, enum fault fault, const char *why)
{
	const struct replay_item *i = storm_item(s, m);
	char text[FINDING_TEXT];

	/* The first machine did not find it either, and went on. */
	if (!i->there && (fault == FAULT_BOOTFILE_NOT_FOUND || fault == FAULT_HTTP_STATUS)) {
		storm_file_done(s, m, 0);
		return;
	}
	snprintf(text, sizeof(text), "%.180s: %.120s", i->url.path, why);
	storm_fail(s, m, missing(i, fault), text);
}

/* ---- TFTP ---- */

void
storm_tftp_again(struct storm *s, struct machine *m)
{
	send_tftp(s, m);
	storm_wait(s, m);
}

static void
tftp_over(struct storm *s, struct machine *m)
{
	const struct tftpget *g = &m->get.tftp;
	struct url u;

	if (m->probing && locate(s, m, &u))
		start_tftp(s, m, &u, false);
	else if (g->has_size && g->size != g->bytes)
		storm_file_failed(s, m, FAULT_TFTP_ERROR, "its size is not what tsize said");
	else
		storm_file_done(s, m, g->bytes);
}

/* True when more packets may follow in the same train. */
static bool
take_packet(struct storm *s, struct machine *m, const uint8_t *packet, size_t len)
{
	enum tftpget_event e = tftpget_input(&m->get.tftp, packet, len);

	if (e == GET_IGNORE)
		return true;
	if (e == GET_FAILED) {
		storm_file_failed(s, m, m->get.tftp.fault, m->get.tftp.message);
		return false;
	}
	storm_answered(m);
	send_tftp(s, m);
	if (e == GET_DONE) {
		tftp_over(s, m);
		return false;
	}
	storm_wait(s, m);
	return true;
}

void
storm_take_udp(void *ctx, void *owner, const struct frame_udp *u)
{
	struct storm *s = ctx;
	struct machine *m = owner;
	size_t size;

	/* RFC 1350, 4: the server answers from a port that it keeps. */
	if (m->stage != TFTP || u->dport != m->port || u->src != m->server || (m->bound && u->sport != m->server_port))
		return;
	m->bound = true;
	m->server_port = u->sport;
	for (size_t at = 0; at < u->len; at += size) {
		size = gso_first(m->get.tftp.blksize, u->data + at, u->len - at);
		if (!take_packet(s, m, u->data + at, size))
			return;
	}
}

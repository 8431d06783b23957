/* A storm's TFTP downloads. */
#include "storm_private.h"

#include <string.h>

#include "clock.h"
#include "gso.h"
#include "tftp.h"

#define PORT_FIRST 49152 /* RFC 6335: the dynamic ports */
#define PORTS 16384

static void
send_tftp(struct storm *s, struct storm_machine *m)
{
	struct frame_udp u = { .src = storm_address(m),
		.dst = m->server,
		.sport = m->port,
		.dport = m->server_port,
		.data = m->get.tftp.out,
		.len = m->get.tftp.out_len };

	memcpy(u.src_mac, m->id.mac, 6);
	if (u.len)
		lan_send(s->lan, &u);
}

/* Each request has its own port, so that late packets of the one before are not
 * taken for its answer. */
void
storm_tftp_start(struct storm *s, struct storm_machine *m, const struct url *u, bool probe)
{
	m->stage = STORM_TFTP;
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

void
storm_tftp_again(struct storm *s, struct storm_machine *m)
{
	send_tftp(s, m);
	storm_wait(s, m);
}

void
storm_tftp_input(struct storm *s, struct storm_machine *m, const struct frame_udp *u)
{
	struct tftpget *g = &m->get.tftp;
	enum tftpget_event e = GET_IGNORE;
	struct url url;
	size_t size;

	/* RFC 1350, 4: the server answers from a port that it keeps. */
	if (m->stage != STORM_TFTP || u->dport != m->port || u->src != m->server ||
	    (m->bound && u->sport != m->server_port))
		return;
	m->bound = true;
	m->server_port = u->sport;
	for (size_t at = 0; at < u->len && e != GET_DONE; at += size) {
		size = gso_first(g->blksize, u->data + at, u->len - at);
		e = tftpget_input(g, u->data + at, size);
		if (e == GET_IGNORE)
			continue;
		if (e == GET_FAILED) {
			storm_file_failed(s, m, g->fault, g->message);
			return;
		}
		storm_answered(m);
		send_tftp(s, m);
		if (e != GET_DONE)
			storm_wait(s, m);
	}
	if (e != GET_DONE)
		return;
	if (m->probing && storm_locate(s, m, &url))
		storm_tftp_start(s, m, &url, false);
	else if (g->has_size && g->size != g->bytes)
		storm_file_failed(s, m, FAULT_TFTP_ERROR, "its size is not what tsize said");
	else
		storm_file_done(s, m, g->bytes);
}

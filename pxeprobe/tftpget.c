#include "tftpget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tftp.h"
#include "wire.h"

/* The number asked for with this option; 0 when it is not among them. */
static uint32_t
option_number(const char *options, const char *name)
{
	const char *at = strstr(options, name);

	return at ? (uint32_t)strtoul(at + strlen(name), NULL, 10) : 0;
}

bool
tftpget_start(struct tftpget *g, const struct persona_tftp *how, const char *name, bool probe, bool plain)
{
	const char *options = plain ? "" : probe ? how->probe : how->read;
	struct wr w;

	*g = (struct tftpget){ .how = how,
		.probing = probe,
		.blksize = TFTP_BLKSIZE,
		.window = 1,
		.expect = 1,
		.wanted_blksize = option_number(options, "blksize="),
		.wanted_window = option_number(options, "windowsize="),
		.wants_tsize = strstr(options, "tsize=") != NULL };
	w = wr_open(g->out, sizeof(g->out));
	wr_u16(&w, TFTP_RRQ);
	wr_bytes(&w, name, strlen(name) + 1);
	wr_bytes(&w, "octet", sizeof("octet"));
	/* "tsize=0 blksize=1468", as strings that each end in NUL. */
	for (const char *c = options; *c; c++)
		wr_u8(&w, *c == '=' || *c == ' ' ? 0 : (uint8_t)*c);
	if (*options)
		wr_u8(&w, 0);
	g->out_len = w.full ? 0 : wr_len(&w);
	return g->out_len != 0;
}

static enum tftpget_event
tftpget_fail(struct tftpget *g, enum fault fault, const char *why)
{
	g->fault = fault;
	snprintf(g->message, sizeof(g->message), "%s", why);
	return GET_FAILED;
}

static enum tftpget_event
end_probe(struct tftpget *g)
{
	g->out_len = tftp_write_error(g->how->probe_error, g->how->probe_text, g->out, sizeof(g->out));
	return GET_DONE;
}

static enum tftpget_event
take_oack(struct tftpget *g, const struct tftp_packet *p)
{
	if (g->started && g->expect != 1)
		return GET_IGNORE;
	g->started = g->oack = true;
	if (p->options.has & TFTP_HAS_TSIZE) {
		g->has_size = true;
		g->size = p->options.tsize;
	}
	if (p->options.has & TFTP_HAS_BLKSIZE) {
		/* RFC 2348: not above what was asked for. */
		if (p->options.blksize > g->wanted_blksize || p->options.blksize < TFTP_BLKSIZE_MIN)
			return tftpget_fail(
			    g, FAULT_TFTP_ERROR, "the server acknowledged a blksize that was not asked for");
		g->blksize = p->options.blksize;
	}
	if (p->options.has & TFTP_HAS_WINDOW) {
		if (p->options.windowsize > g->wanted_window || p->options.windowsize == 0)
			return tftpget_fail(
			    g, FAULT_TFTP_ERROR, "the server acknowledged a windowsize that was not asked for");
		g->window = p->options.windowsize;
	}
	if (g->how->need_tsize && g->wants_tsize && !g->has_size)
		return tftpget_fail(g, FAULT_TFTP_NO_TSIZE, "the server's OACK has no tsize");
	if (g->probing)
		return end_probe(g);
	g->out_len = tftp_write_ack(0, g->out, sizeof(g->out));
	return GET_SEND;
}

static enum tftpget_event
tftpget_ack(struct tftpget *g, uint16_t block)
{
	g->in_window = 0;
	g->out_len = tftp_write_ack(block, g->out, sizeof(g->out));
	return GET_SEND;
}

static enum tftpget_event
tftpget_data(struct tftpget *g, const struct tftp_packet *p)
{
	if (!g->started && !g->oack) {
		if (g->how->need_oack || (g->how->need_tsize && g->probing))
			return tftpget_fail(g, FAULT_TFTP_NO_OACK, "the server sent data at once");
		if (g->probing)
			return end_probe(g);
	}
	g->started = true;
	if (p->block != g->expect) {
		/* RFC 7440, 4: acknowledging the last good block reports a gap. */
		if (g->window > 1 && (uint16_t)(p->block - g->expect) < g->window)
			return tftpget_ack(g, (uint16_t)(g->expect - 1));
		/* A repeat: its ACK was lost.  Answered once per window, not each time. */
		return p->block == (uint16_t)(g->expect - 1) && g->window == 1 ? GET_SEND : GET_IGNORE;
	}
	if (p->len > g->blksize)
		return tftpget_fail(g, FAULT_TFTP_ERROR, "a block is larger than agreed");
	g->data = p->data;
	g->len = p->len;
	g->bytes += p->len;
	g->expect++;
	g->in_window++;
	if (p->len < g->blksize) {
		tftpget_ack(g, p->block);
		return GET_DONE;
	}
	if (g->in_window >= g->window)
		return tftpget_ack(g, p->block);
	g->out_len = 0;
	return GET_SEND;
}

enum tftpget_event
tftpget_input(struct tftpget *g, const void *packet, size_t len)
{
	struct tftp_packet p;

	g->data = NULL;
	g->len = 0;
	if (tftp_parse(packet, len, &p) != TFTP_OK)
		return GET_IGNORE;
	switch (p.op) {
	case TFTP_OACK:
		return take_oack(g, &p);
	case TFTP_DATA:
		return tftpget_data(g, &p);
	case TFTP_ERROR:
		g->error = p.code;
		return tftpget_fail(
		    g, p.code == TFTP_E_NOT_FOUND ? FAULT_BOOTFILE_NOT_FOUND : FAULT_TFTP_ERROR, p.message);
	default:
		return GET_IGNORE;
	}
}

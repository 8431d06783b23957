#include <stdio.h>
#include <string.h>

#include "num.h"
#include "gso.h"
#include "track_private.h"
#include "tftp.h"

/* A machine whose DHCP was not seen is known by its address alone. */
static struct track *
machine_of(const struct seen *e)
{
	struct track *s = track_by_addr(e->all, e->p->src);

	if (s || !e->p->has_mac)
		return s;
	s = track_by_mac(e->all, e->p->mac);
	if (s && !s->closed)
		return NULL; /* a router's MAC address, or another address */
	s = track_place(e, e->p->mac);
	track_begin(e, s, e->p->mac);
	snprintf(s->persona, sizeof(s->persona), "unknown");
	track_set_addr(e->all, s, e->p->src);
	return s;
}

static void
asked(const struct seen *e, const struct tftp_packet *p)
{
	struct track *s = machine_of(e);

	if (!s || s->stage == TRACK_RUNS)
		return;
	s->last_us = e->us;
	/* The same request again is a retry, no step. */
	if (s->stage == TRACK_FILE_ASKED && s->get.port == e->p->sport && strcmp(s->get.name, p->name) == 0)
		return;
	memset(&s->get, 0, sizeof(s->get));
	s->get.blksize = TFTP_BLKSIZE;
	s->get.wants_oack = p->options.has != 0;
	s->get.wants_tsize = p->options.has & TFTP_HAS_TSIZE;
	s->has_image = false;
	track_file_asked(e, s, p->name);
}

static void
failed(const struct seen *e, struct track *s, const struct tftp_packet *p)
{
	char why[200];

	snprintf(why, sizeof(why), "error %u, %.160s", p->code, p->message);
	track_file_failed(e, s, p->code == TFTP_E_NOT_FOUND ? FAULT_BOOTFILE_NOT_FOUND : FAULT_TFTP_ERROR, why);
}

/* `full`: the payload's length on the wire. */
static void
data(const struct seen *e, struct track *s, const struct tftp_packet *p, size_t full)
{
	struct track_file *g = &s->get;
	size_t len = full - TFTP_HEADER;
	uint16_t ahead = (uint16_t)(p->block - g->block);

	s->last_us = e->us;
	if (s->stage == TRACK_FILE_DONE)
		return;
	s->stage = TRACK_FILE_COMING;
	if (ahead == 0 || ahead > INT16_MAX) {
		g->again += g->acks == 0;
		return;
	}
	if (p->block == 1 && g->bytes == 0)
		track_file_begins(s, p->data, p->len);
	g->block = p->block;
	/* Blocks that are passed over were lost by the capture. */
	g->bytes += (uint64_t)(ahead - 1) * g->blksize + len;
	if (len < g->blksize)
		track_file_whole(e, s);
}

static void
oack(const struct seen *e, struct track *s, const struct tftp_packet *p)
{
	struct track_file *g = &s->get;

	s->stage = TRACK_FILE_COMING;
	s->last_us = e->us;
	g->oack = true;
	if (p->options.has & TFTP_HAS_BLKSIZE)
		g->blksize = p->options.blksize;
	if (p->options.has & TFTP_HAS_TSIZE) {
		g->has_size = true;
		g->size = p->options.tsize;
	}
}

static void
from_server(const struct seen *e, struct track *s, const struct tftp_packet *p, size_t full)
{
	if (e->p->src != s->get.server) {
		s->get.stray = e->p->src;
		return;
	}
	if (p->op == TFTP_OACK)
		oack(e, s, p);
	else if (p->op == TFTP_ERROR)
		failed(e, s, p);
	else if (p->op == TFTP_DATA)
		data(e, s, p, full);
}

static void
from_client(const struct seen *e, struct track *s, const struct tftp_packet *p)
{
	s->last_us = e->us;
	if (p->op == TFTP_ACK) {
		s->get.acks += p->block != 0;
		s->get.again += p->block == 0 && s->get.oack && s->get.acks == 0;
	} else if (p->op == TFTP_ERROR && s->stage == TRACK_FILE_COMING) {
		/* A client that breaks off has what it wanted: the size. */
		s->get.head = true;
		s->stage = TRACK_FILE_DONE;
	}
}

static void
packet(const struct seen *e, const uint8_t *bytes, size_t len, size_t full)
{
	struct tftp_packet p;
	struct track *s;

	if (full < TFTP_HEADER || tftp_parse(bytes, len, &p) != TFTP_OK)
		return;
	if (e->p->dport == TFTP_PORT && p.op == TFTP_RRQ) {
		asked(e, &p);
		return;
	}
	s = track_by_addr(e->all, e->p->dst);
	if (s && !s->get.http && s->get.port == e->p->dport && s->stage >= TRACK_FILE_ASKED &&
	    s->stage <= TRACK_FILE_DONE) {
		from_server(e, s, &p, full);
		return;
	}
	s = track_by_addr(e->all, e->p->src);
	if (s && !s->get.http && s->get.port == e->p->sport && s->stage >= TRACK_FILE_ASKED)
		from_client(e, s, &p);
}

void
track_tftp(const struct seen *e)
{
	const struct track *s = track_by_addr(e->all, e->p->dst);
	size_t size;

	/* Cut by the capture, or the first fragment of several. */
	if (e->p->len < e->p->full) {
		packet(e, e->p->data, e->p->len, e->p->full);
		return;
	}
	for (size_t at = 0; at < e->p->len; at += size) {
		size = gso_first(s ? s->get.blksize : TFTP_BLKSIZE, e->p->data + at, e->p->len - at);
		packet(e, e->p->data + at, size, size);
	}
}

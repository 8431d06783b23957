/* What TFTP packets say about the machines seen. */
#include <stdio.h>
#include <string.h>

#include "num.h"
#include "gso.h"
#include "track_private.h"
#include "tftp.h"

/* Does it ask for the next file at once?  Then it had an answer: nobody gives up before a
 * second is over. */
static bool
asks_next(const struct track *t, const struct track_event *e, const char *name)
{
	return t->stage == TRACK_FILE_ASKED && !t->get.http && e->us >= t->last_us && e->us - t->last_us < 900000 &&
	    (t->get.port != e->p->sport || strcmp(t->get.name, name) != 0);
}

static void
saw_rrq(const struct track_event *e, const struct tftp_packet *p)
{
	struct track *t = track_by_addr(e->all, e->p->src);

	/* A machine whose DHCP was not seen is known only by its address. */
	if (!t && e->p->has_mac) {
		t = track_by_mac(e->all, e->p->mac);
		if (t && !t->closed)
			return; /* a router's MAC address, or another address */
		t = track_place(e, e->p->mac);
		track_begin(e, t, e->p->mac);
		snprintf(t->persona, sizeof(t->persona), "unknown");
		track_set_addr(e->all, t, e->p->src);
	}
	if (!t || t->stage == TRACK_RUNS)
		return;
	t->goes_on |= asks_next(t, e, p->name);
	t->last_us = e->us;
	/* The same request again is a retry, no step. */
	if (t->stage == TRACK_FILE_ASKED && t->get.port == e->p->sport && strcmp(t->get.name, p->name) == 0) {
		t->get.retries++;
		return;
	}
	memset(&t->get, 0, sizeof(t->get));
	t->get.blksize = TFTP_BLKSIZE;
	t->get.wants_oack = p->options.has != 0;
	t->get.wants_tsize = p->options.has & TFTP_HAS_TSIZE;
	t->has_image = false;
	track_file_asked(e, t, p->name);
}

/* `full`: the payload's length on the wire. */
static void
tftp_from_server(const struct track_event *e, struct track *t, const struct tftp_packet *p, size_t full)
{
	struct track_file *g = &t->get;
	size_t len = full - TFTP_HEADER;
	uint16_t ahead = (uint16_t)(p->block - g->block);
	char why[200];

	e->all->answers_seen++;
	if (e->p->src != g->server) {
		g->stray = e->p->src;
	} else if (p->op == TFTP_OACK) {
		t->stage = TRACK_FILE_COMING;
		t->last_us = e->us;
		g->oack = true;
		if (p->options.has & TFTP_HAS_BLKSIZE)
			g->blksize = p->options.blksize;
		if (p->options.has & TFTP_HAS_TSIZE) {
			g->has_size = true;
			g->size = p->options.tsize;
		}
	} else if (p->op == TFTP_ERROR) {
		snprintf(why, sizeof(why), "error %u, %.160s", p->code, p->message);
		track_file_failed(e, t, p->code == TFTP_E_NOT_FOUND ? FAULT_BOOTFILE_NOT_FOUND : FAULT_TFTP_ERROR, why);
	} else if (p->op == TFTP_DATA) {
		t->last_us = e->us;
		if (t->stage == TRACK_FILE_DONE)
			return;
		t->stage = TRACK_FILE_COMING;
		if (ahead == 0 || ahead > INT16_MAX) {
			g->again += g->acks == 0;
			return;
		}
		if (p->block == 1 && g->bytes == 0)
			track_file_begins(t, p->data, p->len);
		g->block = p->block;
		/* Blocks that are missing were lost by the capture. */
		g->bytes += (uint64_t)(ahead - 1) * g->blksize + len;
		if (len < g->blksize)
			track_file_whole(e, t);
	}
}

static void
saw_packet(const struct track_event *e, const uint8_t *bytes, size_t len, size_t full)
{
	struct tftp_packet p;
	struct track *t;

	if (full < TFTP_HEADER || tftp_parse(bytes, len, &p) != TFTP_OK)
		return;
	if (e->p->dport == TFTP_PORT && p.op == TFTP_RRQ) {
		saw_rrq(e, &p);
		return;
	}
	t = track_by_addr(e->all, e->p->dst);
	if (t && !t->get.http && t->get.port == e->p->dport && t->stage >= TRACK_FILE_ASKED &&
	    t->stage <= TRACK_FILE_DONE) {
		tftp_from_server(e, t, &p, full);
		return;
	}
	t = track_by_addr(e->all, e->p->src);
	if (!t || t->get.http || t->get.port != e->p->sport || t->stage < TRACK_FILE_ASKED)
		return;
	t->last_us = e->us;
	if (p.op == TFTP_ACK) {
		t->get.acks += p.block != 0;
		t->get.again += p.block == 0 && t->get.oack && t->get.acks == 0;
	} else if (p.op == TFTP_ERROR && t->stage == TRACK_FILE_COMING) {
		/* A client that breaks off has what it wanted: the size. */
		t->get.head = true;
		t->stage = TRACK_FILE_DONE;
	}
}

void
track_tftp(const struct track_event *e)
{
	const struct track *t = track_by_addr(e->all, e->p->dst);
	size_t size;

	/* Cut by the capture, or the first fragment of several. */
	if (e->p->len < e->p->full) {
		saw_packet(e, e->p->data, e->p->len, e->p->full);
		return;
	}
	for (size_t at = 0; at < e->p->len; at += size) {
		size = gso_first(t ? t->get.blksize : TFTP_BLKSIZE, e->p->data + at, e->p->len - at);
		saw_packet(e, e->p->data + at, size, size);
	}
}

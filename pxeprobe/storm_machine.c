/* One machine of a storm: what it does next, and when. */
#include "storm_private.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "num.h"

const struct replay_item *
storm_item(const struct storm *s, const struct storm_machine *m)
{
	return &s->replay.item[m->item];
}

const struct persona *
storm_persona(const struct storm *s, const struct storm_machine *m)
{
	/* One that has got everything is past the last item. */
	unsigned i = m->item < s->replay.n ? m->item : (unsigned)s->replay.n - 1;

	while (i > 0 && s->replay.item[i].kind != REPLAY_ROUND)
		i--;
	return &s->replay.item[i].persona;
}

uint32_t
storm_address(const struct storm_machine *m)
{
	return m->leases ? m->lease[m->leases - 1].addr : 0;
}

void
storm_wait(struct storm *s, struct storm_machine *m)
{
	const struct persona *p = storm_persona(s, m);
	uint32_t ms;

	m->sent++;
	if (m->stage == STORM_HTTP) {
		ms = s->patience_ms ? s->patience_ms : retransmit_http(p, storm_item(s, m)->http);
	} else if (m->stage == STORM_TFTP) {
		ms = retransmit_wait(retransmit_tftp(p, storm_item(s, m)->tftp), m->sent);
	} else {
		ms = retransmit_wait(retransmit_dhcp(p), m->sent);
		/* RFC 2131, 4.1: not all at the same moment.  An eighth more or less. */
		ms = ms - ms / 8 + (uint32_t)(m->xid * 2654435761u >> 8) % (ms / 4 + 1);
	}
	m->due_ms = clock_ms() + ms;
}

void
storm_answered(struct storm_machine *m)
{
	m->sent = 0;
	m->last_ms = clock_ms();
}

/* It leaves when storm.c has the turn. */
void
storm_fail(struct storm *s, struct storm_machine *m, enum fault fault, const char *why)
{
	struct finding f = { .fault = fault };
	char mac[NUM_MAC_TEXT];

	snprintf(f.evidence, sizeof(f.evidence), "%.300s", why);
	m->again = m->restarts < s->restarts;
	if (m->again)
		s->restarted[fault]++;
	else if (s->by_fault[fault]++ == 0)
		snprintf(s->evidence[fault], FINDING_TEXT, "%s", f.evidence);
	report_seen(s->report, num_mac_text(m->id.mac, ':', mac), &f);
	m->failed_in = m->stage;
	m->stage = STORM_FAILED;
}

void
storm_row_done(struct storm *s, struct storm_machine *m, unsigned row, uint64_t bytes)
{
	uint64_t now = clock_us();

	histogram_add(&s->row[row].times, now - m->row_us);
	s->row[row].bytes += bytes;
	m->row_us = now;
}

/* ---- the file at hand ---- */

bool
storm_locate(struct storm *s, struct storm_machine *m, struct url *u)
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

void
storm_file_done(struct storm *s, struct storm_machine *m, uint64_t bytes)
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
	m->stage = STORM_NEXT;
}

void
storm_file_failed(struct storm *s, struct storm_machine *m, enum fault fault, const char *why)
{
	/* What it means that this file is not there. */
	static const struct {
		const char *what;
		enum fault fault;
	} missing[] = { { "kernel", FAULT_KERNEL_MISSING }, { "initrd", FAULT_INITRD_MISSING },
		{ "config", FAULT_CONFIG_MISSING } };
	const struct replay_item *i = storm_item(s, m);
	bool not_there = fault == FAULT_BOOTFILE_NOT_FOUND || fault == FAULT_HTTP_STATUS;
	char text[FINDING_TEXT];

	/* The first machine did not find it either, and went on. */
	if (!i->there && not_there) {
		storm_file_done(s, m, 0);
		return;
	}
	if (fault == FAULT_BOOTFILE_NOT_FOUND && !i->named_by_reply)
		fault = FAULT_FILE_LOST;
	for (size_t k = 0; not_there && k < sizeof(missing) / sizeof(missing[0]); k++)
		if (strcmp(i->what, missing[k].what) == 0)
			fault = missing[k].fault;
	snprintf(text, sizeof(text), "%.180s: %.120s", i->url.path, why);
	storm_fail(s, m, fault, text);
}

#include "tape.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "io.h"
#include "log.h"
#include "persona.h"

#define HEAD 4 /* the length of what follows: machine, kind, body */
#define REST 5

struct message {
	uint8_t bytes[TAPE_MOST];
	struct wr w;
};

static void
message_begin(struct message *m, const struct tape *t, enum tape_kind kind)
{
	m->w = wr_open(m->bytes + HEAD, sizeof(m->bytes) - HEAD);
	wr_u32(&m->w, t->machine);
	wr_u8(&m->w, (uint8_t)kind);
}

static void
message_send(struct message *m, const struct tape *t)
{
	size_t len = wr_len(&m->w);
	struct wr head = wr_open(m->bytes, HEAD);

	if (m->w.full)
		return;
	wr_u32(&head, (uint32_t)len);
	if (io_write(t->fd, m->bytes, HEAD + len) < HEAD + len)
		log_debug("what was found cannot be told: %s", strerror(errno));
}

static void
tape_persona(void *ctx, const char *name, const char *text, const char *identity)
{
	struct message m;

	message_begin(&m, ctx, TAPE_PERSONA);
	wr_cstr(&m.w, name);
	wr_cstr(&m.w, text);
	wr_cstr(&m.w, identity);
	message_send(&m, ctx);
}

static void
tape_step(void *ctx, const struct step *s)
{
	struct message m;

	message_begin(&m, ctx, TAPE_STEP);
	wr_cstr(&m.w, s->what);
	wr_cstr(&m.w, s->from);
	wr_u64(&m.w, s->ms);
	wr_u8(&m.w, s->timed);
	wr_u8(&m.w, s->wide);
	wr_cstr(&m.w, s->detail);
	wr_u8(&m.w, (uint8_t)s->pairs);
	for (size_t i = 0; i < s->pairs; i++) {
		wr_cstr(&m.w, s->pair[i].key);
		wr_u8(&m.w, (uint8_t)s->pair[i].kind);
		wr_u64(&m.w, s->pair[i].n);
		wr_cstr(&m.w, s->pair[i].value);
	}
	message_send(&m, ctx);
}

static void
tape_findings(void *ctx, const struct findings *all)
{
	struct message m;

	message_begin(&m, ctx, TAPE_FINDINGS);
	wr_u8(&m.w, (uint8_t)all->n);
	for (size_t i = 0; i < all->n; i++) {
		wr_u8(&m.w, (uint8_t)all->at[i].fault);
		wr_u8(&m.w, all->at[i].warning);
		wr_cstr(&m.w, all->at[i].evidence);
	}
	message_send(&m, ctx);
}

static void
tape_verdict(void *ctx, enum verdict verdict, const char *text)
{
	struct message m;

	message_begin(&m, ctx, TAPE_VERDICT);
	wr_u8(&m.w, (uint8_t)verdict);
	wr_cstr(&m.w, text);
	message_send(&m, ctx);
}

const struct report_sink tape_sink = {
	.persona = tape_persona, .step = tape_step, .findings = tape_findings, .verdict = tape_verdict
};

void
tape_end(const struct tape *t, bool boots)
{
	struct message m;

	message_begin(&m, t, TAPE_END);
	wr_u8(&m.w, boots);
	message_send(&m, t);
}

void
tape_error(const struct tape *t, const char *sentence)
{
	struct message m;

	message_begin(&m, t, TAPE_ERROR);
	wr_cstr(&m.w, sentence);
	message_send(&m, t);
}

int
tape_next(struct rd *r, struct tape_message *out)
{
	struct rd at = *r;
	size_t len = rd_u32(&at);

	if (at.bad)
		return 0;
	if (len < REST || len > TAPE_MOST - HEAD)
		return -1;
	out->body = rd_sub(&at, len);
	if (at.bad)
		return 0;
	out->machine = rd_u32(&out->body);
	out->kind = rd_u8(&out->body);
	*r = at;
	return 1;
}

static bool
replay_step(struct rd *r, struct report *report)
{
	struct step s = { 0 };
	const char *from, *detail;

	s.what = rd_cstr(r);
	from = rd_cstr(r);
	s.ms = rd_u64(r);
	s.timed = rd_u8(r);
	s.wide = rd_u8(r);
	detail = rd_cstr(r);
	s.pairs = rd_u8(r);
	if (r->bad || s.pairs > STEP_PAIRS)
		return false;
	snprintf(s.from, sizeof(s.from), "%s", from);
	snprintf(s.detail, sizeof(s.detail), "%s", detail);
	for (size_t i = 0; i < s.pairs; i++) {
		const char *value;
		uint8_t kind;

		s.pair[i].key = rd_cstr(r);
		kind = rd_u8(r);
		s.pair[i].n = rd_u64(r);
		value = rd_cstr(r);
		if (r->bad || kind > STEP_IS_MILLI)
			return false;
		s.pair[i].kind = kind;
		snprintf(s.pair[i].value, sizeof(s.pair[i].value), "%s", value);
	}
	report_step(report, &s);
	return true;
}

static bool
replay_findings(struct rd *r, struct report *report)
{
	struct findings all = { 0 };
	size_t n = rd_u8(r);

	for (; all.n < n && n <= FINDING_MAX; all.n++) {
		struct finding *f = &all.at[all.n];
		uint8_t fault = rd_u8(r);
		const char *evidence;

		f->warning = rd_u8(r);
		evidence = rd_cstr(r);
		if (r->bad || fault >= FAULTS)
			return false;
		f->fault = fault;
		snprintf(f->evidence, sizeof(f->evidence), "%s", evidence);
	}
	if (r->bad || n > FINDING_MAX)
		return false;
	report_findings(report, &all);
	return true;
}

bool
tape_replay(const struct tape_message *m, struct report *report)
{
	struct rd r = m->body;
	const char *text, *identity;
	const struct persona *p;
	uint8_t verdict;

	switch (m->kind) {
	case TAPE_PERSONA:
		text = rd_cstr(&r);
		p = r.bad ? NULL : persona_find(text);
		text = rd_cstr(&r);
		identity = rd_cstr(&r);
		if (!p || r.bad)
			return false;
		report_persona(report, p->name, text, identity);
		return true;
	case TAPE_STEP:
		return replay_step(&r, report);
	case TAPE_FINDINGS:
		return replay_findings(&r, report);
	case TAPE_VERDICT:
		verdict = rd_u8(&r);
		text = rd_cstr(&r);
		if (r.bad || verdict > VERDICT_UNKNOWN)
			return false;
		report_verdict(report, verdict, text);
		return true;
	default:
		return false;
	}
}

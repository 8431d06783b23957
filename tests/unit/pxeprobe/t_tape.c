/* A report by way of another process: the same lines come out, and nothing breaks on what makes no sense. */
#include "tape.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

static void
report_all(struct report *r)
{
	struct findings all = { 0 };
	struct step s;

	report_persona(r, "efi-x64", "UEFI x64, PXE", "02:00:00:00:00:01");
	step_begin(&s, "offer");
	snprintf(s.from, sizeof(s.from), "10.0.0.1");
	s.ms = 12;
	s.timed = true;
	step_put(&s, "file", "a \"b\"");
	step_put_num(&s, "bytes", UINT64_C(1) << 40);
	step_put_milli(&s, "p50", 1234);
	step_detail(&s, "an offer");
	report_step(r, &s);
	finding_add(&all, FAULT_OVERLOAD, "of %s", "10.0.0.1");
	finding_add(&all, FAULT_NAK, "%s", "");
	report_findings(r, &all);
	report_verdict(r, VERDICT_NO, "so it is");
}

struct printed {
	char *text;
	size_t len;
	struct report report;
	FILE *out;
};

static void
printed_open(struct printed *p)
{
	p->out = open_memstream(&p->text, &p->len);
	report_open(&p->report, p->out, false);
}

static void
printed_close(struct printed *p)
{
	report_close(&p->report);
	fclose(p->out);
}

/* What report_all sends; returns its length. */
static size_t
record(uint8_t *bytes, size_t size)
{
	struct report r;
	struct tape t = { .machine = 7 };
	int end[2];
	ssize_t n;

	CHECK(pipe(end) == 0);
	t.fd = end[1];
	report_open(&r, stdout, false);
	r.sink = &tape_sink;
	r.sink_ctx = &t;
	report_all(&r);
	tape_end(&t, true);
	report_close(&r);
	n = read(end[0], bytes, size);
	close(end[0]);
	close(end[1]);
	return n > 0 ? (size_t)n : 0;
}

static void
the_same_lines_come_out(void)
{
	struct printed direct, taped;
	uint8_t bytes[65536];
	size_t len = record(bytes, sizeof(bytes)), messages = 0;
	struct rd r = rd_open(bytes, len);
	struct tape_message m;

	printed_open(&direct);
	report_all(&direct.report);
	printed_open(&taped);
	while (tape_next(&r, &m) == 1) {
		CHECK(m.machine == 7);
		if (m.kind != TAPE_END)
			CHECK(tape_replay(&m, &taped.report));
		messages++;
	}
	CHECK(messages == 5 && rd_left(&r) == 0);
	CHECK(taped.report.verdicts == 1 && taped.report.warnings == 1);
	printed_close(&direct);
	printed_close(&taped);
	CHECK_STR(taped.text, direct.text);
	free(direct.text);
	free(taped.text);
}

static void
a_part_is_waited_for(void)
{
	uint8_t bytes[65536];
	size_t len = record(bytes, sizeof(bytes));
	struct tape_message m;

	for (size_t cut = 0; cut < len; cut++) {
		struct rd r = rd_open(bytes, cut);
		int rc;

		while ((rc = tape_next(&r, &m)) == 1)
			;
		CHECK(rc == 0);
	}
	memset(bytes, 0xff, 8);
	CHECK(tape_next(&(struct rd){ bytes, bytes + 8, false }, &m) == -1);
	memset(bytes, 0, 8);
	CHECK(tape_next(&(struct rd){ bytes, bytes + 8, false }, &m) == -1);
}

/* Every byte of every message changed, one at a time. */
static void
nonsense_is_refused_or_harmless(void)
{
	uint8_t bytes[65536];
	size_t len = record(bytes, sizeof(bytes));
	struct printed p;

	printed_open(&p);
	for (size_t at = 0; at < len; at++) {
		for (int v = 0; v < 256; v += 51) {
			uint8_t before = bytes[at];
			struct rd r = rd_open(bytes, len);
			struct tape_message m;

			bytes[at] = (uint8_t)v;
			while (tape_next(&r, &m) == 1)
				tape_replay(&m, &p.report);
			bytes[at] = before;
		}
	}
	printed_close(&p);
	free(p.text);
}

int
main(void)
{
	RUN(the_same_lines_come_out);
	RUN(a_part_is_waited_for);
	RUN(nonsense_is_refused_or_harmless);
	return TEST_EXIT();
}

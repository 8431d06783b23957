/* Findings, and what the report says of them. */
#include "test.h"

#include <stdlib.h>

#include "finding.h"
#include "report.h"

static void
an_error_replaces_a_warning(void)
{
	struct findings f = { .n = 0 };

	finding_warn(&f, FAULT_NAK, "first");
	CHECK(!finding_error(&f));
	finding_warn(&f, FAULT_NAK, "second");
	CHECK_INT(f.n, 1);
	CHECK_STR(f.at[0].evidence, "first");
	finding_fatal(&f, FAULT_NAK, "third %d", 3);
	CHECK_INT(f.n, 1);
	CHECK_STR(f.at[0].evidence, "third 3");
	CHECK(finding_error(&f) == &f.at[0]);
	finding_warn(&f, FAULT_NAK, "fourth");
	finding_fatal(&f, FAULT_NAK, "fifth");
	CHECK_STR(f.at[0].evidence, "third 3");
	CHECK(!f.at[0].warning);
}

static void
no_more_findings_than_fit(void)
{
	struct findings f = { .n = 0 };

	for (int i = 1; i < FAULTS; i++)
		finding_warn(&f, (enum fault)i, "x");
	CHECK_INT(f.n, FAULTS - 1 < FINDING_MAX ? FAULTS - 1 : FINDING_MAX);
	finding_fatal(&f, f.at[0].fault, "still replaced");
	CHECK_STR(finding_error(&f)->evidence, "still replaced");
}

static void
sizes_and_times(void)
{
	char out[32];

	CHECK_STR(report_size(9999, out), "9999 bytes");
	CHECK_STR(report_size(10000, out), "10 kB");
	CHECK_STR(report_size(9999999, out), "9999 kB");
	CHECK_STR(report_size(12340000, out), "12.3 MB");
	CHECK_STR(report_time(1230, out), "1.23 ms");
	CHECK_STR(report_time(10000, out), "10 ms");
	CHECK_STR(report_time(1500000, out), "1.5 s");
}

/* What `say` writes to a report that is no terminal's. */
static char *
reported(bool json, void (*say)(struct report *))
{
	struct report r;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	report_open(&r, out, json);
	report_persona(&r, "bios", "a BIOS", "02:00:00:00:00:01");
	say(&r);
	CHECK(!r.failed);
	report_close(&r);
	fclose(out);
	return text;
}

static void
say_step(struct report *r)
{
	struct step s;

	step_begin(&s, "offer");
	step_from(&s, 0x0a000001);
	s.ms = 7;
	s.timed = true;
	step_put(&s, "kind", "dhcp");
	step_put_num(&s, "bytes", 12);
	step_put_milli(&s, "p50", 1500);
	step_put_addr(&s, "address", 0x0a000032);
	report_step(r, &s);
}

static void
say_end(struct report *r)
{
	struct findings f = { .n = 0 };

	finding_fatal(&f, FAULT_NAK, "server 10.0.0.1");
	report_findings(r, &f);
	report_verdict(r, false, "no");
	report_summary(r);
}

static void
say_watched(struct report *r)
{
	report_watched(r, 3, 2, 1);
}

static void
say_nothing_seen(struct report *r)
{
	report_watched(r, 0, 0, 0);
}

static void
steps_are_lines(void)
{
	char *text = reported(false, say_step);

	CHECK_STR(
	    text, "step persona=bios n=1 what=offer from=10.0.0.1 ms=7 kind=dhcp bytes=12 p50=1.5 address=10.0.0.50\n");
	free(text);
	text = reported(true, say_step);
	CHECK(strstr(text, "\"bytes\":12") && strstr(text, "\"from\":\"10.0.0.1\""));
	free(text);
}

static void
faults_and_verdicts_are_lines(void)
{
	char *text = reported(false, say_end);

	CHECK(strstr(text, "severity=error persona=bios text="));
	CHECK(strstr(text, "verdict persona=bios boots=no text=no\n"));
	CHECK(strstr(text, "summary personas=1 boots=0 text=\"0 of 1 boot; not: bios\"\n"));
	free(text);
	text = reported(false, say_watched);
	CHECK_STR(text,
	    "summary attempts=3 boots=2 unfinished=1 text=\"2 of 3 attempts to boot went well; 1 more under way\"\n");
	free(text);
	text = reported(false, say_nothing_seen);
	CHECK(strstr(text, "no machine tried to boot"));
	free(text);
}

int
main(void)
{
	RUN(an_error_replaces_a_warning);
	RUN(no_more_findings_than_fit);
	RUN(sizes_and_times);
	RUN(steps_are_lines);
	RUN(faults_and_verdicts_are_lines);
	return TEST_EXIT();
}

/* What a storm measured, step by step. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "storm_private.h"

/* Columns of the table: count; times of half, 90 %, 99 % and all; rate of each. */
#define TABLE "%7llu %8s %8s %8s %8s %11s  %s"
#define HEADING "      step        times     half     90 %     99 %      all   rate each"
#define BARS 20 /* 1, 2, 5, 10 ... ms, up to 2000 s */

static const char *
last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

bool
storm_rows(struct storm *s)
{
	static const char *const dhcp[] = { "offer", "ack", "reply" };

	s->row = calloc(s->replay.rows + 1, sizeof(*s->row));
	for (size_t i = 0; s->row && i < s->replay.n; i++) {
		const struct replay_item *item = &s->replay.item[i];
		struct storm_row *r = &s->row[item->row];

		if (item->kind == REPLAY_FILE) {
			r->what = item->what;
			r->client = "";
			snprintf(r->file, sizeof(r->file), "%.60s", last_component(item->url.path));
			continue;
		}
		for (size_t k = 0; k < sizeof(dhcp) / sizeof(dhcp[0]); k++) {
			r[k].what = dhcp[k];
			r[k].client = item->persona.ipxe && i > 0 ? "ipxe" : "";
		}
	}
	return s->row != NULL;
}

static double
boots_a_second(unsigned booted, uint64_t us)
{
	return (double)booted * 1e6 / (double)(us ? us : 1);
}

void
storm_progress(struct storm *s)
{
	uint64_t us = clock_us() - s->began_us;
	unsigned booted = s->finished - s->failed;
	char size[32], rate[32], line[200];

	snprintf(line, sizeof(line), "%u of %u machines booted, %u failed, %u at it; %.1f a second, %s, %s/s", booted,
	    s->clients, s->failed, s->running, boots_a_second(booted, us), report_size(s->bytes, size),
	    report_size(s->bytes * 1000000 / (us ? us : 1), rate));
	statusline_set(&s->foot, line);
}

static void
say_row(struct storm *s, const struct storm_row *r)
{
	const struct histogram *t = &r->times;
	uint64_t rate = t->sum_us ? (uint64_t)((double)r->bytes * 1e6 / (double)t->sum_us) : 0;
	char p50[32], p90[32], p99[32], max[32], each[32], bytes[40] = "";
	struct step step;

	if (!t->n)
		return;
	step_begin(&step, r->what);
	step.wide = true;
	if (r->client[0])
		step_put(&step, "client", r->client);
	if (r->file[0])
		step_put(&step, "file", r->file);
	step_put_num(&step, "count", t->n);
	step_put_milli(&step, "p50", histogram_percentile(t, 50));
	step_put_milli(&step, "p90", histogram_percentile(t, 90));
	step_put_milli(&step, "p99", histogram_percentile(t, 99));
	step_put_milli(&step, "max", t->max_us);
	if (r->bytes) {
		step_put_num(&step, "bytes", r->bytes);
		step_put_num(&step, "rate", rate);
		snprintf(bytes, sizeof(bytes), "%s/s", report_size(rate, each));
	}
	step_detail(&step, TABLE, (unsigned long long)t->n, report_time(histogram_percentile(t, 50), p50),
	    report_time(histogram_percentile(t, 90), p90), report_time(histogram_percentile(t, 99), p99),
	    report_time(t->max_us, max), bytes, r->file[0] ? r->file : r->client);
	report_step(s->report, &step);
}

/* 1, 2, 5, 10, 20 ... */
static uint64_t
bound_ms(unsigned i)
{
	static const uint64_t digit[] = { 1, 2, 5 };
	uint64_t ms = digit[i % 3];

	for (; i >= 3; i -= 3)
		ms *= 10;
	return ms;
}

static void
say_histogram(struct storm *s)
{
	uint64_t count[BARS], highest = 0, below = 0;

	for (unsigned i = 0; i < BARS; i++) {
		uint64_t now = i + 1 < BARS ? histogram_at_most(&s->whole, bound_ms(i) * 1000) : s->whole.n;

		count[i] = now - below;
		below = now;
		if (count[i] > highest)
			highest = count[i];
	}
	for (unsigned i = 0; i < BARS; i++) {
		struct report_bar bar = { .of = "whole", .ms = bound_ms(i), .count = count[i], .highest = highest };

		if (count[i])
			report_bar(s->report, &bar);
	}
}

/* What made machines start over, a line for each fault. */
static void
storm_say_restarts(struct storm *s)
{
	for (int i = 0; i < FAULTS; i++) {
		struct step step;

		if (!s->restarted[i])
			continue;
		step_begin(&step, "restart");
		step.wide = true;
		step_put(&step, "fault", fault_text((enum fault)i)->name);
		step_put_num(&step, "count", s->restarted[i]);
		step_detail(
		    &step, "%7u times a machine started over: %s", s->restarted[i], fault_text((enum fault)i)->name);
		report_step(s->report, &step);
	}
}

/* What each machine loads, as one line before the times. */
static void
storm_say_plan(struct storm *s)
{
	char names[STEP_TEXT] = "", size[32];
	size_t len = 0;
	struct step step;

	for (size_t i = 0; i < s->replay.n; i++) {
		const struct replay_item *item = &s->replay.item[i];
		int n;

		if (item->kind != REPLAY_FILE || !item->there)
			continue;
		n = snprintf(
		    names + len, sizeof(names) - len, "%s%.60s", len ? ", " : "", last_component(item->url.path));
		if (n < 0 || (size_t)n >= sizeof(names) - len)
			break;
		len += (size_t)n;
	}
	step_begin(&step, "plan");
	step.wide = true;
	step_put_num(&step, "files", replay_files(&s->replay));
	step_put_num(&step, "requests", s->replay.n);
	step_put_num(&step, "bytes", s->replay.bytes);
	step_put(&step, "names", names);
	step_detail(&step, "each machine loads %s: %.400s", report_size(s->replay.bytes, size), names);
	report_step(s->report, &step);
}

void
storm_say(struct storm *s)
{
	struct storm_row whole = { .what = "whole", .client = "", .times = s->whole, .bytes = s->bytes };
	unsigned booted = s->finished - s->failed;
	struct findings f = { .n = 0 };
	char text[256], size[32], rate[32];

	storm_say_plan(s);
	report_heading(s->report, HEADING);
	for (unsigned i = 0; i < s->replay.rows; i++)
		say_row(s, &s->row[i]);
	say_row(s, &whole);
	say_histogram(s);
	storm_say_restarts(s);
	for (int i = 0; i < FAULTS; i++)
		if (s->by_fault[i])
			finding_add(&f, (enum fault)i, "%u of %u machines%s%s", s->by_fault[i], s->finished,
			    s->evidence[i][0] ? ", such as: " : "", s->evidence[i]);
	report_findings(s->report, &f);
	if (s->lost)
		log_warn("%llu packets came faster than this host could take them; its own slowness is in these times",
		    (unsigned long long)s->lost);
	snprintf(text, sizeof(text), "%s%u of %u machines booted in %.1f s, %.1f a second; %s, %s/s",
	    s->stopped ? "stopped by a signal: " : "", booted, s->stopped ? s->started : s->finished,
	    (double)s->took_us / 1e6, boots_a_second(booted, s->took_us), report_size(s->bytes, size),
	    report_size((uint64_t)((double)s->bytes * 1e6 / (double)(s->took_us ? s->took_us : 1)), rate));
	report_verdict(s->report, s->failed == 0 && !s->stopped, text);
}

#include <stdio.h>
#include <stdlib.h>

#include "storm_private.h"

static const char *const stage_name[STAGES] = { "", "offer", "ack", "reply", "bootfile" };

void
storm_note_time(struct times *t, uint64_t ms)
{
	if (t->n == t->size) {
		size_t size = t->size ? t->size * 2 : 1024;
		uint32_t *more = reallocarray(t->ms, size, sizeof(*more));

		if (!more)
			return;
		t->ms = more;
		t->size = size;
	}
	t->ms[t->n++] = (uint32_t)ms;
}

static int
by_time(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
say_times(struct storm *s, const char *what, struct times *t)
{
	struct step step;

	if (!t->n)
		return;
	qsort(t->ms, t->n, sizeof(*t->ms), by_time);
	step_begin(&step, what);
	step_put_num(&step, "count", t->n);
	step_put_num(&step, "p50", t->ms[t->n / 2]);
	step_put_num(&step, "p90", t->ms[t->n * 9 / 10]);
	step_put_num(&step, "p99", t->ms[t->n * 99 / 100]);
	step_put_num(&step, "max", t->ms[t->n - 1]);
	step_detail(&step, "%7zu times: half within %u ms, 90 %% %u, 99 %% %u, all %u", t->n,
	    t->ms[t->n / 2], t->ms[t->n * 9 / 10], t->ms[t->n * 99 / 100], t->ms[t->n - 1]);
	report_step(s->want->report, &step);
}

void
storm_say(struct storm *s, uint64_t ms)
{
	struct report *r = s->want->report;
	unsigned done = s->finished - s->failed;
	char text[256], size[32], rate[32];
	struct findings f = { .n = 0 };

	for (int i = OFFER; i < STAGES; i++)
		say_times(s, stage_name[i], &s->times[i]);
	say_times(s, "whole", &s->whole);
	for (int i = 0; i < FAULTS; i++)
		if (s->by_fault[i])
			finding_add(&f, (enum fault)i, "%u of %u machines%s%s", s->by_fault[i],
			    s->finished, s->evidence[i][0] ? ", such as: " : "", s->evidence[i]);
	report_findings(r, &f);
	snprintf(text, sizeof(text), "%u of %u machines got their boot file in %.1f s, %s, %s/s",
	    done, s->finished, (double)ms / 1000, report_size(s->bytes, size),
	    report_size(s->bytes * 1000 / (ms ? ms : 1), rate));
	report_verdict(r, s->failed == 0, text);
}

#include "report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "num.h"
#include "picture_marks.h"

void
step_begin(struct step *s, const char *what)
{
	memset(s, 0, sizeof(*s));
	s->what = what;
}

void
step_from(struct step *s, uint32_t addr)
{
	num_ip4_text(addr, s->from);
}

void
step_put(struct step *s, const char *key, const char *value)
{
	if (s->pairs == STEP_PAIRS)
		return;
	s->pair[s->pairs].key = key;
	snprintf(s->pair[s->pairs++].value, STEP_TEXT, "%s", value);
}

void
step_put_num(struct step *s, const char *key, uint64_t value)
{
	if (s->pairs == STEP_PAIRS)
		return;
	s->pair[s->pairs].key = key;
	s->pair[s->pairs].kind = STEP_IS_NUMBER;
	s->pair[s->pairs++].n = value;
}

void
step_put_milli(struct step *s, const char *key, uint64_t thousandths)
{
	step_put_num(s, key, thousandths);
	if (s->pairs > 0 && s->pair[s->pairs - 1].key == key)
		s->pair[s->pairs - 1].kind = STEP_IS_MILLI;
}

void
step_put_addr(struct step *s, const char *key, uint32_t addr)
{
	char text[NUM_IP4_TEXT];

	step_put(s, key, num_ip4_text(addr, text));
}

void
step_detail(struct step *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->detail, sizeof(s->detail), fmt, ap);
	va_end(ap);
}

const char *
report_time(uint64_t us, char out[32])
{
	if (us < 10000)
		snprintf(out, 32, "%.2f ms", (double)us / 1e3);
	else if (us < 1000000)
		snprintf(out, 32, "%" PRIu64 " ms", us / 1000);
	else
		snprintf(out, 32, "%.1f s", (double)us / 1e6);
	return out;
}

const char *
report_size(uint64_t bytes, char out[32])
{
	if (bytes < 10000)
		snprintf(out, 32, "%" PRIu64 " bytes", bytes);
	else if (bytes < 10000000)
		snprintf(out, 32, "%" PRIu64 " kB", bytes / 1000);
	else
		snprintf(out, 32, "%.1f MB", (double)bytes / 1e6);
	return out;
}

void
report_open(struct report *r, FILE *out, bool json)
{
	struct winsize size;

	*r = (struct report){ .out = out, .persona = "", .table = !json && isatty(fileno(out)), .facts.json = json };
	if (r->table && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
		r->columns = size.ws_col;
}

void
report_close(struct report *r)
{
	facts_out_free(&r->facts);
}

static void
end_line(struct report *r)
{
	if (facts_end(&r->facts, r->out) != 0 || fflush(r->out) != 0)
		r->failed = true;
}

/* Names come from servers, and must not control the terminal. */
void
report_clean_most(FILE *out, const char *text, size_t most)
{
	size_t left = strlen(text);

	for (size_t n; left && most; text += n, left -= n, most--) {
		n = facts_printable(text, left);
		if (n)
			fwrite(text, 1, n, out);
		else
			fputc('?', out);
		n += n == 0;
	}
}

void
report_clean(FILE *out, const char *text)
{
	report_clean_most(out, text, SIZE_MAX);
}

/* Text in lines of the terminal's width, all but the first indented. */
static void
put_wrapped(const struct report *r, const char *text, size_t indent)
{
	size_t width = r->columns > indent + 20 ? r->columns - indent : SIZE_MAX, shown;

	for (bool first = true; *text; first = false) {
		size_t n = picture_line(text, width, &shown);
		char line[STEP_TEXT + FINDING_TEXT];

		snprintf(line, sizeof(line), "%.*s", (int)shown, text);
		if (!first)
			fprintf(r->out, "\n%*s", (int)indent, "");
		report_clean(r->out, line);
		text += n;
	}
}

void
report_persona(struct report *r, const char *name, const char *text, const char *identity)
{
	r->persona = name;
	r->n = 0;
	if (r->sink) {
		r->sink->persona(r->sink_ctx, name, text, identity);
		return;
	}
	if (r->picture) {
		char title[200];

		snprintf(title, sizeof(title), "%.40s: %.100s, %.40s", name, text, identity);
		picture_machine(r->picture, title);
	}
	if (r->table)
		fprintf(r->out, "%s: %s, %s\n", name, text, identity);
}

static void
put_pairs(struct report *r, const struct step *s)
{
	for (size_t i = 0; i < s->pairs; i++)
		if (s->pair[i].kind == STEP_IS_NUMBER)
			facts_put_num(&r->facts, s->pair[i].key, s->pair[i].n);
		else if (s->pair[i].kind == STEP_IS_MILLI)
			facts_put_milli(&r->facts, s->pair[i].key, s->pair[i].n);
		else
			facts_put(&r->facts, s->pair[i].key, s->pair[i].value);
}

/* The value of one of its pairs; NULL when it has none. */
static const char *
step_value(const struct step *s, const char *key)
{
	for (size_t i = 0; i < s->pairs; i++)
		if (strcmp(s->pair[i].key, key) == 0)
			return s->pair[i].value;
	return NULL;
}

/* A name that was tried, and need not be there. */
static bool
is_search(const struct step *s)
{
	return strcmp(s->what, "look") == 0 ||
	    (strcmp(s->what, "config") == 0 && strcmp(step_value(s, "error"), "not found") == 0);
}

static uint64_t
step_number(const struct step *s, const char *key)
{
	for (size_t i = 0; i < s->pairs; i++)
		if (strcmp(s->pair[i].key, key) == 0)
			return s->pair[i].n;
	return 0;
}

/* One step of a storm's machines, without the table's heading. */
static void
draw_row(struct report *r, const struct step *s)
{
	const char *file = step_value(s, "file"), *client = step_value(s, "client");
	char label[STEP_TEXT + 40], half[32], p90[32], p99[32], max[32];
	struct picture_step p = { .server = "", .label = label };

	snprintf(label, sizeof(label), "%s%s%.300s: %" PRIu64 " times, half within %s, 90 %% %s, 99 %% %s, longest %s",
	    s->what, file || client ? " " : "",
	    file       ? file :
	        client ? client :
	                 "",
	    step_number(s, "count"), report_time(step_number(s, "p50"), half), report_time(step_number(s, "p90"), p90),
	    report_time(step_number(s, "p99"), p99), report_time(step_number(s, "max"), max));
	picture_step(r->picture, &p);
}

/* Who asked whom, and what came back. */
static void
draw_step(struct report *r, const struct step *s)
{
	const char *file = step_value(s, "file"), *to = step_value(s, "to");
	bool all = strcmp(s->what, "discover") == 0 || strcmp(s->what, "bootp") == 0, ask = all || to;
	char label[STEP_TEXT + 40];
	struct picture_step p = { .server = all ? NULL :
		    to                          ? to :
		                                  s->from,
		.out = ask,
		.failed = step_value(s, "error") && !is_search(s),
		.ms = s->ms,
		.label = label };

	if (step_value(s, "p50")) {
		draw_row(r, s);
		return;
	}
	/* An answer to a request for a file: the request is drawn first. */
	if (file && s->from[0] && step_value(s, "how")) {
		struct picture_step get = { .server = s->from, .out = true, .label = label };

		snprintf(label, sizeof(label), "asks for %s", file);
		picture_step(r->picture, &get);
	}
	snprintf(label, sizeof(label), "%s: %s", s->what, s->detail);
	picture_step(r->picture, &p);
}

void
report_step(struct report *r, const struct step *s)
{
	if (r->sink) {
		r->sink->step(r->sink_ctx, s);
		return;
	}
	r->n++;
	if (r->numbers && s->timed)
		numbers_step(r->numbers, r->persona, s->what, s->ms);
	if (r->picture)
		draw_step(r, s);
	if (r->table) {
		fprintf(r->out, "%4u  %-9s ", r->n, s->what);
		if (!s->wide)
			fprintf(r->out, "%-15s  ", s->from[0] ? s->from : "-");
		/* A row of the storm's table is laid out already. */
		if (s->wide)
			report_clean(r->out, s->detail);
		else
			put_wrapped(r, s->detail, 32);
		if (s->timed)
			fprintf(r->out, "  (%" PRIu64 " ms)", s->ms);
		fputc('\n', r->out);
		if (fflush(r->out) != 0)
			r->failed = true;
		return;
	}
	facts_begin(&r->facts, "step");
	facts_put(&r->facts, "persona", r->persona);
	facts_put_num(&r->facts, "n", r->n);
	facts_put(&r->facts, "what", s->what);
	if (s->from[0])
		facts_put(&r->facts, "from", s->from);
	if (s->timed)
		facts_put_num(&r->facts, "ms", s->ms);
	put_pairs(r, s);
	if (r->machine && !step_value(s, "machine"))
		facts_put(&r->facts, "machine", r->machine);
	end_line(r);
}

void
report_bar(struct report *r, const struct report_bar *b)
{
	static const char full[] = "########################################";
	int width = (int)sizeof(full) - 1;
	int n = (int)(b->count * (uint64_t)width / (b->highest ? b->highest : 1));
	char time[32], label[128];

	if (r->picture) {
		/* Half as wide as in the table: a line of the picture has room for it. */
		snprintf(label, sizeof(label), "%s, within %s: %.*s %" PRIu64, b->of, report_time(b->ms * 1000, time),
		    n > 1 ? n / 2 : 1, full, b->count);
		picture_step(r->picture, &(struct picture_step){ .server = "", .label = label });
	}
	if (r->table) {
		fprintf(r->out, "      %-8s within %10s  %-*.*s %" PRIu64 "\n", b->of, report_time(b->ms * 1000, time),
		    width, n ? n : 1, full, b->count);
		return;
	}
	facts_begin(&r->facts, "histogram");
	facts_put(&r->facts, "persona", r->persona);
	facts_put(&r->facts, "of", b->of);
	facts_put_num(&r->facts, "ms", b->ms);
	facts_put_num(&r->facts, "count", b->count);
	end_line(r);
}

void
report_seen(const struct report *r, const char *machine, const struct finding *f)
{
	const struct fault_text *t = fault_text(f->fault);
	char text[FINDING_TEXT + FINDING_SENTENCE], sentence[FINDING_SENTENCE];

	snprintf(text, sizeof(text), "%s%s%s: %s: %s: %s", r->persona, machine ? " " : "", machine ? machine : "",
	    f->warning ? "warning" : "error", t->name, finding_text(f, sentence, sizeof(sentence)));
	recorder_mark(r->recorder, text);
}

void
report_findings(struct report *r, const struct findings *all)
{
	if (r->sink) {
		r->sink->findings(r->sink_ctx, all);
		return;
	}
	for (size_t i = 0; i < all->n; i++) {
		const struct finding *f = &all->at[i];
		const struct fault_text *t = fault_text(f->fault);
		const char *severity = f->warning ? "warning" : "error";
		char text[FINDING_SENTENCE];

		r->warnings += f->warning;
		finding_text(f, text, sizeof(text));
		if (r->numbers)
			numbers_fault(r->numbers, r->persona, t->name, f->warning);
		if (r->picture)
			picture_fault(r->picture, text, f->warning);
		if (r->table) {
			fprintf(r->out, "   %s  %s: %s: ", f->warning ? " !" : "!!", severity, t->name);
			put_wrapped(r, text, 7);
			fputs("\n       do: ", r->out);
			put_wrapped(r, t->fix, 11);
			fputc('\n', r->out);
			continue;
		}
		facts_begin(&r->facts, "fault");
		facts_put(&r->facts, "name", t->name);
		facts_put(&r->facts, "severity", severity);
		facts_put(&r->facts, "persona", r->persona);
		if (r->machine)
			facts_put(&r->facts, "machine", r->machine);
		facts_put(&r->facts, "text", text);
		facts_put(&r->facts, "fix", t->fix);
		end_line(r);
	}
}

void
report_heading(struct report *r, const char *text)
{
	if (r->table)
		fprintf(r->out, "%s\n", text);
}

void
report_summary(struct report *r)
{
	char text[3 * REPORT_NAMES + 64];

	snprintf(text, sizeof(text), "%u of %u boot%s%s%s%s%s%s", r->boots, r->verdicts, r->boots ? ":" : "", r->yes,
	    r->no[0] ? "; not:" : "", r->no, r->unclear[0] ? "; unknown:" : "", r->unclear);
	if (r->table) {
		fprintf(r->out, "%s\n", text);
		return;
	}
	facts_begin(&r->facts, "summary");
	facts_put_num(&r->facts, "personas", r->verdicts);
	facts_put_num(&r->facts, "boots", r->boots);
	if (r->unknown)
		facts_put_num(&r->facts, "unknown", r->unknown);
	facts_put(&r->facts, "text", text);
	end_line(r);
}

void
report_watched(struct report *r, unsigned attempts, unsigned boots, unsigned unfinished)
{
	char text[160], rest[40] = "", unknown[40] = "";

	if (unfinished)
		snprintf(rest, sizeof(rest), "; %u more under way", unfinished);
	if (r->unknown)
		snprintf(unknown, sizeof(unknown), "; of %u it is not known", r->unknown);
	if (attempts + unfinished == 0)
		snprintf(text, sizeof(text), "no machine tried to boot");
	else
		snprintf(text, sizeof(text), "%u of %u attempts to boot went well%s%s", boots, attempts, unknown, rest);
	if (r->table) {
		fprintf(r->out, "%s\n", text);
		return;
	}
	facts_begin(&r->facts, "summary");
	facts_put_num(&r->facts, "attempts", attempts);
	facts_put_num(&r->facts, "boots", boots);
	if (r->unknown)
		facts_put_num(&r->facts, "unknown", r->unknown);
	facts_put_num(&r->facts, "unfinished", unfinished);
	facts_put(&r->facts, "text", text);
	end_line(r);
}

void
report_verdict(struct report *r, enum verdict verdict, const char *text)
{
	static const char *const words[] = { "DOES NOT BOOT:", "boots:", "NOT KNOWN:" };
	char *names = verdict == VERDICT_YES ? r->yes : verdict == VERDICT_NO ? r->no : r->unclear;

	if (r->sink) {
		r->sink->verdict(r->sink_ctx, verdict, text);
		return;
	}
	snprintf(names + strlen(names), REPORT_NAMES - strlen(names), " %s%s%s", r->persona, r->machine ? "/" : "",
	    r->machine ? r->machine : "");
	r->verdicts++;
	if (r->picture) {
		char end[FINDING_TEXT + 320];

		snprintf(end, sizeof(end), "%s %s", words[verdict], text);
		picture_end(r->picture, end, verdict == VERDICT_YES);
	}
	if (r->numbers)
		numbers_verdict(r->numbers, r->persona, r->machine, verdict);
	r->boots += verdict == VERDICT_YES;
	r->unknown += verdict == VERDICT_UNKNOWN;
	if (r->table) {
		fprintf(r->out, "   %s  %s ", "=>", words[verdict]);
		put_wrapped(r, text, 7);
		fputs("\n\n", r->out);
		if (fflush(r->out) != 0)
			r->failed = true;
		return;
	}
	facts_begin(&r->facts, "verdict");
	facts_put(&r->facts, "persona", r->persona);
	facts_put(&r->facts, "boots", verdict_word(verdict));
	if (r->machine)
		facts_put(&r->facts, "machine", r->machine);
	facts_put(&r->facts, "text", text);
	end_line(r);
}

void
report_tracked(struct report *r, enum verdict verdict, const struct step *about, const char *text)
{
	r->unknown += verdict == VERDICT_UNKNOWN;
	if (r->numbers)
		numbers_verdict(r->numbers, r->persona, NULL, verdict);
	if (r->table)
		return;
	facts_begin(&r->facts, "verdict");
	facts_put(&r->facts, "persona", r->persona);
	facts_put(&r->facts, "boots", verdict_word(verdict));
	put_pairs(r, about);
	facts_put(&r->facts, "text", text);
	end_line(r);
}

/* ---- two runs side by side ---- */

#define OF_WIDTH 24 /* "kernel bytes" before the columns */

static void
put_sides(const struct report *r, const char *a, const char *b)
{
	size_t columns = r->columns > OF_WIDTH + 40 ? r->columns : 80, width = (columns - OF_WIDTH - 4) / 2, shown;
	const char *side[2] = { a ? a : "-", b ? b : "-" };

	for (bool first = true; *side[0] || *side[1]; first = false) {
		if (!first)
			fprintf(r->out, "\n%*s", OF_WIDTH, "");
		for (int i = 0; i < 2; i++) {
			size_t n = picture_line(side[i], width, &shown);
			char line[STEP_TEXT + FINDING_TEXT];

			snprintf(line, sizeof(line), "%.*s", (int)shown, side[i]);
			fputs(i ? "| " : "", r->out);
			report_clean(r->out, line);
			if (i == 0)
				fprintf(r->out, "%*s", (int)(width - strnlen(line, width)) + 1, "");
			side[i] += n;
		}
	}
	fputc('\n', r->out);
}

void
report_difference(struct report *r, const struct report_difference *d)
{
	char of[OF_WIDTH];

	if (r->table) {
		snprintf(of, sizeof(of), "%.12s %.10s", d->of, d->key ? d->key : "");
		fprintf(r->out, "%-*s", OF_WIDTH, of);
		put_sides(r, d->a, d->b);
		return;
	}
	facts_begin(&r->facts, "difference");
	facts_put(&r->facts, "of", d->of);
	if (d->key)
		facts_put(&r->facts, "key", d->key);
	else
		facts_put(&r->facts, "only", d->a ? "a" : "b");
	if (d->a)
		facts_put(&r->facts, "a", d->a);
	if (d->b)
		facts_put(&r->facts, "b", d->b);
	end_line(r);
}

void
report_compared(struct report *r, const char *a, const char *b, size_t differences)
{
	char text[3 * REPORT_NAMES];

	snprintf(text, sizeof(text), "%s and %s: %zu difference%s", a, b, differences, differences == 1 ? "" : "s");
	if (r->table) {
		report_clean(r->out, text);
		fputc('\n', r->out);
		return;
	}
	facts_begin(&r->facts, "summary");
	facts_put_num(&r->facts, "differences", differences);
	facts_put(&r->facts, "text", text);
	end_line(r);
}

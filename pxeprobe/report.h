/* Prints what was found: a table for people, facts lines, or JSON. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "facts.h"
#include "finding.h"
#include "numbers.h"
#include "picture.h"
#include "recorder.h"

#define REPORT_NAMES 400
#define STEP_PAIRS 12
#define STEP_TEXT 560

/* One thing that happened.  `from` "" when nobody answered. */
struct step {
	const char *what;
	char from[64];
	uint64_t ms;
	bool timed;             /* ms is set */
	bool wide;              /* such a step has no answerer: the table has no column for one */
	char detail[STEP_TEXT]; /* for people; the pairs are for programs */
	struct {
		const char *key;
		enum { STEP_IS_TEXT, STEP_IS_NUMBER, STEP_IS_MILLI } kind;
		uint64_t n;
		char value[STEP_TEXT];
	} pair[STEP_PAIRS];
	size_t pairs;
};
void step_begin(struct step *s, const char *what);
void step_from(struct step *s, uint32_t addr);
void step_put(struct step *s, const char *key, const char *value);
void step_put_num(struct step *s, const char *key, uint64_t value);
/* Prints microseconds as milliseconds with three decimals. */
void step_put_milli(struct step *s, const char *key, uint64_t thousandths);
void step_put_addr(struct step *s, const char *key, uint32_t addr);
void step_detail(struct step *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Where the lines of a machine go in place of being printed. */
struct report_sink {
	void (*persona)(void *ctx, const char *name, const char *text, const char *identity);
	void (*step)(void *ctx, const struct step *s);
	void (*findings)(void *ctx, const struct findings *all);
	void (*verdict)(void *ctx, enum verdict verdict, const char *text);
};

struct report {
	FILE *out;
	bool table;
	unsigned columns; /* of the terminal; 0: not known */
	bool failed;      /* a write failed */
	unsigned n;       /* steps of this persona */
	const char *persona;
	unsigned verdicts, boots, unknown;
	unsigned warnings;                                               /* reported so far */
	char yes[REPORT_NAMES], no[REPORT_NAMES], unclear[REPORT_NAMES]; /* personas, each after a blank */
	const char *machine;            /* NULL, or the MAC address of the one watched */
	struct picture *picture;        /* NULL, or where it is drawn, too */
	struct numbers *numbers;        /* NULL, or where it is counted */
	struct recorder *recorder;      /* NULL, or where faults are noted beside the frames */
	const struct report_sink *sink; /* NULL: they are printed */
	void *sink_ctx;
	struct facts_out facts;
};

/* A table on a terminal, else facts lines. */
void report_open(struct report *r, FILE *out, bool json);
void report_close(struct report *r);
void report_persona(struct report *r, const char *name, const char *text, const char *identity);
void report_step(struct report *r, const struct step *s);
void report_findings(struct report *r, const struct findings *all);
/* A fault, at the moment when it is seen: noted in the capture that is being written.
 * `machine` may be NULL. */
void report_seen(const struct report *r, const char *machine, const struct finding *f);
void report_verdict(struct report *r, enum verdict verdict, const char *text);
/* A line that only the table has. */
void report_heading(struct report *r, const char *text);
/* One line on all personas: which boot, and which do not. */
void report_summary(struct report *r);
/* One line on all the boots that were watched; `unfinished` more were under way
 * at the end. */
void report_watched(struct report *r, unsigned attempts, unsigned boots, unsigned unfinished);
/* The verdict on a machine that was watched, with the pairs of `about`; the
 * table does not have it. */
void report_tracked(struct report *r, enum verdict verdict, const struct step *about, const char *text);

/* One bar of the histogram of `of`: `count` took at most `ms` milliseconds, and
 * more than the bar before.  `highest`: the count of the highest bar. */
struct report_bar {
	const char *of;
	uint64_t ms, count, highest;
};
void report_bar(struct report *r, const struct report_bar *b);

/* Of two runs, what one has and the other has not. */
struct report_difference {
	const char *of;    /* the step, or the fault */
	const char *key;   /* NULL: only one of them has it at all */
	const char *a, *b; /* NULL: not there */
};
void report_difference(struct report *r, const struct report_difference *d);
/* One line on both, after the differences. */
void report_compared(struct report *r, const char *a, const char *b, size_t differences);

/* Prints text from the network without what would control a terminal. */
void report_clean(FILE *out, const char *text);
/* The same, but at most `most` characters of it. */
void report_clean_most(FILE *out, const char *text, size_t most);
/* "0.41 ms", "1.8 s", for people. */
const char *report_time(uint64_t us, char out[32]);
/* "12.3 MB", for people. */
const char *report_size(uint64_t bytes, char out[32]);

#endif

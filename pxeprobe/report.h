/* What was found out, for people (a table), as facts lines, or as JSON. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "facts.h"
#include "finding.h"

#define REPORT_NAMES 400
#define STEP_PAIRS 12
#define STEP_TEXT 560

/* One thing that happened.  `from` "" when nobody answered. */
struct step {
	const char *what;
	char from[64];
	uint64_t ms;
	bool timed;             /* ms means something */
	bool wide;              /* nobody answers such a step: the table has no place for it */
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
/* In thousandths: microseconds, to be read as milliseconds. */
void step_put_milli(struct step *s, const char *key, uint64_t thousandths);
void step_put_addr(struct step *s, const char *key, uint32_t addr);
void step_detail(struct step *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

struct report {
	FILE *out;
	bool table;
	bool failed; /* what was written did not arrive */
	unsigned n;  /* steps of this persona */
	const char *persona;
	unsigned verdicts, boots;
	char yes[REPORT_NAMES], no[REPORT_NAMES]; /* personas, each with a blank before it */
	const char *machine;                      /* NULL, or the MAC address of the one that is watched */
	struct facts_out facts;
};

/* A table on a terminal, else facts lines. */
void report_open(struct report *r, FILE *out, bool json);
void report_close(struct report *r);
void report_persona(struct report *r, const char *name, const char *text, const char *identity);
void report_step(struct report *r, const struct step *s);
void report_findings(struct report *r, const struct findings *f);
void report_verdict(struct report *r, bool boots, const char *text);
/* A line of the table alone. */
void report_heading(struct report *r, const char *text);
/* One line about all personas: which boot, and which do not. */
void report_summary(struct report *r);
/* One line about all attempts to boot that were watched; `unfinished` others
 * were under way when it ended. */
void report_watched(struct report *r, unsigned attempts, unsigned boots, unsigned unfinished);
/* The verdict on a machine that was watched, with the pairs of `about`; not
 * in the table. */
void report_tracked(struct report *r, bool boots, const struct step *about, const char *text);

/* One bar of a histogram of `of`: `count` took at most `ms` milliseconds and
 * more than the bar before; the highest bar has `highest`. */
struct report_bar {
	const char *of;
	uint64_t ms, count, highest;
};
void report_bar(struct report *r, const struct report_bar *b);

/* Text of others to a terminal: without what would steer it. */
void report_clean(FILE *out, const char *text);
/* The same, but no more than so many characters of it. */
void report_clean_most(FILE *out, const char *text, size_t most);
/* "0.41 ms", "1.8 s", for people. */
const char *report_time(uint64_t us, char out[32]);
/* "12.3 MB", for people. */
const char *report_size(uint64_t bytes, char out[32]);

#endif

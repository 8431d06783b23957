/*
 * One line of a rules file being read: shared by load.c, which goes through
 * the lines, and line.c, which knows the keys.
 */
#ifndef READER_H
#define READER_H

#include "rules.h"

#define READER_WHY 300

struct reader {
	struct rules *rules;
	struct diag *diag;
	struct rule rule;     /* this line, so far */
	const uint8_t *mac;   /* reading the file of this machine */
	uint64_t seen;        /* keys of this line, by their place in the table */
	char why[READER_WHY]; /* of the last refusal */
};

/* Fills r->why; always false. */
bool reader_refuse(struct reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* file:line: key "value": why. */
void reader_fault(struct reader *r, bool warning, const char *key, const char *value);

/* Sets one key=value; a false return has said why. */
bool reader_key(struct reader *r, const char *key, const char *value);
/* A word without '='; `first` is the one behind the line's name. */
bool reader_word(struct reader *r, const char *word, bool first);
/* The line's keys are all there: do they fit each other? */
void reader_end_line(struct reader *r);
/* Host lines of all the rules that are for one machine, or keep one address. */
void reader_check_twice(struct reader *r);

#endif

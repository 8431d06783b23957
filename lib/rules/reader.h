/*
 * One line of a rules file being read, and what the parsers of all keys need:
 * to refuse a value, to report it, to take it apart.
 */
#ifndef READER_H
#define READER_H

#include "rules.h"

#define READER_WHY 300
#define READER_KEYS 96 /* all tables together have fewer */

struct reader {
	struct rules *rules;
	struct diag *diag;
	struct rule rule;                /* this line, so far */
	const struct machineid *machine; /* whose file this is; else NULL */
	bool six;                        /* an option without a family is DHCPv6's */
	bool seen[READER_KEYS];          /* keys of this line, by their place in the tables */
	char why[READER_WHY];            /* the last refusal */
};

/* Fills r->why; always false. */
bool reader_refuse(struct reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same for lack of memory. */
bool reader_no_memory(struct reader *r);
/* Adds "file:line: key "value": why" to r->diag. */
void reader_report(struct reader *r, bool warning, const char *key, const char *value);

/* Each sets *out, in the arena, or refuses the value and returns false. */
bool reader_copy(struct reader *r, const char *value, const char **out);
/* The comma-separated elements of a value, of which none may be empty. */
bool reader_split(struct reader *r, const char *value, struct rule_strings *out);
/* The same, and room in the arena for as many items of that size; NULL: refused. */
void *reader_list(struct reader *r, const char *value, size_t size, struct rule_strings *out);

/* One or more labels of letters, digits, '-' and '_' (RFC 1035, section 2.3.1). */
bool reader_is_domain(const char *s);

#endif

/* The faults that were found, each with its evidence. */
#ifndef FINDING_H
#define FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"

/* Whether a machine boots. */
enum verdict {
	VERDICT_NO,
	VERDICT_YES,
	VERDICT_UNKNOWN /* it got so far, and from there on it cannot be followed */
};
const char *verdict_word(enum verdict v);

#define FINDING_MAX 24
#define FINDING_TEXT 320

struct finding {
	enum fault fault;
	bool warning;
	char evidence[FINDING_TEXT];
};

struct findings {
	struct finding at[FINDING_MAX];
	size_t n;
	/* NULL, or told of each when it is added. */
	void (*seen)(void *ctx, const struct finding *f);
	void *ctx;
};

/* Adds a fault, once; an error replaces a warning.  The evidence says which
 * server, field or file. */
void finding_add(struct findings *f, enum fault fault, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same as a mere warning, whatever its usual weight. */
void finding_warn(struct findings *f, enum fault fault, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same as an error. */
void finding_fatal(struct findings *f, enum fault fault, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* What is wrong, with its evidence; FINDING_SENTENCE bytes hold any. */
#define FINDING_SENTENCE (FINDING_TEXT + 256)
const char *finding_text(const struct finding *f, char *out, size_t size);
/* The first that keeps the machine from booting; NULL when none does. */
const struct finding *finding_error(const struct findings *f);

#endif

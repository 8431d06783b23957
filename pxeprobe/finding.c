#include "finding.h"

#include <stdarg.h>
#include <stdio.h>

const char *
verdict_word(enum verdict v)
{
	static const char *const words[] = { "no", "yes", "unknown" };

	return words[v];
}

/* Where it goes; NULL when it is there already and weighs as much. */
static struct finding *
place_for(struct findings *f, enum fault fault, bool warning)
{
	struct finding *place = NULL;

	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].fault == fault)
			place = &f->at[i];
	if (place ? warning || !place->warning : f->n == FINDING_MAX)
		return NULL;
	if (!place)
		place = &f->at[f->n++];
	*place = (struct finding){ .fault = fault, .warning = warning };
	return place;
}

#define ADD(warning) \
	do { \
		struct finding *new = place_for(f, fault, (warning)); \
		va_list ap; \
		if (!new) \
			return; \
		va_start(ap, fmt); \
		vsnprintf(new->evidence, sizeof(new->evidence), fmt, ap); \
		va_end(ap); \
		if (f->seen) \
			f->seen(f->ctx, new); \
	} while (0)

void
finding_add(struct findings *f, enum fault fault, const char *fmt, ...)
{
	ADD(fault_text(fault)->warning);
}

void
finding_warn(struct findings *f, enum fault fault, const char *fmt, ...)
{
	ADD(true);
}

void
finding_fatal(struct findings *f, enum fault fault, const char *fmt, ...)
{
	ADD(false);
}

const char *
finding_text(const struct finding *f, char *out, size_t size)
{
	snprintf(out, size, "%s%s%s", fault_text(f->fault)->text, f->evidence[0] ? ": " : "", f->evidence);
	return out;
}

const struct finding *
finding_error(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->at[i].warning)
			return &f->at[i];
	return NULL;
}

#include "finding.h"

#include <stdarg.h>
#include <stdio.h>

static struct finding *
add(struct findings *f, enum fault fault)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].fault == fault)
			return NULL;
	if (f->n == FINDING_MAX)
		return NULL;
	f->at[f->n] = (struct finding){ .fault = fault,
	    .warning = fault_text(fault)->warning };
	return &f->at[f->n++];
}

void
finding_add(struct findings *f, enum fault fault, const char *fmt, ...)
{
	struct finding *new = add(f, fault);
	va_list ap;

	if (!new)
		return;
	va_start(ap, fmt);
	vsnprintf(new->evidence, sizeof(new->evidence), fmt, ap);
	va_end(ap);
}

void
finding_warn(struct findings *f, enum fault fault, const char *fmt, ...)
{
	struct finding *new = add(f, fault);
	va_list ap;

	if (!new)
		return;
	new->warning = true;
	va_start(ap, fmt);
	vsnprintf(new->evidence, sizeof(new->evidence), fmt, ap);
	va_end(ap);
}

const struct finding *
finding_error(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->at[i].warning)
			return &f->at[i];
	return NULL;
}

#include "faults.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
faults_add(struct faults *f, bool warning, const char *fmt, ...)
{
	struct fault *more;
	va_list ap;
	char *text;

	f->errors += !warning;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	more = text ? reallocarray(f->fault, f->n + 1, sizeof(*more)) : NULL;
	if (!more) {
		free(text);
		return; /* the count of errors stands */
	}
	f->fault = more;
	f->fault[f->n++] = (struct fault){ text, warning };
}

void
faults_free(struct faults *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->fault[i].text);
	free(f->fault);
	*f = (struct faults){ 0 };
}

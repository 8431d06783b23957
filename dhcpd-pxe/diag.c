#include "diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
diag_add(struct diag *f, bool warning, const char *fmt, ...)
{
	struct diag_line *more;
	va_list ap;
	char *text;

	f->errors += !warning;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	more = text ? reallocarray(f->line, f->n + 1, sizeof(*more)) : NULL;
	if (!more) {
		free(text);
		return; /* the count of errors stands */
	}
	f->line = more;
	f->line[f->n++] = (struct diag_line){ text, warning };
}

void
diag_free(struct diag *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->line[i].text);
	free(f->line);
	*f = (struct diag){ 0 };
}

#include "diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "log.h"

void
diag_add(struct diag *d, bool warning, const char *fmt, ...)
{
	struct diag_line *more;
	va_list ap;
	char *text;

	d->errors += !warning;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	more = text ? reallocarray(d->line, d->n + 1, sizeof(*more)) : NULL;
	if (!more) {
		free(text);
		d->no_memory = true;
		return; /* the count of errors stands */
	}
	d->line = more;
	d->line[d->n++] = (struct diag_line){ text, warning };
}

void
diag_no_memory(struct diag *d, const char *where)
{
	d->no_memory = true;
	diag_add(d, false, "%s: out of memory", where);
}

void
diag_free(struct diag *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->line[i].text);
	free(d->line);
	*d = (struct diag){ 0 };
}

void
diag_log(const struct diag *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->line[i].warning)
			log_warn("%s", d->line[i].text);
		else
			log_err("%s", d->line[i].text);
}

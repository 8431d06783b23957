#include "reader.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log.h"

bool
reader_refuse(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
	return false;
}

bool
reader_no_memory(struct reader *r)
{
	r->diag->no_memory = true;
	return reader_refuse(r, "out of memory");
}

void
reader_report(struct reader *r, bool warning, const char *key, const char *value)
{
	char quoted[300];

	diag_add(r->diag, warning, "%s:%u: %s%s %s: %s", r->rule.where.file, r->rule.where.line,
	    warning ? "warning: " : "", key, log_quote_str(value, quoted, sizeof(quoted)), r->why);
}

bool
reader_copy(struct reader *r, const char *value, const char **out)
{
	if (!*value)
		return reader_refuse(r, "empty");
	*out = arena_str(&r->rules->arena, value);
	return *out || reader_no_memory(r);
}

bool
reader_split(struct reader *r, const char *value, struct rule_strings *out)
{
	struct arena *a = &r->rules->arena;
	size_t n = 1;
	char *copy = arena_str(a, value);

	for (const char *p = value; *p; p++)
		n += *p == ',';
	out->item = arena_alloc(a, n * sizeof(out->item[0]));
	if (!copy || !out->item)
		return reader_no_memory(r);
	for (out->n = 0; out->n < n; out->n++) {
		out->item[out->n] = strsep(&copy, ",");
		if (!*out->item[out->n])
			return reader_refuse(r, n == 1 ? "empty" : "an empty element in the list");
	}
	return true;
}

void *
reader_list(struct reader *r, const char *value, size_t size, struct rule_strings *out)
{
	void *list;

	if (!reader_split(r, value, out))
		return NULL;
	list = arena_alloc(&r->rules->arena, out->n * size);
	if (!list)
		reader_no_memory(r);
	return list;
}

bool
reader_is_domain(const char *s)
{
	size_t label = 0;

	if (strlen(s) > 253)
		return false;
	for (; *s; s++) {
		if (*s == '.') {
			if (label == 0)
				return false;
			label = 0;
		} else if (isalnum((unsigned char)*s) || *s == '_' || (*s == '-' && label > 0)) {
			if (++label > 63)
				return false;
		} else {
			return false;
		}
	}
	return label > 0;
}

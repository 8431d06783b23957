/* The one face of the readers: each call goes to the reader of that language. */
#include "reader.h"

#include <stdlib.h>
#include <string.h>

void
script_free(struct script *s)
{
	if (s)
		s->reader->free(s);
}

void
script_set(struct script *s, const char *name, const char *value)
{
	if (s->reader->set)
		s->reader->set(s, name, value);
}

const char *
script_value(const struct script *s, const char *name)
{
	const char *value = s->reader->get ? s->reader->get(s, name) : NULL;

	return value ? value : "";
}

bool
script_push(struct script *s, const char *text, size_t len)
{
	return s->reader->push(s, text, len);
}

void
script_next(struct script *s, struct script_action *out)
{
	memset(out, 0, sizeof(*out));
	s->reader->next(s, out);
}

void
script_result(struct script *s, bool ok)
{
	if (s->reader->result)
		s->reader->result(s, ok);
}

bool
script_ended(const struct script_action *a)
{
	return a->kind == SCRIPT_BOOT || a->kind == SCRIPT_LOCAL || a->kind == SCRIPT_STOP;
}

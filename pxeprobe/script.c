#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
script_free(struct script *s)
{
	while (s->depth)
		script_pop(s);
	for (size_t v = 0; v < s->vars; v++)
		free(s->var[v].value);
	s->vars = 0;
}

bool
script_push(struct script *s, const char *bytes, size_t len, unsigned line)
{
	char *copy;

	if (s->depth == SCRIPT_TEXTS || !(copy = malloc(len + 1)))
		return false;
	memcpy(copy, bytes, len);
	copy[len] = '\0';
	s->text[s->depth++] = (struct text){ .bytes = copy, .len = len, .line = line };
	return true;
}

void
script_pop(struct script *s)
{
	free(s->text[--s->depth].bytes);
}

struct text *
script_top(struct script *s)
{
	return s->depth ? &s->text[s->depth - 1] : NULL;
}

static size_t
place(const struct script *s, const char *name)
{
	size_t v = 0;

	while (v < s->vars && strncmp(s->var[v].name, name, SCRIPT_NAME - 1) != 0)
		v++;
	return v;
}

const char *
script_get(const struct script *s, const char *name)
{
	size_t v = place(s, name);

	return v < s->vars ? s->var[v].value : NULL;
}

void
script_set(struct script *s, const char *name, const char *value)
{
	size_t v = place(s, name);
	char *copy = v < SCRIPT_VARS ? strndup(value, SCRIPT_VALUE - 1) : NULL;

	if (!copy)
		return;
	if (v == s->vars) {
		snprintf(s->var[v].name, SCRIPT_NAME, "%s", name);
		s->vars++;
	} else {
		free(s->var[v].value);
	}
	s->var[v].value = copy;
}

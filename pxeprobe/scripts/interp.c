#include "interp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
interp_free(struct interp *s)
{
	while (s->depth)
		interp_pop(s);
	for (size_t v = 0; v < s->vars; v++)
		free(s->var[v].value);
	s->vars = 0;
}

bool
interp_push(struct interp *s, const char *bytes, size_t len, unsigned line)
{
	char *copy;

	if (s->depth == INTERP_TEXTS || !(copy = malloc(len + 1)))
		return false;
	memcpy(copy, bytes, len);
	copy[len] = '\0';
	s->text[s->depth++] = (struct script_text){ .bytes = copy, .len = len, .line = line };
	return true;
}

void
interp_pop(struct interp *s)
{
	free(s->text[--s->depth].bytes);
}

struct script_text *
interp_top(struct interp *s)
{
	return s->depth ? &s->text[s->depth - 1] : NULL;
}

/* The variable's place; s->vars when it was never set. */
static size_t
find_var(const struct interp *s, const char *name)
{
	size_t v = 0;

	while (v < s->vars && strncmp(s->var[v].name, name, INTERP_NAME - 1) != 0)
		v++;
	return v;
}

const char *
interp_get(const struct interp *s, const char *name)
{
	size_t v = find_var(s, name);

	return v < s->vars ? s->var[v].value : NULL;
}

void
interp_set(struct interp *s, const char *name, const char *value)
{
	size_t v = find_var(s, name);
	char *copy = v < INTERP_VARS ? strndup(value, INTERP_VALUE - 1) : NULL;

	if (!copy)
		return;
	if (v == s->vars) {
		snprintf(s->var[v].name, INTERP_NAME, "%s", name);
		s->vars++;
	} else {
		free(s->var[v].value);
	}
	s->var[v].value = copy;
}

bool
word_in(const char *word, const char *list)
{
	size_t len = strlen(word);

	if (len == 0 || strchr(word, ' '))
		return false;
	for (const char *s = list; (s = strstr(s, word)); s += len)
		if ((s == list || s[-1] == ' ') && (s[len] == ' ' || !s[len]))
			return true;
	return false;
}

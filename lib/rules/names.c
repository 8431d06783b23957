#include "names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct names_entry *
names_entry(const struct names *s, const char *name)
{
	for (size_t i = 0; s && i < s->n; i++)
		if (strcasecmp(s->entry[i].name, name) == 0)
			return &s->entry[i];
	return NULL;
}

bool
names_add(struct names *s, const char *name)
{
	struct names_entry *more;
	char *copy;

	if (names_entry(s, name))
		return true;
	if (s->n == NAMES_MOST)
		return false;
	more = reallocarray(s->entry, s->n + 1, sizeof(*more));
	if (!more)
		return false;
	s->entry = more;
	copy = strdup(name);
	if (!copy)
		return false;
	s->entry[s->n++] = (struct names_entry){ copy, 0 };
	return true;
}

uint32_t
names_find(const struct names *s, const char *name)
{
	const struct names_entry *e = names_entry(s, name);

	return e ? e->addr : 0;
}

void
names_free(struct names *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->entry[i].name);
	free(s->entry);
	*s = (struct names){ 0 };
}

#include "selection.h"

#include <stdlib.h>
#include <string.h>

#include "path.h"

bool
selection_add(struct selection *s, const char *pattern)
{
	char **patterns = reallocarray(s->pattern, s->n + 1, sizeof(*patterns)), clean[PATH_SIZE];
	bool *matched;

	if (!patterns)
		return false;
	s->pattern = patterns;
	matched = reallocarray(s->matched, s->n + 1, sizeof(*matched));
	if (!matched)
		return false;
	s->matched = matched;
	patterns[s->n] = strdup(path_pattern(pattern, clean));
	matched[s->n] = false;
	return patterns[s->n] && ++s->n;
}

void
selection_free(struct selection *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->pattern[i]);
	free(s->pattern);
	free(s->matched);
	*s = (struct selection){ 0 };
}

bool
selection_picks(struct selection *s, const char *path)
{
	bool picked = s->n == 0;

	for (size_t i = 0; i < s->n; i++)
		if (path_match(s->pattern[i], path))
			s->matched[i] = picked = true;
	return picked;
}

bool
selection_wants(const struct selection *s, const char *path)
{
	bool wanted = !s || s->n == 0;

	for (size_t i = 0; !wanted && i < s->n; i++)
		wanted = path_match(s->pattern[i], path);
	return wanted;
}

bool
selection_enters(const struct selection *s, const char *dir)
{
	bool enters = !s || s->n == 0;

	for (size_t i = 0; !enters && i < s->n; i++)
		enters = path_leads(s->pattern[i], dir);
	return enters;
}

bool
selection_asks_for_boot_images(const struct selection *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (strncmp(s->pattern[i], PATH_BOOT, strlen(PATH_BOOT)) == 0)
			return true;
	return false;
}

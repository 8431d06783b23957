/* Any bytes as a name, a pattern and a link: a name called clean cannot lead
 * outside, and a link called inside resolves to a clean name. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_clean(const char *path)
{
	size_t len = strlen(path);

	if (len == 0 || len >= PATH_SIZE || path[0] == '/' || path[len - 1] == '/')
		abort();
	for (const char *p = path; *p;) {
		size_t n = strcspn(p, "/");

		if (n == 0 || n > 255 || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
			abort();
		p += n + (p[n] == '/');
	}
}

/* The input's first line is a name, its second a link's target or a pattern. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name = malloc(size + 2), path[PATH_SIZE], target[PATH_SIZE], pattern[PATH_SIZE];
	struct path_captures found;
	char *second;

	if (!name)
		abort();
	memcpy(name, data, size);
	name[size] = name[size + 1] = '\0';
	second = strchr(name, '\n');
	if (second)
		*second++ = '\0';
	else
		second = name + strlen(name);
	path_pattern(second, pattern);
	if (path_clean(name, path) == PATH_OK) {
		check_clean(path);
		path_match(pattern, path);
		if (path_capture(pattern, path, &found) && found.n > PATH_CAPTURES)
			abort();
		if (path_resolve(path, second, target) && *target)
			check_clean(target);
		if (path_link_inside(path, second) && second[0] == '/')
			abort();
	}
	free(name);
	return 0;
}

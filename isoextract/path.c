#include "path.h"

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#define PART_MAX 255 /* NAME_MAX of every Linux file system */

/* Appends a part, after a '/' if it is not the first. */
static bool
add_part(char out[PATH_SIZE], size_t *len, const char *part, size_t n)
{
	size_t slash = *len > 0;

	if (n > PART_MAX || *len + slash + n + 1 > PATH_SIZE)
		return false;
	if (slash)
		out[(*len)++] = '/';
	memcpy(out + *len, part, n);
	*len += n;
	out[*len] = '\0';
	return true;
}

static bool
is_part(const char *part, size_t n, const char *name)
{
	return n == strlen(name) && memcmp(part, name, n) == 0;
}

enum path_result
path_clean(const char *name, char out[PATH_SIZE])
{
	size_t len = 0;

	if (*name == '/')
		return PATH_OUTSIDE;
	out[0] = '\0';
	for (const char *p = name; *p;) {
		size_t n = strcspn(p, "/");

		if (is_part(p, n, ".."))
			return PATH_OUTSIDE;
		if (n > 0 && !is_part(p, n, ".") && !add_part(out, &len, p, n))
			return PATH_LONG;
		p += n + (p[n] == '/');
	}
	return len > 0 ? PATH_OK : PATH_EMPTY;
}

const char *
path_pattern(const char *pattern, char out[PATH_SIZE])
{
	size_t n;

	while (*pattern == '/' || (pattern[0] == '.' && pattern[1] == '/'))
		pattern++;
	n = strlen(pattern);
	while (n > 0 && pattern[n - 1] == '/')
		n--;
	if (n >= PATH_SIZE)
		n = PATH_SIZE - 1;
	memcpy(out, pattern, n);
	out[n] = '\0';
	return out;
}

bool
path_match(const char *pattern, const char *path)
{
	/* The name of the directory of boot images looks like a glob. */
	if (strncmp(pattern, PATH_BOOT, strlen(PATH_BOOT)) == 0 && strncmp(path, PATH_BOOT, strlen(PATH_BOOT)) == 0)
		return path_match(pattern + strlen(PATH_BOOT), path + strlen(PATH_BOOT));
	/* FNM_LEADING_DIR is the "everything beneath" of tar and cpio. */
	return *pattern == '\0' || fnmatch(pattern, path, FNM_LEADING_DIR) == 0 || strcmp(pattern, path) == 0;
}

bool
path_leads(const char *pattern, const char *dir)
{
	size_t literal = strcspn(pattern, "*?[\\"), n = strlen(dir);

	if (strncmp(pattern, PATH_BOOT, strlen(PATH_BOOT)) == 0)
		literal = strlen(PATH_BOOT);
	if (strncmp(pattern, dir, n < literal ? n : literal) != 0)
		return false;
	return n >= literal || pattern[n] == '/';
}

/* Counts the ".." at a target's start; *rest is what follows. */
static size_t
leading_dotdot(const char *target, const char **rest)
{
	size_t up = 0;

	for (;;) {
		size_t n = strcspn(target, "/");

		if (is_part(target, n, ".."))
			up++;
		else if (!is_part(target, n, ".") && n > 0)
			break;
		if (target[n] == '\0') {
			target += n;
			break;
		}
		target += n + 1;
	}
	*rest = target;
	return up;
}

bool
path_link_inside(const char *path, const char *target)
{
	char out[PATH_SIZE];

	return path_resolve(path, target, out);
}

bool
path_resolve(const char *path, const char *target, char out[PATH_SIZE])
{
	char tail[PATH_SIZE];
	const char *rest;
	size_t up, parts = 0, len = 0;
	enum path_result r;

	if (*target == '/' || *target == '\0')
		return false;
	up = leading_dotdot(target, &rest);
	for (const char *p = path; *p; p++)
		parts += *p == '/';
	if (up > parts)
		return false;
	r = path_clean(rest, tail);
	if (r != PATH_OK && r != PATH_EMPTY)
		return false;
	out[0] = '\0';
	for (; parts > up; parts--) {
		size_t n = strcspn(path, "/");

		if (!add_part(out, &len, path, n))
			return false;
		path += n + 1;
	}
	for (const char *p = tail; *p;) {
		size_t n = strcspn(p, "/");

		if (!add_part(out, &len, p, n))
			return false;
		p += n + (p[n] == '/');
	}
	return true;
}

/* The last `*` seen: after a mismatch it takes one byte more.  Earlier ones need no
 * second try: `*` stops at '/', and a shorter match of an earlier one leaves the
 * later ones more to choose from. */
struct star {
	const char *glob, *path, *from;
};

static void
keep_capture(struct path_captures *found, size_t i, const char *from, const char *to)
{
	size_t n = (size_t)(to - from);

	if (i >= PATH_CAPTURES)
		return;
	if (n >= sizeof(found->text[i]))
		n = sizeof(found->text[i]) - 1;
	memcpy(found->text[i], from, n);
	found->text[i][n] = '\0';
	if (found->n < i + 1)
		found->n = i + 1;
}

bool
path_capture(const char *glob, const char *path, struct path_captures *found)
{
	struct star star = { 0 };
	size_t stars = 0;

	found->n = 0;
	while (*path || *glob) {
		if (*glob == '*') {
			stars++;
			star = (struct star){ .glob = ++glob, .path = path, .from = path };
			keep_capture(found, stars - 1, path, path);
			continue;
		}
		if (*path && *glob &&
		    (tolower((unsigned char)*glob) == tolower((unsigned char)*path) ||
		        (*glob == '?' && *path != '/'))) {
			glob++;
			path++;
			continue;
		}
		if (!star.glob || *star.path == '\0' || *star.path == '/')
			return false;
		path = ++star.path;
		glob = star.glob;
		keep_capture(found, stars - 1, star.from, path);
	}
	return true;
}

/*
 * Names inside an archive, and the globs that pick them.  Pure.
 */
#ifndef PATH_H
#define PATH_H

#include <stdbool.h>
#include <stddef.h>

#define PATH_SIZE 4096     /* longest name, its NUL included (PATH_MAX) */
#define PATH_BOOT "[boot]" /* the directory that El Torito images appear in */
#define PATH_CAPTURES 9    /* most `*` whose match path_capture keeps */

enum path_result {
	PATH_OK,
	PATH_EMPTY,   /* the root itself: "", "." or "./" */
	PATH_OUTSIDE, /* "..", or a name that starts with '/' */
	PATH_LONG     /* more than PATH_SIZE - 1 bytes, or a part over 255 */
};

/* Cleans a member's name: parts joined by one '/', without ".". */
enum path_result path_clean(const char *name, char out[PATH_SIZE]);

/* Cleans a pattern: removes a leading "./" or "/" and a trailing '/'. */
const char *path_pattern(const char *pattern, char out[PATH_SIZE]);

/* Does a clean pattern pick a clean path?  It must match the whole path or that of a
 * directory above it.  `*` and `?` match '/'. */
bool path_match(const char *pattern, const char *path);

/* Could the pattern pick something beneath this clean directory? */
bool path_leads(const char *pattern, const char *dir);

/* May a symbolic link at `path` (clean) lead to `target`?  Only if that stays inside
 * whatever other links there are: ".." may stand only at the target's start, and
 * no more often than the link's depth. */
bool path_link_inside(const char *path, const char *target);

/* What a link at `path` leads to, as a clean path; false if that is outside. */
bool path_resolve(const char *path, const char *target, char out[PATH_SIZE]);

struct path_captures {
	size_t n;
	char text[PATH_CAPTURES][256];
};

/* Matches a profile's glob against a whole path, ignoring case.  Here `*` and `?`
 * do not match '/'.  *found gets what each `*` matched. */
bool path_capture(const char *glob, const char *path, struct path_captures *found);

#endif

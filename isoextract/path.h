/*
 * Names inside an archive, and the globs that pick them.  Pure.
 */
#ifndef PATH_H
#define PATH_H

#include <stdbool.h>
#include <stddef.h>

#define PATH_SIZE 4096     /* longest name, its NUL included (PATH_MAX) */
#define PATH_BOOT "[boot]" /* the directory that El Torito images appear in */
#define PATH_CAPTURES 9    /* what `*` stood for, in path_capture */

enum path_result {
	PATH_OK,
	PATH_EMPTY,   /* the root itself: "", "." or "./" */
	PATH_OUTSIDE, /* "..", or a name that starts with '/' */
	PATH_LONG     /* more than PATH_SIZE - 1 bytes, or a part over 255 */
};

/* A member's name as it is written: parts joined by one '/', "." gone. */
enum path_result path_clean(const char *name, char out[PATH_SIZE]);

/* A pattern as it is compared: a leading "./" or "/" and a closing '/' gone. */
const char *path_pattern(const char *pattern, char out[PATH_SIZE]);

/* Does a cleaned pattern pick this cleaned path?  It does when it fits the
 * whole path, or the path of a directory above it.  `*` and `?` cross '/'. */
bool path_match(const char *pattern, const char *path);

/* May something beneath this cleaned directory be picked?  False only when not. */
bool path_leads(const char *pattern, const char *dir);

/* May a symbolic link at `path` (cleaned) lead to `target`?  Only where that
 * stays inside, whatever else is linked: ".." may stand at the target's start,
 * no more often than the link lies deep, and nowhere else. */
bool path_link_inside(const char *path, const char *target);

/* What a link at `path` leads to, as a cleaned path; false when outside. */
bool path_resolve(const char *path, const char *target, char out[PATH_SIZE]);

struct path_captures {
	size_t n;
	char text[PATH_CAPTURES][256];
};

/* Fits a profile's glob to a whole path, letters of either case alike.  Here
 * `*` and `?` stop at '/'.  *found gets what each `*` stood for. */
bool path_capture(const char *glob, const char *path, struct path_captures *found);

#endif

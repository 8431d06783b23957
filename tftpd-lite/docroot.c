#include "docroot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void
hex_of(const struct addr *a, char out[33])
{
	size_t from = addr_is4(a) ? 12 : 0;

	for (size_t i = from; i < 16; i++)
		snprintf(out + 2 * (i - from), 3, "%02X", a->ip[i]);
}

bool
docroot_resolve(const struct docroot *n, const char *asked, const struct addr *client, char path[REMAP_NAME])
{
	char clean[REMAP_NAME], mapped[REMAP_NAME], ip[LISTEN_TEXT], hex[33];
	struct remap_client who = { .ip = addr_ip_text(client, ip), .ip_hex = hex };

	hex_of(client, hex);
	return beneath_clean(asked, clean, sizeof(clean)) && remap_apply(&n->remap, clean, &who, mapped) &&
	    beneath_clean(mapped, path, REMAP_NAME) && path[0] != '\0';
}

/* ---- whatever the case ------------------------------------------------- */

/* The entry of a folder that is `part` but for case, written over it.  The
 * first in byte order, so that it is the same one each time. */
static bool
find_entry(int fd, char *part, size_t len)
{
	DIR *dir = fdopendir(fd);
	struct dirent *e;
	char best[256] = "";

	if (!dir) {
		close(fd);
		return false;
	}
	while ((e = readdir(dir)))
		if (strlen(e->d_name) == len && strncasecmp(e->d_name, part, len) == 0 &&
		    (best[0] == '\0' || strcmp(e->d_name, best) < 0))
			memcpy(best, e->d_name, len + 1);
	closedir(dir);
	if (best[0] == '\0')
		return false;
	memcpy(part, best, len);
	return true;
}

static bool
exists(const struct docroot *n, const char *path)
{
	int fd = beneath_open(&n->root, path, O_PATH, 0);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* Puts the true case of the part path[start .. end) into path, whose earlier
 * parts are right. */
static bool
correct_part(const struct docroot *n, char *path, size_t start, size_t end)
{
	char rest = path[end], slash;
	int fd;

	path[end] = '\0';
	if (exists(n, path) || start == end) {
		path[end] = rest;
		return true;
	}
	slash = start ? path[start - 1] : '\0';
	if (start)
		path[start - 1] = '\0';
	fd = beneath_open(&n->root, start ? path : "", O_RDONLY | O_DIRECTORY, 0);
	if (start)
		path[start - 1] = slash;
	path[end] = rest;
	return fd >= 0 && find_entry(fd, path + start, end - start);
}

/* True when all of it exists in some case, which path then has. */
static bool
correct_case(const struct docroot *n, char path[REMAP_NAME])
{
	size_t start = 0;

	for (;;) {
		size_t end = start + strcspn(path + start, "/");

		if (!correct_part(n, path, start, end))
			return false;
		if (path[end] == '\0')
			return true;
		start = end + 1;
	}
}

/* ---- opening ----------------------------------------------------------- */

int
docroot_open_file(const struct docroot *n, char path[REMAP_NAME])
{
	int fd = beneath_open(&n->root, path, O_RDONLY, 0);

	if (fd >= 0 || errno != ENOENT || !n->any_case)
		return fd;
	if (!correct_case(n, path)) {
		errno = ENOENT;
		return -1;
	}
	return beneath_open(&n->root, path, O_RDONLY, 0);
}

int
docroot_open_parent(const struct docroot *n, char path[REMAP_NAME], const char **base)
{
	char *slash = strrchr(path, '/');
	int fd;

	if (n->any_case && correct_case(n, path)) {
		errno = EEXIST;
		return -1;
	}
	*base = slash ? slash + 1 : path;
	if (strcmp(*base, "..") == 0) {
		errno = EISDIR;
		return -1;
	}
	if (slash)
		*slash = '\0';
	fd = beneath_open(&n->root, slash ? path : "", O_RDONLY | O_DIRECTORY, 0);
	if (slash)
		*slash = '/';
	return fd;
}

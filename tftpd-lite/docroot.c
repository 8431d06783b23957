#include "docroot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "neighbours.h"
#include "num.h"

void
docroot_close(struct docroot *d)
{
	remap_free(&d->remap);
	imagemaps_free(d->images);
	beneath_close(&d->root);
	if (d->neighbours > 0)
		close(d->neighbours);
}

bool
docroot_resolve(const struct docroot *d, const char *asked, const struct addr *client, char path[REMAP_NAME])
{
	char clean[REMAP_NAME], mapped[REMAP_NAME], ip[LISTEN_TEXT], hex[33], text[2][18];
	struct remap_client who = { .ip = addr_ip_text(client, ip), .ip_hex = hex };
	size_t first = addr_is4(client) ? 12 : 0;
	uint8_t mac[6];

	if (d->remap.mac && d->neighbours > 0 && neighbours_find(d->neighbours, client, mac)) {
		who.mac = num_mac_text(mac, ':', text[0]);
		who.mac_dash = num_mac_text(mac, '-', text[1]);
	}
	for (size_t i = first; i < 16; i++)
		snprintf(hex + 2 * (i - first), 3, "%02X", client->ip[i]);
	return beneath_clean(asked, clean, sizeof(clean)) && remap_apply(&d->remap, clean, &who, mapped) &&
	    beneath_clean(mapped, path, REMAP_NAME) && path[0] != '\0';
}

/* ---- ignoring case ----------------------------------------------------- */

/* Overwrites `part` with the entry of this directory that equals it but for
 * case; the first in byte order, so that it is always the same one.  Closes fd. */
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

/* Corrects the case of the part path[start .. end), whose earlier parts are right. */
static bool
correct_part(const struct docroot *d, char *path, size_t start, size_t end)
{
	char rest = path[end];
	int fd;

	if (start == end)
		return true;
	path[end] = '\0';
	fd = beneath_open(&d->root, path, O_PATH, 0);
	path[end] = rest;
	if (fd >= 0) {
		close(fd);
		return true;
	}
	if (start)
		path[start - 1] = '\0';
	fd = beneath_open(&d->root, start ? path : "", O_RDONLY | O_DIRECTORY, 0);
	if (start)
		path[start - 1] = '/';
	return fd >= 0 && find_entry(fd, path + start, end - start);
}

/* Corrects the case of the whole path; false when no such path exists in any case. */
static bool
correct_case(const struct docroot *d, char path[REMAP_NAME])
{
	size_t start = 0;

	for (;;) {
		size_t end = start + strcspn(path + start, "/");

		if (!correct_part(d, path, start, end))
			return false;
		if (path[end] == '\0')
			return true;
		start = end + 1;
	}
}

/* ---- opening ----------------------------------------------------------- */

static int
open_on_disk(const struct docroot *d, char path[REMAP_NAME])
{
	int fd = beneath_open(&d->root, path, O_RDONLY, 0);

	if (fd >= 0 || errno != ENOENT || !d->any_case)
		return fd;
	if (!correct_case(d, path)) {
		errno = ENOENT;
		return -1;
	}
	return beneath_open(&d->root, path, O_RDONLY, 0);
}

int
docroot_open_file(const struct docroot *d, char path[REMAP_NAME], struct download_source *out)
{
	struct imagemaps_file f;

	*out = (struct download_source){ .fd = open_on_disk(d, path) };
	if (out->fd >= 0)
		return 0;
	if (!d->images || (errno != ENOENT && errno != ENOTDIR))
		return -1;
	switch (imagemaps_find(d->images, path, &f)) {
	case IMAGEMAPS_FILE:
		*out = (struct download_source){ .fd = f.fd, .part = true, .at = f.at, .size = f.size };
		return 0;
	case IMAGEMAPS_DIRECTORY:
		errno = EISDIR;
		return -1;
	case IMAGEMAPS_CHANGED:
		errno = EBADMSG;
		return -1;
	default:
		errno = ENOENT;
		return -1;
	}
}

int
docroot_open_parent(const struct docroot *d, char path[REMAP_NAME], const char **base)
{
	char *slash = strrchr(path, '/');
	int fd;

	if (d->any_case)
		correct_case(d, path); /* of its directory, if there is no such file */
	*base = slash ? slash + 1 : path;
	if (strcmp(*base, "..") == 0) {
		errno = EISDIR;
		return -1;
	}
	if (slash)
		*slash = '\0';
	fd = beneath_open(&d->root, slash ? path : "", O_RDONLY | O_DIRECTORY, 0);
	if (slash)
		*slash = '/';
	return fd;
}

bool
docroot_leads_out(const struct docroot *d, const char *path, char to[REMAP_NAME])
{
	_Static_assert(REMAP_NAME >= BENEATH_PATH, "room for what a link says");
	return beneath_leads_out(&d->root, path, to);
}

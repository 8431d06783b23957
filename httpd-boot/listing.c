#include "listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "date.h"

struct entry {
	char *name;
	bool dir;
	uint64_t size;
	int64_t modified;
};

struct entries {
	struct entry *e;
	size_t n, room;
};

static int
listing_compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* What a client would get for this name; false: nothing. */
static bool
entry_stat(const struct beneath *root, const char *path, int dir, const char *name, struct stat *st)
{
	char full[BENEATH_PATH];
	int fd, n;

	if (fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (S_ISLNK(st->st_mode)) {
		n = snprintf(full, sizeof(full), "%s%s%s", path, *path ? "/" : "", name);
		if (n < 0 || (size_t)n >= sizeof(full))
			return false;
		fd = beneath_open(root, full, O_PATH, 0);
		if (fd < 0)
			return false;
		n = fstat(fd, st);
		close(fd);
		if (n < 0)
			return false;
	}
	return S_ISREG(st->st_mode) || S_ISDIR(st->st_mode);
}

static int
listing_add(struct entries *all, const char *name, const struct stat *st)
{
	struct entry *e;

	if (all->n == all->room) {
		size_t more = all->room ? all->room * 2 : 64;
		void *grown = reallocarray(all->e, more, sizeof(*all->e));

		if (!grown)
			return -1;
		all->e = grown;
		all->room = more;
	}
	e = &all->e[all->n];
	e->name = strdup(name);
	if (!e->name)
		return -1;
	e->dir = S_ISDIR(st->st_mode);
	e->size = (uint64_t)st->st_size;
	e->modified = st->st_mtim.tv_sec;
	all->n++;
	return 0;
}

/* Sorted.  A name with '\\' cannot be asked for: it counts as '/'. */
static int
read_directory(const struct beneath *root, const char *path, int dir, struct entries *all)
{
	int fd = fcntl(dir, F_DUPFD_CLOEXEC, 0), rc = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *de;
	struct stat st;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	rewinddir(d); /* the position is shared with `dir` */
	while (rc == 0 && (errno = 0, de = readdir(d))) {
		if (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0 || strchr(de->d_name, '\\'))
			continue;
		if (entry_stat(root, path, fd, de->d_name, &st))
			rc = listing_add(all, de->d_name, &st);
	}
	if (errno)
		rc = -1;
	closedir(d);
	if (rc == 0 && all->n)
		qsort(all->e, all->n, sizeof(*all->e), listing_compare);
	return rc;
}

/* A name as text of the page; control characters become '?'. */
static void
put_escaped(FILE *f, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '&':
			fputs("&amp;", f);
			break;
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		default:
			fputc((unsigned char)*s < ' ' || *s == 0x7f ? '?' : *s, f);
		}
}

static void
put_href(FILE *f, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("-._~/", c))
			fputc(c, f);
		else
			fprintf(f, "%%%02X", c);
	}
}

/* Rounded; the exact number is the tooltip. */
static void
put_size(FILE *f, uint64_t size)
{
	static const char unit[] = "KMGTPE";
	uint64_t tenths = size;
	int u = -1;

	for (; tenths >= (u < 0 ? 1024 : 10240); u++)
		tenths = u < 0 ? (size * 10 + 512) / 1024 : (tenths + 512) / 1024;
	fprintf(f, "<td title=\"%ju bytes\">", (uintmax_t)size);
	if (u < 0)
		fprintf(f, "%ju B</td>", (uintmax_t)size);
	else
		fprintf(f, "%ju.%ju %ciB</td>", (uintmax_t)tenths / 10, (uintmax_t)tenths % 10, unit[u]);
}

static void
put_entry(FILE *f, const char *path, const struct entry *e)
{
	char date[DATE_SHORT];

	fputs("<tr><td><a href=\"/", f);
	put_href(f, path);
	fputs(*path ? "/" : "", f);
	put_href(f, e->name);
	fputs(e->dir ? "/\">" : "\">", f);
	put_escaped(f, e->name);
	fputs(e->dir ? "/</a></td>" : "</a></td>", f);
	if (e->dir)
		fputs("<td>-</td>", f);
	else
		put_size(f, e->size);
	fprintf(f, "<td>%s</td></tr>\n", date_short(e->modified, date));
}

static void
put_page(FILE *f, const char *path, const struct entries *all)
{
	const char *slash = strrchr(path, '/');
	char up[BENEATH_PATH] = "";

	fputs("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">"
	      "<meta name=\"viewport\" content=\"width=device-width\"><title>/",
	    f);
	put_escaped(f, path);
	fputs("</title>\n<style>:root{color-scheme:light dark}body{font:15px/1.5 sans-serif;margin:1.5em}"
	      "h1{font-size:1.4em;overflow-wrap:anywhere}"
	      "td,th{padding:0 1.5em 0 0;text-align:left;vertical-align:top;white-space:nowrap}"
	      "td:first-child{white-space:normal;overflow-wrap:anywhere}"
	      "td:nth-child(2),th:nth-child(2){text-align:right;font-variant-numeric:tabular-nums}"
	      "@media(max-width:34em){td:nth-child(3),th:nth-child(3){display:none}}"
	      "</style></head>\n<body><h1>/",
	    f);
	put_escaped(f, path);
	fputs("</h1>\n<table>\n<tr><th>Name</th><th>Size</th><th>Modified (UTC)</th></tr>\n", f);
	if (slash)
		memcpy(up, path, (size_t)(slash - path));
	if (*path) { /* the root has no parent */
		fputs("<tr><td><a href=\"/", f);
		put_href(f, up);
		fputs(*up ? "/\">../</a></td><td>-</td><td></td></tr>\n" : "\">../</a></td><td>-</td><td></td></tr>\n",
		    f);
	}
	for (size_t i = 0; i < all->n; i++)
		put_entry(f, path, &all->e[i]);
	fputs("</table>\n</body></html>\n", f);
}

int
listing_make(const struct beneath *root, const char *path, int dir, char **page, size_t *len)
{
	struct entries all = { NULL, 0, 0 };
	char *buf = NULL;
	size_t size = 0;
	FILE *f = NULL;
	int failed = read_directory(root, path, dir, &all);

	if (!failed)
		f = open_memstream(&buf, &size);
	if (f) {
		put_page(f, path, &all);
		failed = ferror(f);
		failed |= fclose(f);
	}
	for (size_t i = 0; i < all.n; i++)
		free(all.e[i].name);
	free(all.e);
	if (!f || failed || !buf) {
		free(buf);
		return -1;
	}
	*page = buf;
	*len = size;
	return 0;
}

#include "listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what was asked for ------------------------------------------------ */

/* The weight of a media range in Accept, in thousandths (RFC 9110, 12.4.2 and 12.5.1);
 * -1 when it is not named. */
static int
weight_of_range(struct http_text accept, const char *type)
{
	size_t n = strlen(type);
	struct http_text range;

	while (http_element(&accept, &range)) {
		const char *q = memmem(range.at, range.len, "q=", 2);
		size_t left = q ? range.len - (size_t)(q - range.at) - 2 : 0;
		int weight = 0;

		if (range.len < n || !http_same((struct http_text){ range.at, n }, type) ||
		    (range.len > n && !strchr("; \t", range.at[n])))
			continue;
		if (left == 0 || q[2] == '1')
			return 1000;
		for (size_t i = 2, place = 100; i < left && place && q[2 + i] >= '0' && q[2 + i] <= '9';
		     i++, place /= 10)
			weight += (q[2 + i] - '0') * (int)place;
		return weight;
	}
	return -1;
}

/* Of a type, by its name or else by its group's ("text/" and a star).  Any type at all says nothing
 * of which one is better. */
static int
weight_of(struct http_text accept, const char *type, const char *group)
{
	int weight = weight_of_range(accept, type);

	return weight >= 0 ? weight : weight_of_range(accept, group);
}

struct listing_view
listing_view(struct http_text query, struct http_text accept)
{
	int html = weight_of(accept, "text/html", "text/*");
	int json = weight_of(accept, "application/json", "application/*");
	struct listing_view v = { .json = json > 0 && json > html };

	while (query.len) {
		struct http_text word = query;

		for (word.len = 0; word.len < query.len && query.at[word.len] != '&' && query.at[word.len] != ';';)
			word.len++;
		v.json |= http_exact(word, "json");
		if (word.len == 4 && memcmp(word.at, "C=-", 3) == 0)
			v.down = true;
		if (http_exact(word, "C=S") || http_exact(word, "C=-S"))
			v.sort = LISTING_SIZE;
		else if (http_exact(word, "C=M") || http_exact(word, "C=-M"))
			v.sort = LISTING_DATE;
		else if (http_exact(word, "O=A") || http_exact(word, "O=D"))
			v.down = word.at[2] == 'D';
		word.len += word.len < query.len;
		query.at += word.len;
		query.len -= word.len;
	}
	return v;
}

/* ---- what is there ----------------------------------------------------- */

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
	return (S_ISREG(st->st_mode) || S_ISDIR(st->st_mode)) && !beneath_hides(root, st);
}

static int
listing_add(struct listing *l, const char *name, const struct stat *st)
{
	struct listing_entry *e;

	if (l->n == l->room) {
		size_t more = l->room ? l->room * 2 : 64;
		void *grown = reallocarray(l->e, more, sizeof(*l->e));

		if (!grown)
			return -1;
		l->e = grown;
		l->room = more;
	}
	e = &l->e[l->n];
	e->name = strdup(name);
	if (!e->name)
		return -1;
	e->dir = S_ISDIR(st->st_mode);
	e->size = e->dir ? 0 : (uint64_t)st->st_size;
	e->modified = st->st_mtim.tv_sec;
	l->n++;
	return 0;
}

/* A name with '\\' cannot be asked for: it counts as '/'.  Closes fd. */
static int
add_from_disk(struct listing *l, const struct listing_place *place, int fd)
{
	DIR *d = fdopendir(fd);
	struct dirent *de;
	struct stat st;
	int rc = 0;

	if (!d) {
		close(fd);
		return -1;
	}
	while (rc == 0 && (errno = 0, de = readdir(d))) {
		if (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0 || strchr(de->d_name, '\\'))
			continue;
		if (entry_stat(place->root, place->path, fd, de->d_name, &st))
			rc = listing_add(l, de->d_name, &st);
	}
	if (errno)
		rc = -1;
	closedir(d);
	return rc;
}

struct addition {
	struct listing *l;
	int dir; /* on disk, or -1: what is there comes first */
};

static int
add_from_image(void *context, const struct imagemaps_entry *e)
{
	const struct addition *a = context;
	struct stat st = {
		.st_mode = e->dir ? S_IFDIR : S_IFREG, .st_size = (off_t)e->size, .st_mtim.tv_sec = e->mtime
	};
	struct stat there;

	if (a->dir >= 0 && fstatat(a->dir, e->name, &there, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	return listing_add(a->l, e->name, &st);
}

int
listing_read(struct listing *l, const struct listing_place *place)
{
	int fd = beneath_open(place->root, place->path, O_RDONLY | O_DIRECTORY, 0);
	struct addition a = { l, fd };
	int rc = 0, err;

	if (fd < 0 && (!place->images || (errno != ENOENT && errno != ENOTDIR)))
		return -1;
	if (place->images)
		rc = imagemaps_list(place->images, place->path, add_from_image, &a);
	if (fd >= 0 && rc == 0)
		return add_from_disk(l, place, fd);
	err = errno;
	if (fd >= 0)
		close(fd);
	errno = err;
	return rc;
}

void
listing_free(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->e[i].name);
	free(l->e);
	*l = (struct listing){ NULL, 0, 0 };
}

/* ---- the order --------------------------------------------------------- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits without leading zeros: the longer number is the larger one. */
static int
compare_numbers(const char **a, const char **b)
{
	size_t x, y;
	int order;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	x = strspn(*a, "0123456789");
	y = strspn(*b, "0123456789");
	order = x != y ? (x < y ? -1 : 1) : strncmp(*a, *b, x);
	*a += x;
	*b += y;
	return order;
}

static int
compare_names(const struct listing_entry *x, const struct listing_entry *y)
{
	const char *a = x->name, *b = y->name;
	int order = 0;

	while (order == 0 && *a && *b) {
		if (is_digit(*a) && is_digit(*b))
			order = compare_numbers(&a, &b);
		else
			order = (unsigned char)*a++ - (unsigned char)*b++;
	}
	if (order == 0)
		order = (unsigned char)*a - (unsigned char)*b;
	return order ? order : strcmp(x->name, y->name);
}

static int
by_name(const void *a, const void *b)
{
	return compare_names(a, b);
}

static int
by_size(const void *a, const void *b)
{
	const struct listing_entry *x = a, *y = b;

	if (x->dir != y->dir)
		return x->dir ? -1 : 1;
	return x->size != y->size ? (x->size < y->size ? -1 : 1) : compare_names(x, y);
}

static int
by_date(const void *a, const void *b)
{
	const struct listing_entry *x = a, *y = b;

	return x->modified != y->modified ? (x->modified < y->modified ? -1 : 1) : compare_names(x, y);
}

void
listing_order(struct listing *l, const struct listing_view *view)
{
	int (*const compare[])(const void *, const void *) = { by_name, by_size, by_date };

	if (l->n)
		qsort(l->e, l->n, sizeof(*l->e), compare[view->sort]);
	for (size_t i = 0; view->down && i < l->n / 2; i++) {
		struct listing_entry e = l->e[i];

		l->e[i] = l->e[l->n - 1 - i];
		l->e[l->n - 1 - i] = e;
	}
}

#include "profiles.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asuser.h"
#include "log.h"
#include "path.h"

#define FILE_MAX 1048576 /* far more than any profile */

static void
log_fault(void *context, unsigned line, const char *key, const char *why)
{
	const char *file = context;
	char quoted[128];

	if (*key)
		log_err("%s:%u: %s: %s", file, line, log_quote_str(key, quoted, sizeof(quoted)), why);
	else
		log_err("%s:%u: %s", file, line, why);
}

static char *
read_whole(const char *path, size_t *len)
{
	FILE *f = asuser_fopen(path);
	char *text = f ? malloc(FILE_MAX) : NULL;
	int e;

	if (text) {
		*len = fread(text, 1, FILE_MAX, f);
		if (!ferror(f)) {
			fclose(f);
			return text;
		}
	}
	e = errno;
	free(text);
	if (f)
		fclose(f);
	errno = e;
	return NULL;
}

/* The first profile of a family wins: the user's (-P) come before those installed. */
static bool
load_file(struct profiles *all, const char *path)
{
	struct profile p, *more;
	size_t len = 0, size = all->size ? all->size * 2 : 16;
	char *text = read_whole(path, &len);
	bool fine;

	if (!text) {
		log_err("cannot read the profile %s: %s", path, strerror(errno));
		return false;
	}
	fine = profile_parse(text, len, &p, log_fault, (void *)(uintptr_t)path);
	free(text);
	if (!fine)
		return false;
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->item[i].family, p.family) == 0) {
			profile_free(&p);
			return true;
		}
	if (all->n == all->size) {
		more = reallocarray(all->item, size, sizeof(*more));
		if (!more) {
			log_err("out of memory");
			profile_free(&p);
			return false;
		}
		all->item = more;
		all->size = size;
	}
	all->item[all->n++] = p;
	return true;
}

static int
is_profile(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return d->d_name[0] != '.' && d->d_name[n - 1] != '~';
}

static int
by_order(const void *a, const void *b)
{
	const struct profile *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return strcmp(x->family, y->family);
}

bool
profiles_load(struct profiles *all, const char *path)
{
	struct dirent **name = NULL;
	size_t first = all->n;
	char file[PATH_SIZE];
	struct stat st;
	bool fine;
	int n;

	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return load_file(all, path);
	n = scandir(path, &name, is_profile, alphasort);
	fine = n >= 0;
	if (n < 0)
		log_err("cannot read the profiles in %s: %s", path, strerror(errno));
	for (int i = 0; i < n; i++) {
		if ((size_t)snprintf(file, sizeof(file), "%s/%s", path, name[i]->d_name) < sizeof(file))
			fine &= load_file(all, file);
		free(name[i]);
	}
	free(name);
	if (all->n > first)
		qsort(all->item + first, all->n - first, sizeof(*all->item), by_order);
	return fine;
}

const char *
profiles_default(char *out)
{
	static const char *const beside[] = { "profiles", "../share/pxe-tools/profiles" };
	ssize_t n = readlink("/proc/self/exe", out, PATH_SIZE - 64);
	char *slash;

	if (n > 0) {
		out[n] = '\0';
		slash = strrchr(out, '/');
		for (size_t i = 0; slash && i < sizeof(beside) / sizeof(beside[0]); i++) {
			snprintf(slash + 1, (size_t)(out + PATH_SIZE - slash) - 1, "%s", beside[i]);
			if (access(out, R_OK | X_OK) == 0)
				return out;
		}
	}
	return access(PROFILE_DIR, R_OK | X_OK) == 0 ? PROFILE_DIR : NULL;
}

static bool
profiles_add_text(struct profiles *all, const char *name)
{
	const char **more = reallocarray(all->texts, all->n_texts + 1, sizeof(*more));

	if (!more)
		return false;
	all->texts = more;
	all->texts[all->n_texts++] = name;
	return true;
}

static bool
add_condition_texts(struct profiles *all, const struct profile_conditions *c)
{
	bool fine = true;

	for (size_t i = 0; i < c->n; i++)
		if (c->item[i].test == PROFILE_TEXT || c->item[i].test == PROFILE_NOT)
			fine &= profiles_add_text(all, c->item[i].value);
	return fine;
}

bool
profiles_collect_texts(struct profiles *all)
{
	bool fine = true;

	for (size_t i = 0; i < all->n; i++) {
		const struct profile *p = &all->item[i];

		for (size_t k = 0; k < p->names; k++)
			if (p->name[k].file)
				fine &= profiles_add_text(all, p->name[k].file);
		for (size_t k = 0; k < p->whens; k++)
			fine &= add_condition_texts(all, &p->when[k]);
		for (size_t k = 0; k < p->rules; k++)
			fine &= add_condition_texts(all, &p->rule[k].when);
	}
	return fine;
}

void
profiles_free(struct profiles *all)
{
	for (size_t i = 0; i < all->n; i++)
		profile_free(&all->item[i]);
	free(all->item);
	free(all->texts);
	*all = (struct profiles){ 0 };
}

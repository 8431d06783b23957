#include "grub_test.h"

#include <stdlib.h>
#include <string.h>

/* Where it stands in the words; without precedence but for "-a" before "-o",
 * as GRUB's has it. */
struct expr {
	const struct grubwords *c;
	size_t at, end;
	const struct grub_known *known;
	const char *ask; /* a file to look for first */
};

static const char *
peek_word(const struct expr *e, size_t ahead)
{
	return e->at + ahead < e->end ? e->c->word[e->at + ahead] : NULL;
}

/* A leading 0 means octal only before an octal digit (grub_strtoull). */
static long long
test_number(const char *s)
{
	return strtoll(s, NULL, s[0] == '0' && s[1] >= '8' && s[1] <= '9' ? 10 : 0);
}

static bool
test_numbers(const char *op, const char *a, const char *b, bool *out)
{
	long long x = test_number(a), y = test_number(b);

	if (strcmp(op, "-eq") == 0)
		*out = x == y;
	else if (strcmp(op, "-ne") == 0)
		*out = x != y;
	else if (strcmp(op, "-lt") == 0)
		*out = x < y;
	else if (strcmp(op, "-le") == 0)
		*out = x <= y;
	else if (strcmp(op, "-gt") == 0)
		*out = x > y;
	else if (strcmp(op, "-ge") == 0)
		*out = x >= y;
	else
		return false;
	return true;
}

/* a OP b; false when OP is none. */
static bool
test_pair(const char *op, const char *a, const char *b, bool *out)
{
	int order = strcmp(a, b);

	if (strcmp(op, "=") == 0 || strcmp(op, "==") == 0)
		*out = order == 0;
	else if (strcmp(op, "!=") == 0)
		*out = order != 0;
	else if (strcmp(op, "<") == 0)
		*out = order < 0;
	else if (strcmp(op, "<=") == 0)
		*out = order <= 0;
	else if (strcmp(op, ">") == 0)
		*out = order > 0;
	else if (strcmp(op, ">=") == 0)
		*out = order >= 0;
	else if (strcmp(op, "-nt") == 0 || strcmp(op, "-ot") == 0)
		*out = false; /* a file on a network has no time */
	else
		return test_numbers(op, a, b, out);
	return true;
}

static bool
test_file(struct expr *e, const char *name)
{
	for (size_t i = 0; i < e->known->n; i++)
		if (strcmp(e->known->file[i].name, name) == 0)
			return e->known->file[i].there;
	if (!e->ask)
		e->ask = name;
	return false;
}

/* One comparison, or a word that is not empty. */
static bool
test_primary(struct expr *e)
{
	const char *a = peek_word(e, 0), *b = peek_word(e, 1), *after = peek_word(e, 2);
	bool out;

	if (b && after && test_pair(b, a, after, &out)) {
		e->at += 3;
		return out;
	}
	e->at += b ? 2 : 1;
	if (b && strcmp(a, "-z") == 0)
		return !b[0];
	if (b && strcmp(a, "-n") == 0)
		return b[0];
	if (b && strcmp(a, "-s") == 0)
		return test_file(e, b);
	/* These look into the directory, and a network has none (grub_net_fs_dir):
	 * nothing is asked, and nothing is there. */
	if (b && (strcmp(a, "-e") == 0 || strcmp(a, "-f") == 0 || strcmp(a, "-d") == 0))
		return strcmp(a, "-d") == 0 && strcmp(b, "/") == 0;
	e->at -= b ? 1 : 0;
	return a[0];
}

/* Parentheses are kept on a stack of their own: what stood before them. */
struct level {
	bool any, all; /* of the terms joined by -o; of those by -a since */
	bool not ;
};

enum grub_truth
grub_test_eval(const struct grubwords *c, const struct grub_known *known, const char **ask)
{
	struct expr e = { .c = c, .at = 1, .end = c->n, .known = known };
	struct level stack[16] = { { .all = true } };
	size_t depth = 0;
	bool not = false, value;

	if (strcmp(c->word[0], "[") == 0 && strcmp(c->word[c->n - 1], "]") == 0)
		e.end--;
	if (e.at >= e.end)
		return GRUB_TRUE;
	for (const char *w; (w = peek_word(&e, 0));) {
		struct level *l = &stack[depth];

		if (strcmp(w, "!") == 0 && e.at + 1 < e.end) {
			not = !not ;
			e.at++;
			continue;
		}
		if (strcmp(w, "(") == 0 && depth + 1 < sizeof(stack) / sizeof(stack[0])) {
			stack[++depth] = (struct level){ .all = true, .not = not };
			not = false;
			e.at++;
			continue;
		}
		if (strcmp(w, ")") == 0 && depth > 0) {
			value = (l->any || l->all) != l->not ;
			depth--;
			stack[depth].all &= value;
			e.at++;
			continue;
		}
		if (strcmp(w, "-o") == 0) {
			l->any |= l->all;
			l->all = true;
			e.at++;
			continue;
		}
		if (strcmp(w, "-a") == 0) {
			e.at++;
			continue;
		}
		value = test_primary(&e) != not ;
		not = false;
		l->all &= value;
	}
	if (e.ask) {
		*ask = e.ask;
		return GRUB_ASK;
	}
	return stack[0].any || stack[0].all ? GRUB_TRUE : GRUB_FALSE;
}

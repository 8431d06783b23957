#include "grub_words.h"

#include <ctype.h>
#include <string.h>

/* A word being put together. */
struct word {
	char *out;
	size_t n, size;
};

static int
peek_char(const struct text *t)
{
	return t->pos < t->len ? (unsigned char)t->bytes[t->pos] : -1;
}

static int
take_char(struct text *t)
{
	int c = peek_char(t);

	if (c == '\n')
		t->line++;
	if (c >= 0)
		t->pos++;
	return c;
}

static void
add_char(struct word *w, int c)
{
	if (w->n + 1 < w->size)
		w->out[w->n++] = (char)c;
}

/* What follows a '$': a name, a name in braces, or one of $? $* $@ $#. */
static void
add_variable(const struct interp *vars, struct text *t, struct word *w)
{
	char name[64];
	struct word n = { name, 0, sizeof(name) };
	bool braces = peek_char(t) == '{';
	const char *value;
	int c;

	if (braces)
		take_char(t);
	while ((c = peek_char(t)) > 0 && (isalnum(c) || c == '_' || (!braces && n.n == 0 && strchr("?*@#", c))))
		add_char(&n, take_char(t));
	if (braces && peek_char(t) == '}')
		take_char(t);
	name[n.n] = '\0';
	if (n.n == 0 && !braces) {
		add_char(w, '$');
		return;
	}
	value = interp_get(vars, name);
	for (; value && *value; value++)
		add_char(w, *value);
}

static void
add_quoted(const struct interp *vars, struct text *t, struct word *w, int quote)
{
	int c;

	while ((c = take_char(t)) >= 0 && c != quote) {
		if (quote == '"' && c == '$')
			add_variable(vars, t, w);
		else if (quote == '"' && c == '\\' && peek_char(t) >= 0)
			add_char(w, take_char(t));
		else
			add_char(w, c);
	}
}

/* One word; false at the end of a command.  `}` and `{` alone are words. */
static bool
grub_word(const struct interp *vars, struct text *t, struct word *w)
{
	bool any = false;
	int c;

	while (peek_char(t) == ' ' || peek_char(t) == '\t' || peek_char(t) == '\r')
		take_char(t);
	if (peek_char(t) == '#')
		while (peek_char(t) >= 0 && peek_char(t) != '\n')
			take_char(t);
	while ((c = peek_char(t)) >= 0 && c != '\n' && c != ';' && c != ' ' && c != '\t' && c != '\r') {
		take_char(t);
		any = true;
		if (c == '\\' && peek_char(t) == '\n')
			take_char(t);
		else if (c == '\\' && peek_char(t) >= 0)
			add_char(w, take_char(t));
		else if (c == '\'' || c == '"')
			add_quoted(vars, t, w, c);
		else if (c == '$')
			add_variable(vars, t, w);
		else
			add_char(w, c);
	}
	w->out[w->n] = '\0';
	return any;
}

bool
grub_words_read(struct text *t, const struct interp *vars, struct grub_words *out)
{
	out->n = 0;
	for (;;) {
		char spare[GRUB_WORD];
		struct word w = { out->n < GRUB_WORDS ? out->word[out->n] : spare, 0, GRUB_WORD };

		if (!grub_word(vars, t, &w))
			break;
		if (strcmp(w.out, "{") == 0)
			return out->n > 0;
		if (out->n < GRUB_WORDS)
			out->n++;
	}
	if (peek_char(t) >= 0)
		take_char(t);
	return out->n > 0;
}

void
grub_words_skip_block(struct text *t, size_t *start, size_t *len)
{
	int depth = 1, c, quote = 0;

	*start = t->pos;
	while (depth > 0 && (c = take_char(t)) >= 0) {
		if (quote) {
			if (c == '\\' && quote == '"')
				take_char(t);
			else if (c == quote)
				quote = 0;
		} else if (c == '\\') {
			take_char(t);
		} else if (c == '\'' || c == '"') {
			quote = c;
		} else if (c == '#' && t->pos > 1 && isspace((unsigned char)t->bytes[t->pos - 2])) {
			while (peek_char(t) >= 0 && peek_char(t) != '\n')
				take_char(t);
		} else if (c == '$' && peek_char(t) == '{') {
			while (peek_char(t) >= 0 && peek_char(t) != '}')
				take_char(t);
			take_char(t);
		} else if (c == '{') {
			depth++;
		} else if (c == '}') {
			depth--;
		}
	}
	*len = t->pos - *start - (depth == 0);
}

void
grub_words_drop(struct grub_words *c, size_t k)
{
	memmove(c->word[k], c->word[k + 1], (c->n - k - 1) * sizeof(c->word[0]));
	c->n--;
}

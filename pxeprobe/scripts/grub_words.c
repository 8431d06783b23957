#include "grub_private.h"

#include <ctype.h>
#include <string.h>

static int
peek(const struct text *f)
{
	return f->pos < f->len ? (unsigned char)f->bytes[f->pos] : -1;
}

static int
take(struct text *f)
{
	int c = peek(f);

	if (c == '\n')
		f->line++;
	if (c >= 0)
		f->pos++;
	return c;
}

struct word {
	char *out;
	size_t n, size;
};

static void
add(struct word *t, int c)
{
	if (t->n + 1 < t->size)
		t->out[t->n++] = (char)c;
}

static void
add_variable(struct grub *g, struct text *f, struct word *t)
{
	char name[64];
	struct word n = { name, 0, sizeof(name) };
	bool braces = peek(f) == '{';

	if (braces)
		take(f);
	while (
	    isalnum(peek(f)) || peek(f) == '_' || (!braces && n.n == 0 && strchr("?*@#", peek(f) > 0 ? peek(f) : 'x')))
		add(&n, take(f));
	if (braces && peek(f) == '}')
		take(f);
	name[n.n] = '\0';
	if (n.n == 0 && !braces) {
		add(t, '$');
		return;
	}
	for (const char *v = grub_get(g, name); *v; v++)
		add(t, *v);
}

static void
add_quoted(struct grub *g, struct text *f, struct word *t, int quote)
{
	int c;

	while ((c = take(f)) >= 0 && c != quote) {
		if (quote == '"' && c == '$')
			add_variable(g, f, t);
		else if (quote == '"' && c == '\\' && peek(f) >= 0)
			add(t, take(f));
		else
			add(t, c);
	}
}

/* One word; false at the end of a command.  `}` and `{` alone are words. */
static bool
next_word(struct grub *g, struct text *f, struct word *t)
{
	bool any = false;
	int c;

	while (peek(f) == ' ' || peek(f) == '\t' || peek(f) == '\r')
		take(f);
	if (peek(f) == '#')
		while (peek(f) >= 0 && peek(f) != '\n')
			take(f);
	while ((c = peek(f)) >= 0 && c != '\n' && c != ';' && c != ' ' && c != '\t' && c != '\r') {
		take(f);
		any = true;
		if (c == '\\' && peek(f) == '\n')
			take(f);
		else if (c == '\\' && peek(f) >= 0)
			add(t, take(f));
		else if (c == '\'' || c == '"')
			add_quoted(g, f, t, c);
		else if (c == '$')
			add_variable(g, f, t);
		else
			add(t, c);
	}
	t->out[t->n] = '\0';
	return any;
}

void
grub_skip_block(struct text *f, size_t *start, size_t *len)
{
	int depth = 1, c, quote = 0;

	*start = f->pos;
	while (depth > 0 && (c = take(f)) >= 0) {
		if (quote) {
			if (c == '\\' && quote == '"')
				take(f);
			else if (c == quote)
				quote = 0;
		} else if (c == '\\') {
			take(f);
		} else if (c == '\'' || c == '"') {
			quote = c;
		} else if (c == '#' && f->pos > 1 && isspace((unsigned char)f->bytes[f->pos - 2])) {
			while (peek(f) >= 0 && peek(f) != '\n')
				take(f);
		} else if (c == '$' && peek(f) == '{') {
			while (peek(f) >= 0 && peek(f) != '}')
				take(f);
			take(f);
		} else if (c == '{') {
			depth++;
		} else if (c == '}') {
			depth--;
		}
	}
	*len = f->pos - *start - (depth == 0);
}

bool
grub_read_command(struct grub *g, struct text *f)
{
	struct word t;

	g->words = 0;
	for (;;) {
		char spare[512];

		t = (struct word){ g->words < WORDS ? g->word[g->words] : spare, 0, sizeof(spare) };
		if (!next_word(g, f, &t))
			break;
		if (strcmp(t.out, "{") == 0)
			return g->words > 0;
		if (g->words < WORDS)
			g->words++;
	}
	if (peek(f) >= 0)
		take(f);
	return g->words > 0;
}

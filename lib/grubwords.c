#include "grubwords.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct words {
	struct grubwords *out;
	const struct grubwords_variables *vars;
	size_t len; /* of text */
	bool open;  /* the last word is being written */
};

/* ---- writing ----------------------------------------------------------- */

/* An empty word is one too, when it was quoted. */
static void
open_word(struct words *w)
{
	struct grubwords *o = w->out;

	if (w->open || o->n == GRUBWORDS_MAX || w->len + 1 > GRUBWORDS_TEXT)
		return;
	o->word[o->n++] = o->text + w->len;
	o->text[w->len] = '\0';
	w->open = true;
}

static void
put_char(struct words *w, char c)
{
	open_word(w);
	if (!w->open || c == '\0' || w->len + 2 > GRUBWORDS_TEXT)
		return;
	w->out->text[w->len++] = c;
	w->out->text[w->len] = '\0';
}

static void
end_word(struct words *w)
{
	if (w->open)
		w->len++; /* its NUL */
	w->open = false;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Unquoted, blanks inside the value end words; those around it do not, even when
 * something stands right beside the variable. */
static void
put_value(struct words *w, const char *value, bool quoted)
{
	bool any = false, gap = false;

	for (; *value; value++) {
		if (!quoted && is_space(*value)) {
			gap = any;
			continue;
		}
		if (gap)
			end_word(w);
		any = true;
		gap = false;
		put_char(w, *value);
	}
}

/* $* and $@: only "$*" is one word. */
static void
put_arguments(struct words *w, char which, bool quoted)
{
	const char *count = w->vars->get(w->vars->context, "#");
	unsigned long n = count ? strtoul(count, NULL, 10) : 0;
	char name[24];

	for (unsigned long i = 1; i <= n && i <= GRUBWORDS_MAX; i++) {
		const char *value;

		if (i > 1 && quoted && which == '*')
			put_char(w, ' ');
		else if (i > 1)
			end_word(w);
		snprintf(name, sizeof(name), "%lu", i);
		value = w->vars->get(w->vars->context, name);
		if (quoted)
			open_word(w);
		put_value(w, value ? value : "", quoted);
	}
}

/* ---- reading ----------------------------------------------------------- */

/* GRUB drops carriage returns wherever they stand. */
static const char *
skip_cr(const char *p, const char *end)
{
	while (p < end && *p == '\r')
		p++;
	return p;
}

/* How long a variable's name is: letters and digits, digits alone, or one sign. */
static size_t
name_length(const char *p, const char *end)
{
	const char *q = p;

	if (p < end && isdigit((unsigned char)*p)) {
		while (q < end && isdigit((unsigned char)*q))
			q++;
	} else if (p < end && *p && strchr("?*@#", *p)) {
		q++;
	} else {
		while (q < end && (isalnum((unsigned char)*q) || *q == '_'))
			q++;
	}
	return (size_t)(q - p);
}

/* The variable at a '$'. */
static const char *
read_variable(struct words *w, const char *p, const char *end, bool quoted)
{
	bool braces = p + 1 < end && p[1] == '{';
	const char *start = p + 1 + braces, *value;
	size_t n = name_length(start, end);
	char name[GRUBWORDS_NAME];

	if (n == 0 || (braces && (start + n == end || start[n] != '}'))) {
		w->out->bad = true;
		return p + 1;
	}
	if (*start == '*' || *start == '@') {
		put_arguments(w, *start, quoted);
	} else if (n < sizeof(name)) {
		memcpy(name, start, n);
		name[n] = '\0';
		value = w->vars->get(w->vars->context, name);
		put_value(w, value ? value : "", quoted);
	}
	return start + n + braces;
}

static const char *
read_single_quoted(struct words *w, const char *p, const char *end)
{
	open_word(w);
	for (p++; p < end && *p != '\''; p++)
		if (*p != '\r')
			put_char(w, *p);
	w->out->bad |= p == end;
	return p < end ? p + 1 : end;
}

static const char *
read_double_quoted(struct words *w, const char *p, const char *end)
{
	open_word(w);
	for (p++; p < end && *p != '"';) {
		if (*p == '$') {
			p = read_variable(w, p, end, true);
		} else if (*p == '\\' && skip_cr(p + 1, end) < end && strchr("$\"\\\n", *skip_cr(p + 1, end))) {
			p = skip_cr(p + 1, end);
			put_char(w, *p == '\n' ? '\0' : *p);
			p++;
		} else {
			put_char(w, *p == '\r' ? '\0' : *p);
			p++;
		}
	}
	w->out->bad |= p == end;
	return p < end ? p + 1 : end;
}

/* A backslash outside quotes: an end of line vanishes, anything else is literal. */
static const char *
read_escaped(struct words *w, const char *p, const char *end)
{
	p = skip_cr(p + 1, end);
	if (p == end) {
		w->out->bad = true;
		return p;
	}
	if (*p != '\n')
		put_char(w, *p);
	return p + 1;
}

static const char *
skip_comment(const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));

	return newline ? newline : end;
}

static const char *
read_sign(struct words *w, const char *p, const char *end)
{
	switch (*p) {
	case ' ':
	case '\t':
		end_word(w);
		return p + 1;
	case '\r':
		return p + 1;
	case '#':
		if (!w->open)
			return skip_comment(p, end);
		break;
	case '\\':
		return read_escaped(w, p, end);
	case '\'':
		return read_single_quoted(w, p, end);
	case '"':
		return read_double_quoted(w, p, end);
	case '$':
		return read_variable(w, p, end, false);
	case '|':
	case '&':
	case '<':
	case '>':
		w->out->bad = true;
		break;
	default:
		break;
	}
	put_char(w, *p);
	return p + 1;
}

const char *
grubwords_begin(const char *p, const char *end)
{
	while (p < end && (is_space(*p) || *p == '\r' || *p == ';' || *p == '#'))
		p = *p == '#' ? skip_comment(p, end) : p + 1;
	return p;
}

bool
grubwords_read(const char **at, const char *end, const struct grubwords_variables *vars, struct grubwords *out)
{
	struct words w = { .out = out, .vars = vars };
	const char *p = grubwords_begin(*at, end);
	bool any = p < end;

	out->n = 0;
	out->bad = false;
	out->end = GRUBWORDS_LINE;
	while (p < end && *p != '\n' && *p != ';' && *p != '{' && *p != '}')
		p = read_sign(&w, p, end);
	if (p < end) {
		out->end = *p == '{' ? GRUBWORDS_OPEN : *p == '}' ? GRUBWORDS_CLOSE : GRUBWORDS_LINE;
		p++;
	}
	*at = p;
	return any;
}

/* ---- blocks ------------------------------------------------------------ */

/* Behind a quoted text, whose quote is at p. */
static const char *
skip_quoted(const char *p, const char *end)
{
	char quote = *p++;

	while (p < end && *p != quote)
		p += *p == '\\' && quote == '"' && p + 1 < end ? 2 : 1;
	return p < end ? p + 1 : end;
}

const char *
grubwords_block_end(const char *p, const char *end)
{
	size_t depth = 1;
	bool word = false;

	while (p < end) {
		char c = *p;

		if (c == '}' && --depth == 0)
			return p;
		depth += c == '{';
		if (c == '#' && !word) {
			p = skip_comment(p, end);
			continue;
		}
		if (c != '\r')
			word = !is_space(c) && !strchr(";{}", c);
		if (c == '\\') {
			p = skip_cr(p + 1, end);
			p += p < end;
		} else if (c == '\'' || c == '"') {
			p = skip_quoted(p, end);
		} else if (c == '$' && p + 1 < end && p[1] == '{') {
			p += 2 + name_length(p + 2, end);
			p += p < end && *p == '}';
		} else {
			p++;
		}
	}
	return end;
}

/* ---- lists of words ---------------------------------------------------- */

void
grubwords_copy(struct grubwords *to, const struct grubwords *from, size_t first)
{
	memcpy(to->text, from->text, sizeof(to->text));
	to->n = 0;
	to->end = from->end;
	to->bad = from->bad;
	for (size_t i = first; i < from->n; i++)
		to->word[to->n++] = to->text + (from->word[i] - from->text);
}

void
grubwords_drop(struct grubwords *c, size_t k)
{
	memmove(c->word + k, c->word + k + 1, (c->n - k - 1) * sizeof(c->word[0]));
	c->n--;
}

#include "grub_words.h"

#include <ctype.h>
#include <string.h>

const char *
grub_variable(const struct grub_variables *v, const char *name, size_t len)
{
	for (size_t i = 0; i < v->n; i++)
		if (strlen(v->item[i].name) == len && memcmp(v->item[i].name, name, len) == 0)
			return v->item[i].value;
	return "";
}

void
grub_set(struct grub_variables *v, const char *name, size_t len, const char *value)
{
	size_t i = 0, n = strlen(value);

	if (len == 0 || len >= GRUB_NAME)
		return;
	while (i < v->n && (strlen(v->item[i].name) != len || memcmp(v->item[i].name, name, len) != 0))
		i++;
	if (i == GRUB_VARIABLES)
		return;
	if (i == v->n) {
		memcpy(v->item[i].name, name, len);
		v->item[i].name[len] = '\0';
		v->n++;
	}
	if (n >= GRUB_VALUE)
		n = GRUB_VALUE - 1;
	memmove(v->item[i].value, value, n);
	v->item[i].value[n] = '\0';
}

/* ---- words --------------------------------------------------------------------------- */

struct words {
	struct grub_command *out;
	size_t len; /* of text */
	bool open;  /* the last word is being written */
};

static void
put_char(struct words *w, char c)
{
	struct grub_command *o = w->out;

	if (!w->open) {
		if (o->n == GRUB_WORDS || w->len + 2 > GRUB_LINE)
			return;
		o->word[o->n++] = o->text + w->len;
		w->open = true;
		o->text[w->len] = '\0';
	}
	if (w->len + 2 > GRUB_LINE || c == '\0')
		return;
	o->text[w->len++] = c;
	o->text[w->len] = '\0';
}

static void
end_word(struct words *w)
{
	if (w->open)
		w->len++; /* its NUL */
	w->open = false;
}

/* The variable at a '$'; `split`: blanks in it end words. */
static const char *
put_variable(struct words *w, const char *p, const struct grub_variables *v, bool split)
{
	bool braces = p[1] == '{';
	const char *name = p + 1 + braces, *value;
	size_t n = 0;

	while (isalnum((unsigned char)name[n]) || name[n] == '_' || (n == 0 && (name[n] == '?' || name[n] == '@')))
		n++;
	if (n == 0 || (braces && name[n] != '}')) {
		put_char(w, *p);
		return p + 1;
	}
	for (value = grub_variable(v, name, n); *value; value++)
		if (split && (*value == ' ' || *value == '\t'))
			end_word(w);
		else
			put_char(w, *value);
	return name + n + braces;
}

static const char *
put_quoted(struct words *w, const char *p, const struct grub_variables *v)
{
	char quote = *p++;

	put_char(w, '\0'); /* an empty word is one too */
	while (*p && *p != quote) {
		if (quote == '"' && *p == '$') {
			p = put_variable(w, p, v, false);
			continue;
		}
		if (quote == '"' && *p == '\\' && p[1] && strchr("$\"\\\n", p[1]))
			p++;
		put_char(w, *p++);
	}
	return p + (*p == quote);
}

/* Passes blanks, ends of lines and comments before a command. */
static const char *
skip_space(const char *p)
{
	for (;;) {
		p += strspn(p, " \t\r\n;");
		if (*p != '#')
			return p;
		p += strcspn(p, "\n");
	}
}

bool
grub_next(const char **at, const struct grub_variables *v, struct grub_command *out)
{
	struct words w = { .out = out };
	const char *p = skip_space(*at);

	out->n = 0;
	while (*p && *p != '\n' && *p != ';') {
		if ((*p == '{' || *p == '}') && !w.open) {
			if (out->n == 0)
				put_char(&w, *p++);
			break;
		}
		if (*p == ' ' || *p == '\t' || *p == '\r') {
			end_word(&w);
			p++;
		} else if (*p == '#' && !w.open) {
			p += strcspn(p, "\n");
		} else if (*p == '\\' && p[1]) {
			if (p[1] == '\n' || (p[1] == '\r' && p[2] == '\n'))
				p += p[1] == '\n' ? 2 : 3;
			else {
				put_char(&w, p[1]);
				p += 2;
			}
		} else if (*p == '\'' || *p == '"') {
			p = put_quoted(&w, p, v);
		} else if (*p == '$') {
			p = put_variable(&w, p, v, true);
		} else {
			put_char(&w, *p++);
		}
	}
	*at = p;
	return out->n > 0 || *p != '\0';
}

#include "ipxe_options.h"

#include <string.h>

#include "interp.h"

/* "name:n=" takes a value, "gap:g" none. */
static const struct {
	const char *commands, *options;
} tables[] = {
	{ "chain imgexec boot kernel imgselect imgload initrd module imgfetch imgargs",
	    "name:n= timeout:t= autofree:a replace:r" },
	{ "shim", "timeout:t= require-loader:l require-pxe:p second:s=" },
	{ "dhcp ifconf", "configurator:c= timeout:t=" },
	{ "prompt", "key:k= timeout:t= set:s=" },
	{ "item", "menu:m= key:k= default:d gap:g" },
	{ "choose", "menu:m= default:d= timeout:t= keep:k" },
	{ "menu", "name:n= delete:d" },
	{ "sanboot sanhook", "drive:d= no-describe:n keep:k filename:f= extra:e= label:l= uuid:u=" },
	{ "read", "timeout:t=" },
};

/* The options of a command; "" of one that is not in the table. */
static const char *
options_of(const char *command)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (word_in(command, tables[i].commands))
			return tables[i].options;
	return "";
}

/* The letter of a long option; '\0' when it is none.  *value stands behind a "=" in the word. */
static char
long_option(const char *options, const char *word, bool *takes, const char **value)
{
	size_t len = strcspn(word, "=");

	*value = word[len] ? word + len + 1 : NULL;
	for (const char *o = options; *o; o += strcspn(o, " ") + (o[strcspn(o, " ")] == ' ')) {
		size_t n = strcspn(o, ":");

		if (n == len && strncmp(o, word, len) == 0) {
			*takes = o[n + 2] == '=';
			return o[n + 1];
		}
	}
	return '\0';
}

static bool
short_option(const char *options, char letter, bool *takes)
{
	for (const char *o = strchr(options, ':'); o; o = strchr(o + 1, ':'))
		if (o[1] == letter) {
			*takes = o[2] == '=';
			return true;
		}
	return false;
}

/* The value in the next word: not one that begins with '-' (get_argv_argument). */
static const char *
next_value(const struct ipxe_args *a, size_t *w)
{
	if (*w + 1 >= a->n || a->word[*w + 1][0] == '-')
		return NULL;
	return a->word[++*w];
}

static bool
take_option(struct ipxe_options *out, char letter, const char *value)
{
	if (letter < 'a' || letter > 'z' || !value)
		return false;
	out->given[letter - 'a'] = value;
	return true;
}

/* One word of options: "--name", "--name=value", "-ar", "-nvalue". */
static bool
take_word(const struct ipxe_args *a, const char *options, size_t *w, struct ipxe_options *out)
{
	const char *word = a->word[*w], *value;
	bool takes = false;
	char letter;

	if (word[1] == '-') {
		letter = long_option(options, word + 2, &takes, &value);
		if (takes && !value)
			value = next_value(a, w);
		return letter && take_option(out, letter, takes ? value : value ? NULL : "");
	}
	for (const char *c = word + 1; *c; c++) {
		if (!short_option(options, *c, &takes))
			return false;
		if (takes)
			return take_option(out, *c, c[1] ? c + 1 : next_value(a, w));
		take_option(out, *c, "");
	}
	return true;
}

bool
ipxe_options(const struct ipxe_args *a, struct ipxe_options *out)
{
	const char *options = options_of(a->word[0]);
	size_t w = 1;

	memset(out, 0, sizeof(*out));
	for (; w < a->n && a->word[w][0] == '-' && a->word[w][1]; w++) {
		if (strcmp(a->word[w], "--") == 0) {
			w++;
			break;
		}
		if (!take_word(a, options, &w, out))
			return false;
	}
	out->first = w;
	out->argument = w < a->n ? a->word[w] : NULL;
	return true;
}

const char *
ipxe_option(const struct ipxe_options *o, char letter)
{
	return o->given[letter - 'a'];
}

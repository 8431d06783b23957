/* Each of these was run by GRUB 2.06 in a machine, as arguments of a function that printed them. */
#include "grubwords.h"
#include "test.h"

#include <stdlib.h>

static const char *
value(const void *context, const char *name)
{
	static const char *const set[] = { "x", "a b", "e", "", "y", "  p   q  ", "t", "a\tb", "n", "a\nb", "s", "  ",
		"d", "p\\q \"r\" 's'", "1", "", "2", "u v", "3", "w", "#", "3", "?", "0", "_a1", "7", NULL };

	(void)context;
	for (size_t i = 0; set[i]; i += 2)
		if (strcmp(set[i], name) == 0)
			return set[i + 1];
	return NULL;
}

/* The commands of a text: words in <>, "!" behind one that is a syntax error, and
 * what ended it. */
static const char *
commands(const char *text)
{
	static char out[4096];
	const struct grubwords_variables vars = { value, NULL };
	struct grubwords *c = malloc(sizeof(*c));
	const char *at = text, *end = text + strlen(text);
	size_t n = 0;

	while (c && grubwords_read(&at, end, &vars, c)) {
		for (size_t i = 0; i < c->n; i++)
			n += (size_t)snprintf(out + n, sizeof(out) - n, "<%s>", c->word[i]);
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%c", c->bad ? "!" : "", ";{}"[c->end]);
	}
	free(c);
	out[n] = '\0';
	return out;
}

static void
variables(void)
{
	CHECK_STR(commands("$x z"), "<a><b><z>;");
	CHECK_STR(commands("\"$x\" z"), "<a b><z>;");
	CHECK_STR(commands("w$x z"), "<wa><b><z>;");
	CHECK_STR(commands("$e z"), "<z>;");
	CHECK_STR(commands("\"$e\" z"), "<><z>;");
	CHECK_STR(commands("w\"$x\"v z"), "<wa bv><z>;");
	CHECK_STR(commands("$y z"), "<p><q><z>;");
	CHECK_STR(commands("w${y}v z"), "<wp><qv><z>;");
	CHECK_STR(commands("w${s}v $s z"), "<wv><z>;");
	CHECK_STR(commands("$t $n"), "<a><b><a><b>;");
	CHECK_STR(commands("$d"), "<p\\q><\"r\"><'s'>;");
	CHECK_STR(commands("$x$x z"), "<a><ba><b><z>;");
	CHECK_STR(commands("z=$x"), "<z=a><b>;");
	CHECK_STR(commands("$nosuch ${nosuch}z q"), "<z><q>;");
	CHECK_STR(commands("\"${x}y\" $xy '$x'"), "<a by><$x>;");
	CHECK_STR(commands("\"$nosuch\" \"\"$nosuch $nosuch\"\" z"), "<><><><z>;");
	CHECK_STR(commands("$_a1 ${_a1}b $_a1- $_a1[0] $_a1=1"), "<7><7b><7-><7[0]><7=1>;");
	CHECK_STR(commands("$?c ${?} $3abc ${3}0 $30x a$#b"), "<0c><0><wabc><w0><x><a3b>;");
}

static void
arguments(void)
{
	CHECK_STR(commands("w$*v"), "<w><u><v><wv>;");
	CHECK_STR(commands("w\"$*\"v"), "<w u v wv>;");
	CHECK_STR(commands("w$@v"), "<w><u><v><wv>;");
	CHECK_STR(commands("w\"$@\"v ${@}"), "<w><u v><wv><u><v><w>;");
	CHECK_STR(commands("\"$@\""), "<><u v><w>;");
}

static void
quotes(void)
{
	CHECK_STR(commands("\"a\\nb\" \"a\\$b\" \"a\\\\b\" \"a\\\"b\" \"a\\qb\" \"a\\'b\""),
	    "<a\\nb><a$b><a\\b><a\"b><a\\qb><a\\'b>;");
	CHECK_STR(commands("a\\nb a\\$b a\\\\b a\\\"b a\\ b \\'b\\' a\\;b a\\{b"),
	    "<anb><a$b><a\\b><a\"b><a b><'b'><a;b><a{b>;");
	CHECK_STR(commands("'a\\nb' 'a$x' \"a'b\" 'a\"b'"), "<a\\nb><a$x><a'b><a\"b>;");
	CHECK_STR(commands("\"a\nb\" c"), "<a\nb><c>;");
	CHECK_STR(commands("a\\\nb c \"d\\\ne\" \\\n f"), "<ab><c><de><f>;");
	CHECK_STR(commands("''z \"\" w a\"b c\"'d e'f g"), "<z><><w><ab cd ef><g>;");
	CHECK_STR(commands("\"a|b&c<d>e{f}g;h\" '#'"), "<a|b&c<d>e{f}g;h><#>;");
	CHECK_STR(commands("a\r b\r\n\"a\rb\" a\\\r\nb\r\n"), "<a><b>;<ab><ab>;");
}

static void
ends(void)
{
	CHECK_STR(commands("a;b\nc"), "<a>;<b>;<c>;");
	CHECK_STR(commands(" ;\n\n # no\n"), "");
	CHECK_STR(commands("a#b $x# #c ; d\n#e \\\nf;#g"), "<a#b><a><b#>;<f>;");
	CHECK_STR(commands("menuentry t{ a; }"), "<menuentry><t>{<a>;}");
	CHECK_STR(commands("menuentry t { a b }\nc"), "<menuentry><t>{<a><b>}<c>;");
	CHECK_STR(commands("function f\n{\n a\n}"), "<function><f>;{<a>;}");
	CHECK_STR(
	    commands("! a --- -a=b c:d (hd0)/x [ ] ~ a*b , %"), "<!><a><---><-a=b><c:d><(hd0)/x><[><]><~><a*b><,><%>;");
}

static void
refused(void)
{
	static const char *const texts[] = { "a|b", "a&b", "a && b", "a<b", ">", "$", "a$ b", "\"$\"", "\"a$/x\"",
		"$/x", "${}", "${x", "\"${x\"", "$\xc3\xa9", "'a", "\"a", "a\\" };
	const struct grubwords_variables vars = { value, NULL };
	struct grubwords *c = malloc(sizeof(*c));

	for (size_t i = 0; c && i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *at = texts[i];

		CHECK(grubwords_read(&at, texts[i] + strlen(texts[i]), &vars, c));
		if (!c->bad)
			CHECK_STR(texts[i], "refused");
	}
	free(c);
	CHECK_STR(commands("a|b c\nd"), "<a|b><c>!;<d>;");
}

static const char *
block(const char *text)
{
	return grubwords_block_end(text, text + strlen(text));
}

static void
blocks(void)
{
	CHECK_STR(block("a } b"), "} b");
	CHECK_STR(block(" { } { { } } } b"), "} b");
	CHECK_STR(block("'}' \"}\" \"\\\"}\" \\} ${x} # }\n} b"), "} b");
	CHECK_STR(block("a#} b"), "} b");
	CHECK_STR(block("a;#}\n\\\r\n} b"), "} b");
	CHECK_STR(block("'\\'} b"), "} b");
	CHECK_STR(block("${x"), "");
	CHECK_STR(block("{ } '"), "");
	CHECK_STR(block("\"\\"), "");
	CHECK_STR(block(""), "");
}

/* What does not fit is left out, and nothing is written beyond. */
static void
room(void)
{
	const struct grubwords_variables vars = { value, NULL };
	struct grubwords *c = malloc(2 * sizeof(*c));
	char text[3 * GRUBWORDS_TEXT];
	const char *at = text;

	if (!c)
		return;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 ? ' ' : 'x';
	CHECK(grubwords_read(&at, text + sizeof(text), &vars, &c[0]));
	CHECK(at == text + sizeof(text));
	CHECK_INT(c[0].n, GRUBWORDS_MAX);
	CHECK_STR(c[0].word[GRUBWORDS_MAX - 1], "x");
	memset(text, 'y', sizeof(text));
	at = text;
	CHECK(grubwords_read(&at, text + sizeof(text), &vars, &c[0]));
	CHECK_INT(strlen(c[0].word[0]), GRUBWORDS_TEXT - 1);
	at = "one two 'three four' five";
	CHECK(grubwords_read(&at, at + strlen(at), &vars, &c[0]));
	grubwords_copy(&c[1], &c[0], 1);
	grubwords_drop(&c[1], 1);
	memset(&c[0], 'z', sizeof(c[0]));
	CHECK_INT(c[1].n, 2);
	CHECK_STR(c[1].word[0], "two");
	CHECK_STR(c[1].word[1], "five");
	free(c);
}

int
main(void)
{
	RUN(variables);
	RUN(arguments);
	RUN(quotes);
	RUN(ends);
	RUN(refused);
	RUN(blocks);
	RUN(room);
	return TEST_EXIT();
}

/*
 * compose/lib/facts.awk reads facts lines for the shell scripts.  Thousands of odd
 * lines are given to it, in every awk that is here, and to facts_parse: whether a
 * line is good, its words and the value of each key must be the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "facts.h"
#include "test.h"

#define LINES 4000
#define LONGEST 80

/* Prints a line's number of words, and KEY=VALUE in hexadecimal for each of F. */
static const char driver[] = "BEGIN { for (i = 1; i < 256; i++) code[sprintf(\"%c\", i)] = i }\n"
                             "function hex(s,    i, out) {\n"
                             "	for (i = 1; i <= length(s); i++)\n"
                             "		out = out sprintf(\"%02x\", code[substr(s, i, 1)])\n"
                             "	return out\n"
                             "}\n"
                             "{\n"
                             "	printf \"%d\", n = facts_parse($0, F)\n"
                             "	if (n >= 0)\n"
                             "		for (key in F)\n"
                             "			printf \" %s=%s\", hex(key), hex(F[key])\n"
                             "	print \"\"\n"
                             "}\n";

static char lines[LINES][LONGEST + 1];

static unsigned
draw(unsigned below)
{
	static unsigned state = 20;

	state = state * 1103515245 + 12345;
	return (state >> 16) % below;
}

/* Lines of pieces that matter to a reader, and of any byte now and then. */
static void
make_line(char *line)
{
	static const char *const piece[] = { "boot", "host", " ", " ", " ", "\t", "\r", "#",
		"a=", "b=", "a=", "key-1=", "x.y=", "_z=", "A=", "=", "==", "\"", "\"", "\"v\"", "\"a b\"", "\"\"",
		"\\", "\\n", "\\\"", "\\\\", "\\x41", "\\xfF", "\\x00", "\\x4", "\\q", "value", "1", "k@=", "{server}",
		"\xc3\xa9", "'", "$x", "&" };
	unsigned n = draw(14);
	size_t len = 0;

	for (unsigned i = 0; i < n; i++) {
		char any[2] = { (char)(1 + draw(255)), 0 };
		const char *s = draw(12) == 0 && any[0] != '\n' ? any : piece[draw(sizeof(piece) / sizeof(piece[0]))];
		size_t add = strlen(s);

		if (len + add > LONGEST)
			break;
		memcpy(line + len, s, add);
		len += add;
	}
	line[len] = 0;
}

static void
append_hex(char *to, const char *s)
{
	to += strlen(to);
	for (; *s; s++, to += 2)
		sprintf(to, "%02x", (unsigned char)*s);
}

/* The i-th word as awk has it, KEY=VALUE: the first without a key has the key "", later
 * ones their own text behind a '+'. */
static void
expect_word(const struct facts *f, size_t i, char want[4 * LONGEST + 16])
{
	const struct facts_word *w = &f->word[i];

	want[0] = 0;
	if (!w->key && i > 0)
		append_hex(want, "+");
	append_hex(want, w->key ? w->key : i > 0 ? w->value : "");
	strcat(want, "=");
	append_hex(want, w->key ? facts_get(f, w->key) : w->value);
}

/* True if no word before it has the same key. */
static bool
is_first(const struct facts *f, size_t i)
{
	char want[4 * LONGEST + 16], other[sizeof(want)];

	expect_word(f, i, want);
	for (size_t k = 0; k < i; k++) {
		expect_word(f, k, other);
		if (strcmp(want, other) == 0)
			return false;
	}
	return true;
}

/* True if awk's words are those of f: first the number, then each key once. */
static bool
same(const struct facts *f, enum facts_error e, char *words)
{
	char *save, *word = strtok_r(words, " \n", &save);
	size_t keys = 0;

	if (!word || atoi(word) != (e == FACTS_OK ? (int)f->n : -1))
		return false;
	for (size_t i = 0; e == FACTS_OK && i < f->n; i++)
		keys += is_first(f, i);
	for (; (word = strtok_r(NULL, " \n", &save)); keys--) {
		bool found = false;

		for (size_t i = 0; i < f->n && !found; i++) {
			char want[4 * LONGEST + 16];

			expect_word(f, i, want);
			found = strcmp(want, word) == 0;
		}
		if (!found || keys == 0)
			return false;
	}
	return keys == 0;
}

static void
compare(const char *awk, const char *reader, const char *dir)
{
	struct facts f = { 0 };
	char command[1000], answer[8 * LONGEST + 100];
	unsigned n = 0, good = 0;
	FILE *in;

	snprintf(command, sizeof(command), "LC_ALL=C %s -f '%s' -f '%s/driver' '%s/lines'", awk, reader, dir, dir);
	in = popen(command, "r");
	CHECK(in);
	for (; in && n < LINES && fgets(answer, sizeof(answer), in); n++) {
		enum facts_error e = facts_parse(&f, lines[n], strlen(lines[n]));
		char said[sizeof(answer)];

		strcpy(said, answer);
		good += e == FACTS_OK && f.n > 1;
		if (same(&f, e, answer))
			continue;
		printf(
		    "# %s: <%s>: facts_parse: %s, %zu words; awk: %s", awk, lines[n], facts_error_text(e), f.n, said);
		test_bad++;
	}
	CHECK_INT(n, LINES);
	CHECK(good > LINES / 10 && good < LINES);
	CHECK(in && pclose(in) == 0);
	facts_free(&f);
}

static void
the_awk_reader_reads_the_same(void)
{
	static const char *const awks[] = { "mawk", "gawk", "original-awk", "busybox awk" };
	char dir[100], path[200], reader[300];
	int root = (int)(strstr(__FILE__, "tests/unit/") - __FILE__), run = 0;
	FILE *f;

	snprintf(reader, sizeof(reader), "%.*scompose/lib/facts.awk", root, __FILE__);
	snprintf(dir, sizeof(dir), "%s/facts.XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	CHECK(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/driver", dir);
	CHECK((f = fopen(path, "w")) && fputs(driver, f) >= 0 && fclose(f) == 0);
	snprintf(path, sizeof(path), "%s/lines", dir);
	CHECK((f = fopen(path, "w")));
	for (unsigned i = 0; f && i < LINES; i++) {
		make_line(lines[i]);
		fprintf(f, "%s\n", lines[i]);
	}
	CHECK(f && fclose(f) == 0);
	for (size_t i = 0; i < sizeof(awks) / sizeof(awks[0]); i++) {
		snprintf(path, sizeof(path), "%s 'BEGIN { exit 0 }' </dev/null 2>/dev/null", awks[i]);
		if (system(path) != 0)
			continue;
		compare(awks[i], reader, dir);
		run++;
	}
	CHECK(run > 0);
	snprintf(path, sizeof(path), "rm -r '%s'", dir);
	CHECK(system(path) == 0);
}

int
main(void)
{
	RUN(the_awk_reader_reads_the_same);
	return TEST_EXIT();
}

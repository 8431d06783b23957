/* Facts lines: read, refused, written, and read back. */
#include "facts.h"

#include <stdlib.h>

#include "test.h"

static struct facts f;

static enum facts_error
parse(const char *line)
{
	return facts_parse(&f, line, strlen(line));
}

static void
words(void)
{
	CHECK_INT(parse("boot arch=efi-x64  file=http://10.0.0.1/a=b\tlast\n"), FACTS_OK);
	CHECK_INT(f.n, 4);
	CHECK(f.word[0].key == NULL);
	CHECK_STR(f.word[0].value, "boot");
	CHECK_INT(f.word[0].column, 1);
	CHECK_STR(f.word[1].key, "arch");
	CHECK_STR(f.word[1].value, "efi-x64");
	CHECK_INT(f.word[2].column, 20);
	CHECK_STR(facts_get(&f, "file"), "http://10.0.0.1/a=b");
	CHECK(f.word[3].key == NULL);
	CHECK_STR(f.word[3].value, "last");
	CHECK(facts_get(&f, "las") == NULL);
}

static void
first_of_equal_keys(void)
{
	CHECK_INT(parse("a k=1 k=2"), FACTS_OK);
	CHECK_STR(facts_get(&f, "k"), "1");
	CHECK_STR(f.word[2].value, "2");
}

static void
blanks_and_comments(void)
{
	static const char *const lines[] = { "", "\n", "  \t \r\n", "# all", "   # all\n" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		CHECK_INT(parse(lines[i]), FACTS_OK);
		CHECK_INT(f.n, 0);
	}
	CHECK_INT(parse("a b=c#d e=\"x # y\" # rest f=g"), FACTS_OK);
	CHECK_INT(f.n, 3);
	CHECK_STR(facts_get(&f, "b"), "c#d");
	CHECK_STR(facts_get(&f, "e"), "x # y");
}

static void
quotes(void)
{
	CHECK_INT(parse("a k=\"va lue\" q=\"\\\"\\\\\\n\\x41\\xff\" e=\"\" n="), FACTS_OK);
	CHECK_STR(facts_get(&f, "k"), "va lue");
	CHECK_STR(facts_get(&f, "q"), "\"\\\nA\xff");
	CHECK_STR(facts_get(&f, "e"), "");
	CHECK_STR(facts_get(&f, "n"), "");
	CHECK_INT(parse("\"two words\" k=v"), FACTS_OK);
	CHECK_STR(f.word[0].value, "two words");
	CHECK_INT(parse("a in\"side k=in\"side"), FACTS_OK);
	CHECK_STR(facts_get(&f, "k"), "in\"side");
}

static void
keys(void)
{
	CHECK_INT(parse("a mac-x=1 k.2_=3 =4 +k=5"), FACTS_OK);
	CHECK_STR(facts_get(&f, "mac-x"), "1");
	CHECK_STR(facts_get(&f, "k.2_"), "3");
	CHECK(f.word[3].key == NULL);
	CHECK_STR(f.word[3].value, "=4");
	CHECK_STR(f.word[4].value, "+k=5");
}

static void
refused(void)
{
	static const struct {
		const char *line;
		enum facts_error e;
		size_t column;
	} bad[] = { { "a k=\"open", FACTS_UNTERMINATED, 3 }, { "a k=\"open\n", FACTS_UNTERMINATED, 3 },
		{ "a b k=\"\\q\"", FACTS_ESCAPE, 5 }, { "a k=\"\\", FACTS_ESCAPE, 3 },
		{ "a k=\"\\x0\"", FACTS_ESCAPE, 3 }, { "a k=\"\\x00\"", FACTS_ESCAPE, 3 },
		{ "a k=\"\\xg1\"", FACTS_ESCAPE, 3 }, { "a k=\"v\"w", FACTS_AFTER_QUOTE, 3 },
		{ "a k=\"v\"#", FACTS_AFTER_QUOTE, 3 } };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_INT(parse(bad[i].line), bad[i].e);
		CHECK_INT(f.error_column, bad[i].column);
		CHECK_INT(f.n, 0);
		CHECK(strlen(facts_error_text(bad[i].e)) > 5);
	}
	CHECK_INT(facts_parse(&f, "a\0b", 3), FACTS_NUL);
}

/* What facts_quote writes, which must read back the same. */
static void
check_quote(const char *value, const char *want)
{
	char out[256], line[300];
	size_t n = facts_quote(value, strlen(value), out, sizeof(out));

	CHECK_STR(out, want);
	CHECK_INT(n, strlen(want));
	snprintf(line, sizeof(line), "w k=%s", out);
	CHECK_INT(parse(line), FACTS_OK);
	CHECK_STR(facts_get(&f, "k"), value);
}

static void
quoting(void)
{
	check_quote("plain/path.efi", "plain/path.efi");
	check_quote("a=b#c", "a=b#c");
	check_quote("", "\"\"");
	check_quote("#c", "\"#c\"");
	check_quote("two words", "\"two words\"");
	check_quote("q\"\\\n", "\"q\\\"\\\\\\n\"");
	check_quote("\x1b[2J\x7f", "\"\\x1b[2J\\x7f\"");
	check_quote("\xc3\xbc", "\"\xc3\xbc\"");
	check_quote("\xc3", "\"\\xc3\"");
	check_quote("\xc2\x9b", "\"\\xc2\\x9b\"");
	CHECK_INT(facts_printable("\xc2\x9b", 2), 0);
	CHECK_INT(facts_printable("\xe2\x82\xac", 3), 3);
	CHECK_INT(facts_printable("\xe2\x82\xac", 2), 0);
	CHECK_INT(facts_printable("\x1b", 1), 0);
	check_quote("\xed\xa0\x80\xf5", "\"\\xed\\xa0\\x80\\xf5\"");
}

static void
quoting_cuts(void)
{
	char out[8] = "xxxxxxx";

	CHECK_INT(facts_quote("abcdefghij", 10, out, sizeof(out)), 10);
	CHECK_STR(out, "abcdefg");
	CHECK_INT(facts_quote("a b", 3, NULL, 0), 5);
	CHECK_INT(facts_quote("ab cdefghi", 10, out, sizeof(out)), 12);
	CHECK_STR(out, "\"ab cde");
	CHECK_INT(facts_quote("a\1bcdefgh", 9, out, sizeof(out)), 14);
	CHECK_STR(out, "\"a\\x01b");
}

/* A record as it is written, read back from a file. */
static const char *
write_record(bool json)
{
	static char text[512];
	struct facts_out o = { .json = json };
	FILE *t = tmpfile();
	size_t n;

	facts_begin(&o, "file");
	facts_put(&o, "path", "a b");
	facts_put_num(&o, "size", UINT64_MAX);
	facts_put_bytes(&o, "raw", "\xff\0", 2);
	CHECK_INT(facts_end(&o, t), 0);
	facts_begin(&o, "dir");
	facts_put(&o, "turned", "a\xe2\x80\xae\xd8\x9c\xc2\x9b");
	facts_put_milli(&o, "a", 0);
	facts_put_milli(&o, "b", 1500);
	facts_put_milli(&o, "c", 12);
	facts_put_milli(&o, "d", 100000);
	CHECK_INT(facts_end(&o, t), 0);
	facts_out_free(&o);
	rewind(t);
	n = fread(text, 1, sizeof(text) - 1, t);
	text[n] = '\0';
	fclose(t);
	return text;
}

static void
records(void)
{
	CHECK_STR(write_record(false),
	    "file path=\"a b\" size=18446744073709551615 raw=\"\\xff\\x00\"\ndir turned=\"a\\xe2\\x80\\xae\\xd8\\x9c\\xc2\\x9b\" a=0 b=1.5 c=0.012 d=100\n");
	CHECK_STR(write_record(true),
	    "{\"record\":\"file\",\"path\":\"a b\",\"size\":18446744073709551615,\"raw\":\"\\u00ff\\u0000\"}\n"
	    "{\"record\":\"dir\",\"turned\":\"a\\u202e\\u061c\\u009b\",\"a\":0,\"b\":1.5,\"c\":0.012,\"d\":100}\n");
}

static void
a_long_record(void)
{
	struct facts_out o = { 0 };
	char *value = malloc(100001);
	FILE *t = tmpfile();

	memset(value, 'v', 100000);
	value[100000] = '\0';
	facts_begin(&o, "w");
	facts_put(&o, "k", value);
	CHECK_INT(facts_end(&o, t), 0);
	CHECK_INT(ftell(t), 100000 + 5);
	fclose(t);
	facts_out_free(&o);
	free(value);
}

/* Each byte of it takes six. */
static void
a_record_that_grows(void)
{
	struct facts_out o = { .json = true };
	char value[1000];
	FILE *t = tmpfile();

	memset(value, 1, sizeof(value));
	facts_begin(&o, "w");
	facts_put_bytes(&o, "k", value, sizeof(value));
	facts_put_bytes(&o, "l", value, sizeof(value));
	CHECK_INT(facts_end(&o, t), 0);
	CHECK_INT(ftell(t), 2 * 6000 + 29);
	fclose(t);
	facts_out_free(&o);
}

static void
a_full_disk(void)
{
	struct facts_out o = { 0 };
	FILE *full = fopen("/dev/full", "w");

	if (!full)
		return;
	setvbuf(full, NULL, _IONBF, 0);
	facts_begin(&o, "w");
	CHECK_INT(facts_end(&o, full), -1);
	fclose(full);
	facts_out_free(&o);
}

int
main(void)
{
	RUN(words);
	RUN(first_of_equal_keys);
	RUN(blanks_and_comments);
	RUN(quotes);
	RUN(keys);
	RUN(refused);
	RUN(quoting);
	RUN(quoting_cuts);
	RUN(records);
	RUN(a_long_record);
	RUN(a_record_that_grows);
	RUN(a_full_disk);
	facts_free(&f);
	return TEST_EXIT();
}

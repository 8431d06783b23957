#include "rules/rules.h"
#include "test.h"

static bool
text_fits(const char *pattern, const void *bytes, size_t len)
{
	struct arena arena = { 0 };
	struct pattern p;
	bool fits = pattern_text(&arena, pattern, &p) && pattern_fits(&p, bytes, len);

	arena_free(&arena);
	return fits;
}

static void
text_patterns(void)
{
	static const struct {
		const char *pattern, *text;
		bool fits;
	} t[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "abc", "abc", true },
		{ "abc", "abcd", false },
		{ "abc", "ab", false },
		{ "a*c", "abbbc", true },
		{ "a*c", "abbb", false },
		{ "*c", "abcabc", true },
		{ "a**b", "ab", true },
		{ "*a*b*", "xxaxxbxx", true },
		{ "*a*b*", "xxbxxaxx", false },
		{ "52:54:00:*", "52:54:00:12:34:56", true },
		{ "52:54:00:*", "52:54:01:12:34:56", false },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (text_fits(t[i].pattern, t[i].text, strlen(t[i].text)) != t[i].fits) {
			CHECK(!"the pattern");
			printf("# %s %s\n", t[i].pattern, t[i].text);
		}
	CHECK(text_fits("a*", "a\0b", 3));
	CHECK(!text_fits("a", "a\0b", 3));
	CHECK(text_fits("", NULL, 0));
}

static void
hex_patterns(void)
{
	static const uint8_t bytes[] = { 0x00, 0x01, 0x2a, 0x10 };
	static const char *const fit[] = { "00:01:2a:10", "00012A10", "00-01-2a-10", "00:*", "*:10", "*", "*01*10*",
		"0001:*:2a:10" };
	static const char *const unfit[] = { "00:01:2a", "*:01", "*12*", "2a*", "00:01:*:00" };
	static const char *const bad[] = { "", "0", "00:0", "00:", "::", "00::01", "x", "hex:00", "00 01", "*0" };
	struct arena arena = { 0 };
	struct pattern p;

	for (size_t i = 0; i < sizeof(fit) / sizeof(fit[0]); i++)
		CHECK(pattern_hex(&arena, fit[i], &p) && pattern_fits(&p, bytes, sizeof(bytes)));
	for (size_t i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++)
		CHECK(pattern_hex(&arena, unfit[i], &p) && !pattern_fits(&p, bytes, sizeof(bytes)));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!pattern_hex(&arena, bad[i], &p));
	arena_free(&arena);
}

static void
templates(void)
{
	struct template_values v = { .of = { [TEMPLATE_SERVER] = "10.0.0.1", [TEMPLATE_MAC_DASHES] = "52-54" } };
	char out[32], bad[16];

	CHECK(template_expand("http://{server}/{mac-}/x", &v, out, sizeof(out)));
	CHECK_STR(out, "http://10.0.0.1/52-54/x");
	CHECK(template_expand("{uuid}{serial}", &v, out, sizeof(out)));
	CHECK_STR(out, "");
	CHECK(template_expand("${net0/mac}{", &v, out, sizeof(out)));
	CHECK_STR(out, "${net0/mac}{");
	CHECK(!template_expand("{server}{server}{server}{server}", &v, out, sizeof(out)));
	CHECK(template_check("a{ip}{arch}{host}${x}", bad, sizeof(bad)));
	CHECK(!template_check("a{ip}{Arch}", bad, sizeof(bad)));
	CHECK_STR(bad, "{Arch}");
}

int
main(void)
{
	RUN(text_patterns);
	RUN(hex_patterns);
	RUN(templates);
	return TEST_EXIT();
}

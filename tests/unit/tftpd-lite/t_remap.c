/* Rewrite rules: what they say, what is wrong with them, what they do. */
#include "test.h"

#include <stdlib.h>

#include "remap.h"

static const struct remap_client client = { .ip = "10.0.0.7", .ip_hex = "0A000007" };

/* "rule\nrule" applied to a name; "ERROR" and "LONG" otherwise. */
static const char *
apply(const char *rules, const char *name)
{
	static char out[REMAP_NAME];
	struct remap m = { .n = 0 };
	char *copy = strdup(rules), error[REMAP_ERROR];
	bool good = copy != NULL;

	for (char *line = copy, *save; good && (line = strtok_r(line, "\n", &save)); line = NULL)
		good = remap_add(&m, line, error);
	if (good && !remap_apply(&m, name, &client, out))
		snprintf(out, sizeof(out), "LONG");
	remap_free(&m);
	free(copy);
	return good ? out : "ERROR";
}

static void
a_rule_that_needs_an_unknown_address_is_passed_over(void)
{
	static const char *const line[] = { "s|^|{mac-}/|", "s|$|.{mac}|", "s|^|x|" };
	struct remap_client who = client;
	char out[REMAP_NAME], error[REMAP_ERROR];
	struct remap m = { .n = 0 };

	for (size_t i = 0; i < 3; i++)
		CHECK(remap_add(&m, line[i], error));
	CHECK(m.mac);
	CHECK(remap_apply(&m, "a", &who, out));
	CHECK_STR(out, "xa");
	who.mac = "52:54:00:12:34:56";
	who.mac_dash = "52-54-00-12-34-56";
	CHECK(remap_apply(&m, "a", &who, out));
	CHECK_STR(out, "x52-54-00-12-34-56/a.52:54:00:12:34:56");
	remap_free(&m);
}

static const char *
why(const char *rule)
{
	static char error[REMAP_ERROR];
	struct remap m = { .n = 0 };

	snprintf(error, sizeof(error), "(fine)");
	remap_add(&m, rule, error);
	remap_free(&m);
	return error;
}

static void
rewrites(void)
{
	static const struct {
		const char *rules, *name, *want;
	} table[] = {
		{ "", "a/b", "a/b" },
		{ "# a comment\n\n   # another", "a/b", "a/b" },
		{ "s/^/{ip}\\//", "pxelinux.0", "10.0.0.7/pxelinux.0" },
		{ "s|^|{ip-hex}/|", "pxelinux.0", "0A000007/pxelinux.0" },
		{ "s/a/b/", "aaa", "baa" },
		{ "s/a/b/g", "aaa", "bbb" },
		{ "s/A/b/gi", "aAa", "bbb" },
		{ "s,/boot/(.*)\\.efi$,efi/\\1.EFI,", "x/boot/grub.efi", "xefi/grub.EFI" },
		{ "s/(a)(b)?/[\\1\\2]/", "ac", "[a]c" },
		{ "s/b+/<&>/", "abbc", "a<bb>c" },
		{ "s/b+/\\&/", "abbc", "a&c" },
		{ "s/x*/-/g", "abc", "-a-b-c-" },
		{ "s/b*/X/g", "abc", "XaXcX" },
		{ "s/^a/b/g", "aaa", "baa" },
		{ "s/a$/b/g", "aaa", "aab" },
		{ "s/a/b/\ns/b/c/", "a", "c" },
		{ "s/a/b/l\ns/b/c/", "a", "b" },
		{ "s/z/b/l\ns/a/c/", "a", "c" },
		{ "s/a\\/b/c/", "a/b", "c" },
		{ "s|a\\|b|c|", "a|b", "c" },
		{ "s/a/\\{ip}/", "a", "{ip}" },
		{ "s/a/b/ # why", "a", "b" },
		{ "  s/a/b/", "a", "b" },
		{ "s/a/\\\\/", "a", "\\" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		CHECK_STR(apply(table[i].rules, table[i].name), table[i].want);
}

static void
mistakes_are_named(void)
{
	CHECK_STR(why("s/a/b"), "a rule has three '/', this one has fewer");
	CHECK_STR(why("x/a/b/"), "a rule is s/EXPRESSION/REPLACEMENT/FLAGS");
	CHECK_STR(why("s"), "a rule is s/EXPRESSION/REPLACEMENT/FLAGS");
	CHECK_STR(why("s\\a\\b\\"), "a rule is s/EXPRESSION/REPLACEMENT/FLAGS");
	CHECK_STR(why("s/a/b/x"), "unknown flag 'x'; there are g, i and l");
	CHECK_STR(why("s/a/b/ more"), "text after the rule");
	CHECK_STR(why("s/a/\\1/"), "\\1, but the expression has 0 groups");
	CHECK_STR(why("s/a/{host}/"),
	    "unknown variable at \"{host}\"; there are {ip}, {ip-hex}, {mac} and {mac-}, and \\{ is a brace");
	CHECK(strncmp(why("s/(a/b/"), "expression \"(a\": ", 17) == 0);
	CHECK_STR(why("s/(a)/\\1/"), "(fine)");
}

static void
what_does_not_fit_is_refused(void)
{
	char name[REMAP_NAME];

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	CHECK_STR(apply("s/b/c/", name), name);
	CHECK_STR(apply("s/^/b/", name), "LONG");
	CHECK_STR(apply("s/a/bb/g", name), "LONG");
}

int
main(void)
{
	RUN(rewrites);
	RUN(a_rule_that_needs_an_unknown_address_is_passed_over);
	RUN(mistakes_are_named);
	RUN(what_does_not_fit_is_refused);
	return TEST_EXIT();
}

/* URLs of boot files, and names met in files that were fetched from them. */
#include "test.h"

#include "url.h"

static void
uris_are_read(void)
{
	struct url u;
	char text[URL_TEXT];

	CHECK(url_parse("HTTP://boot.example:8080/a/b.efi?x=1#part", &u));
	CHECK_STR(u.scheme, "http");
	CHECK_STR(u.host, "boot.example");
	CHECK_INT(u.port, 8080);
	CHECK_STR(u.path, "/a/b.efi?x=1");
	CHECK_STR(url_text(&u, text), "http://boot.example:8080/a/b.efi?x=1");
	CHECK(url_parse("https://10.0.0.1", &u));
	CHECK_STR(u.path, "/");
	CHECK_INT(u.port, 0);
	CHECK(url_parse("tftp://10.0.0.1/dir/a%20b?c#d", &u));
	CHECK_STR(u.path, "dir/a b?c#d");
	CHECK(url_parse("tftp://10.0.0.1//dir", &u));
	CHECK_STR(u.path, "/dir");
}

static void
other_uris_are_refused(void)
{
	static const char *const bad[] = { "", "name", "/name", "nfs://10.0.0.1/a", "http:///a", "http://h:0/a",
		"http://h:65536/a", "http://h:x/a" };
	struct url u;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!url_parse(bad[i], &u));
}

static void
names_too_long_are_refused(void)
{
	char name[URL_PATH + 1];
	struct url u;

	memset(name, 'a', URL_PATH);
	name[URL_PATH] = '\0';
	CHECK(!url_tftp(0x0a000001, name, &u));
	name[URL_PATH - 1] = '\0';
	CHECK(url_tftp(0x0a000001, name, &u));
	CHECK_STR(u.host, "10.0.0.1");
	CHECK_STR(u.path, name);
	CHECK(!url_join(&u, "http://h:0/a", &u));
}

static void
names_join(void)
{
	static const struct {
		const char *base, *name, *want;
	} t[] = { { "http://h/a/b", "c", "http://h/a/c" }, { "http://h/a/b?q=/x/y", "c", "http://h/a/c" },
		{ "http://h/a/b", "/c", "http://h/c" }, { "http://h/a/b/c", "../d", "http://h/a/d" },
		{ "http://h/a/b", "./c", "http://h/a/c" }, { "http://h:81/a", "c%20d", "http://h:81/c%20d" },
		{ "tftp://h/a/b", "c%20d", "tftp://h/a/c d" }, { "tftp://h/b", "c", "tftp://h/c" },
		{ "tftp://h/b", "http://i/c", "http://i/c" } };
	struct url base, out;
	char text[URL_TEXT];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		CHECK(url_parse(t[i].base, &base));
		CHECK(url_join(&base, t[i].name, &out));
		CHECK_STR(url_text(&out, text), t[i].want);
	}
}

static void
directories(void)
{
	struct url u, d;

	CHECK(url_parse("http://h/a/b?x=/y", &u));
	url_directory(&u, &d);
	CHECK_STR(d.path, "/a/");
	CHECK(url_tftp(1, "name", &u));
	url_directory(&u, &d);
	CHECK_STR(d.path, "");
}

static void
only_names_need_dns(void)
{
	CHECK(url_needs_dns("http://boot.example/a"));
	CHECK(!url_needs_dns("http://10.0.0.1:80/a"));
	CHECK(!url_needs_dns("http://[fd00::1]/a"));
	CHECK(!url_needs_dns("pxelinux.0"));
}

static void
header_lines(void)
{
	static const char with_port[] = "Host: %a", bare[] = "Host: %h", plain[] = "Accept: */*";
	struct url u;
	char line[64];
	struct wr w;

	CHECK(url_parse("http://h:81/a", &u));
	w = wr_open(line, sizeof(line));
	url_header(&u, with_port, strlen(with_port), &w);
	wr_u8(&w, 0);
	CHECK_STR(line, "Host: h:81");
	w = wr_open(line, sizeof(line));
	url_header(&u, bare, strlen(bare), &w);
	wr_u8(&w, 0);
	CHECK_STR(line, "Host: h");
	w = wr_open(line, sizeof(line));
	url_header(&u, plain, strlen(plain), &w);
	wr_u8(&w, 0);
	CHECK_STR(line, plain);
}

int
main(void)
{
	RUN(uris_are_read);
	RUN(other_uris_are_refused);
	RUN(names_too_long_are_refused);
	RUN(names_join);
	RUN(directories);
	RUN(only_names_need_dns);
	RUN(header_lines);
	return TEST_EXIT();
}

/* URLs as they are shown and named, and what HTTP says of ranges. */
#include "url.h"

#include "test.h"

static char out[URL_SIZE];

static void
recognised(void)
{
	CHECK(url_is("http://h/x"));
	CHECK(url_is("HTTPS://h"));
	CHECK(url_is("ftp://h/x"));
	CHECK(!url_is("file:///x"));
	CHECK(!url_is("http:/x"));
	CHECK(!url_is("-"));
}

static void
shown_without_password(void)
{
	CHECK_STR(url_shown("http://me:secret@host:8080/a@b/x.iso?k=v", out), "http://host:8080/a@b/x.iso?k=v");
	CHECK_STR(url_shown("ftp://me@host", out), "ftp://host");
	CHECK_STR(url_shown("https://me:p@ss@host/x", out), "https://host/x");
	CHECK_STR(url_shown("http://host?mail=a@b", out), "http://host?mail=a@b");
	CHECK_STR(url_shown("http://host/x.iso", out), "http://host/x.iso");
	CHECK_STR(url_shown("http://", out), "http://");
	CHECK_STR(url_shown("me:secret@host/x.iso", out), "me:secret@host/x.iso");
	CHECK_STR(url_shown("", out), "");
}

static void
named(void)
{
	CHECK_STR(url_file("http://h/a/b/debian-12.iso", out), "debian-12.iso");
	CHECK_STR(url_file("http://h/a/x.iso?token=a/b&c=d", out), "x.iso");
	CHECK_STR(url_file("http://h/a/x.iso#top", out), "x.iso");
	CHECK_STR(url_file("http://h/a%20b%2Eiso", out), "a b.iso");
	CHECK_STR(url_file("http://h/100%", out), "100%");
	CHECK_STR(url_file("http://h/%4", out), "%4");
	CHECK_STR(url_file("http://h/x%00y", out), "x%00y");
	CHECK_STR(url_file("http://h/", out), "");
	CHECK_STR(url_file("http://h?x=/y.iso", out), "");
	CHECK_STR(url_file("dir/x.iso?y", out), "dir/x.iso?y");
}

static void
long_ones_are_cut(void)
{
	char name[2 * URL_SIZE];

	memset(name, 'a', sizeof(name));
	memcpy(name, "http://u@h/", 11);
	name[sizeof(name) - 1] = '\0';
	CHECK_INT(strlen(url_shown(name, out)), URL_SIZE - 1);
	CHECK_INT(strlen(url_file(name, out)), URL_SIZE - 1);
	name[0] = 'x';
	CHECK_INT(strlen(url_shown(name, out)), URL_SIZE - 1);
	CHECK_INT(strlen(url_file(name, out)), URL_SIZE - 1);
}

static void
ranges(void)
{
	struct url_range r = { 0 };

	CHECK(url_range("bytes 0-65535/4700000000", &r));
	CHECK_INT(r.first, 0);
	CHECK_INT(r.last, 65535);
	CHECK_INT(r.size, 4700000000);
	CHECK(url_range("Bytes=7-7/8", &r));
	CHECK_INT(r.first, 7);
}

static void
no_ranges(void)
{
	static const char *const wrong[] = { "", "bytes", "bytes */100", "bytes 0-9/*", "bytes 9-0/100",
		"bytes 0-100/100", "bytes -5/100", "items 0-9/100", "bytes 0-9/100x", "bytes 0-9/", "bytes 0 - 9/100",
		"bytes 0-9/99999999999999999999999999", "bytes 0-9/9999999999999999999" };
	struct url_range r = { 1, 2, 3 };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CHECK(!url_range(wrong[i], &r));
	CHECK_INT(r.size, 3);
}

int
main(void)
{
	RUN(recognised);
	RUN(shown_without_password);
	RUN(named);
	RUN(long_ones_are_cut);
	RUN(ranges);
	RUN(no_ranges);
	return TEST_EXIT();
}

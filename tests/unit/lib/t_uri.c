#include "uri.h"

#include "test.h"

static char text[64];

static const char *
part(const struct uri_part *p)
{
	return !p->at ? "none" : uri_part_copy(p, text, sizeof(text)) ? text : "too long";
}

static void
every_part(void)
{
	static const struct {
		const char *uri, *scheme, *userinfo, *host, *port, *path, *rest;
	} want[] = {
		{ "http://h/a/b?q=1#f", "http", "none", "h", "none", "/a/b", "?q=1#f" },
		{ "HTTPS://me:secret@host:8443/x", "HTTPS", "me:secret", "host", "8443", "/x", "" },
		{ "https://me:p@ss@host/x@y", "https", "me:p@ss", "host", "none", "/x@y", "" },
		{ "tftp://10.0.0.1/pxelinux.0", "tftp", "none", "10.0.0.1", "none", "/pxelinux.0", "" },
		{ "http://[fd00::1]:8080/x", "http", "none", "fd00::1", "8080", "/x", "" },
		{ "http://[fd00::1]", "http", "none", "fd00::1", "none", "", "" },
		{ "http://[fd00::1/x", "http", "none", "[fd00", ":1", "/x", "" },
		{ "http://h:/x", "http", "none", "h", "", "/x", "" },
		{ "http://h?x=/y#z", "http", "none", "h", "none", "", "?x=/y#z" },
		{ "svn+ssh://h#f", "svn+ssh", "none", "h", "none", "", "#f" },
		{ "http://", "http", "none", "", "none", "", "" },
	};

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct uri u;

		CHECK(uri_split(want[i].uri, &u));
		CHECK_STR(part(&u.scheme), want[i].scheme);
		CHECK_STR(part(&u.userinfo), want[i].userinfo);
		CHECK_STR(part(&u.host), want[i].host);
		CHECK_STR(part(&u.port), want[i].port);
		CHECK_STR(part(&u.path), want[i].path);
		CHECK_STR(part(&u.rest), want[i].rest);
	}
}

static void
no_uri(void)
{
	static const char *const texts[] = { "", "x", "/x", "http:/x", "://h", "a b://h", "1http://h", "dir/x://y",
		"?http://h" };
	struct uri u;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		CHECK(!uri_split(texts[i], &u));
}

static void
parts_as_words_and_strings(void)
{
	struct uri u;
	char small[4];

	CHECK(uri_split("HTTP://host/x", &u));
	CHECK(uri_part_is(&u.scheme, "http"));
	CHECK(!uri_part_is(&u.scheme, "https"));
	CHECK(!uri_part_is(&u.scheme, "htt"));
	CHECK(!uri_part_copy(&u.host, small, sizeof(small)));
	CHECK(uri_part_copy(&u.path, small, sizeof(small)));
	CHECK_STR(small, "/x");
}

static void
escapes(void)
{
	static const char *const pairs[][2] = { { "a%20b%2Eiso", "a b.iso" }, { "100%", "100%" }, { "%4", "%4" },
		{ "%zz", "%zz" }, { "x%00y", "x%00y" }, { "%25%32%30", "%20" }, { "", "" } };
	char out[16];

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		snprintf(out, sizeof(out), "%s", pairs[i][0]);
		uri_unescape(out);
		CHECK_STR(out, pairs[i][1]);
	}
}

int
main(void)
{
	RUN(every_part);
	RUN(no_uri);
	RUN(parts_as_words_and_strings);
	RUN(escapes);
	return TEST_EXIT();
}

/* The list of an image's files, and the small things it is made of: names in
 * UTF-8, dates, bytes read ahead. */
#include "fsindex.h"

#include "iso.h"
#include "test.h"
#include "utf8.h"
#include "fsindex_check.h"

static struct fsindex v;

static uint32_t
add(uint32_t parent, enum fsindex_kind kind, const char *name, uint64_t at)
{
	const struct fsindex_node n = { .parent = parent, .kind = (uint8_t)kind, .size = at ? 100 : 0 };
	const struct fsindex_name named = { name, strlen(name), kind == FSINDEX_SYMLINK ? "to" : NULL };

	CHECK(fsindex_add(&v, &n, &named));
	if (at)
		CHECK(fsindex_extend(&v, at, 100));
	return (uint32_t)v.nodes - 1;
}

static void
order(void)
{
	uint32_t *o, d, e, late, early, link, hidden;
	size_t n = 0;

	CHECK(fsindex_init(&v));
	late = add(FSINDEX_ROOT, FSINDEX_FILE, "late", 9000);
	d = add(FSINDEX_ROOT, FSINDEX_DIR, "d", 0);
	link = add(d, FSINDEX_SYMLINK, "link", 0);
	hidden = add(d, FSINDEX_ABSENT, "hidden", 0);
	early = add(d, FSINDEX_FILE, "early", 1000);
	e = add(d, FSINDEX_DIR, "e", 0);
	o = fsindex_order(&v, &n);
	CHECK_INT(n, 5);
	CHECK(o && o[0] == d && o[1] == e && o[2] == link && o[3] == early && o[4] == late);
	CHECK_STR(v.text + v.node[link].link, "to");
	CHECK_INT(v.node[hidden].kind, FSINDEX_ABSENT);
	CHECK_INT(v.bytes, 200);
	free(o);
	fsindex_free(&v);
}

static void
paths(void)
{
	char path[FSINDEX_PATH], name[256];
	const struct fsindex_name more = { "more", 4, NULL };
	const struct fsindex_node file = { .kind = FSINDEX_FILE };
	uint32_t d = FSINDEX_ROOT;

	CHECK(fsindex_init(&v));
	d = add(add(d, FSINDEX_DIR, "one", 0), FSINDEX_DIR, "two", 0);
	CHECK(fsindex_path(&v, d, path));
	CHECK_STR(path, "one/two");
	CHECK(fsindex_join(&v, d, &more, path));
	CHECK_STR(path, "one/two/more");
	CHECK(fsindex_path(&v, FSINDEX_ROOT, path));
	CHECK_STR(path, "");
	CHECK(fsindex_add(&v, &file, &(struct fsindex_name){ "a/b\0c", 5, NULL }));
	CHECK(fsindex_path(&v, (uint32_t)v.nodes - 1, path));
	CHECK_STR(path, "a_b_c");
	memset(name, 'n', 255);
	name[255] = '\0';
	for (d = FSINDEX_ROOT; fsindex_path(&v, d, path);)
		d = add(d, FSINDEX_DIR, name, 0);
	CHECK(strlen(path) < FSINDEX_PATH);
	CHECK(!fsindex_join(&v, d, &more, path));
	CHECK_STR(fsindex_check(&v) ? fsindex_check(&v) : "fine", "fine");
	fsindex_free(&v);
}

static void
extents(void)
{
	CHECK(fsindex_init(&v));
	add(FSINDEX_ROOT, FSINDEX_FILE, "f", 4096);
	CHECK(fsindex_extend(&v, 4196, 50));
	CHECK_INT(v.extents, 1);
	CHECK_INT(v.extent[0].len, 150);
	CHECK(fsindex_extend(&v, FSINDEX_HOLE, 10) && fsindex_extend(&v, FSINDEX_HOLE, 10) && fsindex_extend(&v, 0, 7));
	CHECK_INT(v.node[1].extents, 3);
	CHECK_INT(v.extent[1].len, 20);
	CHECK(fsindex_place(&v, 1) == 4096);
	fsindex_free(&v);
}

static void
loops(void)
{
	CHECK(fsindex_init(&v));
	for (uint64_t i = 0; i < 5000; i++)
		CHECK(fsindex_enter(&v, i * 2048));
	for (uint64_t i = 0; i < 5000; i++)
		CHECK(!fsindex_enter(&v, i * 2048));
	for (unsigned i = 0; i < 1000; i++)
		CHECK(fsindex_add_fault(&v, 0, "why"));
	CHECK(v.faults <= 100);
	fsindex_free(&v);
}

static void
names(void)
{
	char out[16];

	CHECK_INT(utf8_from_16be("\0A\0\xfc\x20\xac", 6, out, sizeof(out)), 6);
	CHECK_STR(out, "A\xc3\xbc\xe2\x82\xac");
	utf8_from_16be("\xd8\x3d\xde\x00", 4, out, sizeof(out));
	CHECK_STR(out, "\xf0\x9f\x98\x80");
	utf8_from_16be("\xd8\x3d\0A\xde\x00", 6, out, sizeof(out));
	CHECK_STR(out,
	    "\xef\xbf\xbd"
	    "A\xef\xbf\xbd");
	utf8_from_16be("\0A\xd8\x3d\0", 5, out, sizeof(out));
	CHECK_STR(out, "A\xef\xbf\xbd");
	CHECK_INT(utf8_from_latin1("a\xfc\xff", 3, out, sizeof(out)), 5);
	CHECK_STR(out, "a\xc3\xbc\xc3\xbf");
	CHECK_INT(utf8_from_latin1("0123456789abcdefg", 17, out, sizeof(out)), 15);
	CHECK_STR(out, "0123456789abcde");
	CHECK_INT(utf8_from_latin1("0123456789abcd\xfc", 15, out, sizeof(out)), 14);
}

/* Of file systems: what timegm says, but for days and hours that there are not. */
static void
dates(void)
{
	static const uint8_t seven[] = { 120, 2, 29, 23, 59, 59, 4 }, bad[] = { 100, 13, 1, 0, 0, 0, 0 };
	struct rd r = rd_open(seven, sizeof(seven));
	struct tm date = { .tm_year = 70, .tm_mday = 1 };
	int64_t t = 0;

	CHECK(iso_date(&r, false, &t));
	CHECK_INT(t, 1583017199);
	r = rd_open("2020022923595999\004", 17);
	t = 0;
	CHECK(iso_date(&r, true, &t));
	CHECK_INT(t, 1583017199);
	r = rd_open(seven, sizeof(seven) - 1);
	CHECK(!iso_date(&r, false, &t));
	r = rd_open(bad, sizeof(bad));
	CHECK(!iso_date(&r, false, &t));
	CHECK(fsindex_seconds(&date, 0, &t));
	CHECK_INT(t, 0);
	date = (struct tm){ .tm_year = 69, .tm_mon = 11, .tm_mday = 31, .tm_hour = 23 };
	CHECK(fsindex_seconds(&date, -60, &t));
	CHECK_INT(t, 0);
	date.tm_mon = -1;
	CHECK(!fsindex_seconds(&date, 0, &t));
	date = (struct tm){ .tm_year = -1900, .tm_mday = 1 };
	CHECK(!fsindex_seconds(&date, 0, &t));
	date = (struct tm){ .tm_year = 100, .tm_mday = 1, .tm_hour = 24 };
	CHECK(!fsindex_seconds(&date, 0, &t));
}

static void
bytes_at(void)
{
	static uint8_t bytes[300000];
	struct fsindex_check_bytes all = { bytes, sizeof(bytes) };
	const struct blockcache_source from = { fsindex_check_read, &all, 400000 };
	struct blockcache *d = blockcache_new(&from);

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 >> 3);
	CHECK(d != NULL);
	for (size_t at = 0; at < sizeof(bytes) - BLOCKCACHE_MAX; at += 9999) {
		const uint8_t *p = blockcache_at(d, at, BLOCKCACHE_MAX);

		CHECK(p && memcmp(p, bytes + at, BLOCKCACHE_MAX) == 0);
	}
	CHECK(!blockcache_at(d, 299990, 20)); /* a file that has become shorter */
	CHECK(!blockcache_at(d, 399990, 20));
	CHECK(!blockcache_at(d, UINT64_MAX - 3, 20));
	CHECK(!blockcache_at(d, 0, BLOCKCACHE_MAX + 1));
	CHECK(blockcache_spend(d, 400000));
	CHECK(!blockcache_spend(d, 2000000));
	blockcache_renew(d);
	CHECK(blockcache_spend(d, 400000));
	blockcache_free(d);
}

int
main(void)
{
	RUN(order);
	RUN(paths);
	RUN(extents);
	RUN(loops);
	RUN(names);
	RUN(dates);
	RUN(bytes_at);
	return TEST_EXIT();
}

/* UDF's tags, names and addresses: sums, and what leaves its partition. */
#include "udf_volume.h"

#include "test.h"
#include "udf_entry.h"
#include "fsindex_check.h"

#define BLOCK 512

static uint8_t image[64 * BLOCK];
static struct udf_space s;

static void
start(enum udf_partition_kind kind)
{
	static struct fsindex_check_bytes all = { image, sizeof(image) };
	const struct blockcache_source from = { fsindex_check_read, &all, sizeof(image) };

	memset(&s, 0, sizeof(s));
	memset(image, 0, sizeof(image));
	s.cache = blockcache_new(&from);
	s.block = BLOCK;
	s.partitions = 1;
	s.partition[0] = (struct udf_partition){ .kind = kind, .start = 4 * BLOCK, .len = 40 * BLOCK };
}

static void
stop(struct udf_pieces *p)
{
	free(p->e);
	*p = (struct udf_pieces){ 0 };
	udf_space_free(&s);
	blockcache_free(s.cache);
}

static void
tags(void)
{
	uint8_t b[32] = { 5, 1, 3, 0 };
	uint16_t c = udf_crc(b + 16, 16);

	CHECK_INT(udf_crc((const uint8_t *)"123456789", 9), 0x31c3);
	memset(b + 16, 7, 16);
	c = udf_crc(b + 16, 16);
	b[8] = (uint8_t)c;
	b[9] = (uint8_t)(c >> 8);
	b[10] = 16;
	for (size_t i = 0; i < 16; i++)
		b[4] = (uint8_t)(b[4] + (i == 4 ? 0 : b[i]));
	CHECK_INT(udf_tag(b, sizeof(b)), 261);
	CHECK_INT(udf_tag(b, 31), 0);
	b[20]++;
	CHECK_INT(udf_tag(b, sizeof(b)), 0);
	b[20]--;
	b[4]++;
	CHECK_INT(udf_tag(b, sizeof(b)), 0);
	CHECK_INT(udf_tag(NULL, 0), 0);
}

static void
names(void)
{
	char out[16];

	CHECK_INT(udf_text("\x08name", 5, out, sizeof(out)), 4);
	CHECK_STR(out, "name");
	CHECK_INT(udf_text("\x10\x20\xac", 3, out, sizeof(out)), 3);
	CHECK_STR(out, "\xe2\x82\xac");
	CHECK_INT(udf_text("\x09name", 5, out, sizeof(out)), 0);
	CHECK_STR(out, "");
	CHECK_INT(udf_text("", 0, out, sizeof(out)), 0);
}

static void
plain(void)
{
	struct udf_extent e = { { 39, 0 }, BLOCK, UDF_RECORDED };
	struct udf_pieces p = { 0 };

	start(UDF_PLAIN);
	CHECK(udf_map(&s, &e, &p));
	CHECK(p.n == 1 && p.e[0].at == 43 * BLOCK);
	e.bytes++;
	CHECK(!udf_map(&s, &e, &p));
	e.at.block = UINT32_MAX;
	CHECK(!udf_map(&s, &e, &p));
	e.at = (struct udf_address){ 0, 1 };
	CHECK(!udf_map(&s, &e, &p));
	e.kind = UDF_UNALLOCATED; /* a hole lies in no partition */
	CHECK(udf_map(&s, &e, &p));
	CHECK(p.n == 2 && p.e[1].at == FSINDEX_HOLE);
	stop(&p);
}

static void
spared(void)
{
	struct udf_extent e = { { 6, 0 }, 4 * BLOCK, UDF_RECORDED };
	struct udf_pieces p = { 0 };

	start(UDF_SPARABLE);
	s.partition[0].packet = 4;
	s.partition[0].spares = 1;
	s.partition[0].spare[0] = (struct udf_spare){ 8, 50 };
	CHECK(udf_map(&s, &e, &p));
	CHECK(p.n == 2 && p.e[0].at == 10 * BLOCK && p.e[0].len == 2 * BLOCK && p.e[1].at == 50 * BLOCK);
	e.at.block = 38;
	CHECK(!udf_map(&s, &e, &p));
	/* an extent that begins in a bad packet and leads through two: bad, good, bad, good */
	s.partition[0].spares = 2;
	s.partition[0].spare[1] = (struct udf_spare){ 16, 60 };
	p.n = 0;
	e = (struct udf_extent){ { 9, 0 }, 12 * BLOCK, UDF_RECORDED };
	CHECK(udf_map(&s, &e, &p));
	CHECK(p.n == 4 && p.e[0].at == 51 * BLOCK && p.e[0].len == 3 * BLOCK && p.e[1].at == 16 * BLOCK &&
	    p.e[2].at == 60 * BLOCK && p.e[3].at == 24 * BLOCK && p.e[3].upto == 12 * BLOCK);
	stop(&p);
}

/* 4,096 extents of half a gigabyte, each through 256 bad packets. */
static void
pieces_are_bounded_by_the_image(void)
{
	struct udf_extent e = { { 0, 0 }, 0x3ffffe00, UDF_RECORDED };
	struct udf_pieces p = { 0 };
	unsigned n = 0;

	start(UDF_SPARABLE);
	s.partition[0].len = UINT64_MAX / 2;
	s.partition[0].packet = 4;
	s.partition[0].spares = UDF_SPARES;
	for (uint32_t i = 0; i < UDF_SPARES; i++)
		s.partition[0].spare[i] = (struct udf_spare){ 8 * i, 9000 };
	while (n < 4096 && udf_map(&s, &e, &p))
		n++;
	CHECK(n > 10 && n < 4096);
	CHECK(p.n * 16 <= blockcache_size(s.cache) + 1048576);
	stop(&p);
}

static void
by_table(void)
{
	struct udf_extent e = { { 1, 0 }, BLOCK, UDF_RECORDED };
	struct udf_pieces p = { 0 };

	start(UDF_VIRTUAL);
	CHECK(udf_pieces_add(&s.partition[0].pieces, 60 * BLOCK, 8));
	s.partition[0].table_len = 8;
	image[60 * BLOCK + 4] = 9;
	CHECK(udf_map(&s, &e, &p));
	CHECK(p.n == 1 && p.e[0].at == 13 * BLOCK);
	e.at.block = 2;
	CHECK(!udf_map(&s, &e, &p));
	e.at.block = UINT32_MAX;
	CHECK(!udf_map(&s, &e, &p));
	stop(&p);
}

static void
metadata(void)
{
	struct udf_extent e = { { 1, 0 }, 2 * BLOCK, UDF_RECORDED };
	struct udf_pieces p = { 0 };

	start(UDF_METADATA);
	CHECK(udf_pieces_add(&s.partition[0].pieces, 30 * BLOCK, 2 * BLOCK) &&
	    udf_pieces_add(&s.partition[0].pieces, 20 * BLOCK, BLOCK));
	CHECK(udf_map(&s, &e, &p));
	CHECK(p.n == 2 && p.e[0].at == 31 * BLOCK && p.e[1].at == 20 * BLOCK);
	e.bytes++;
	CHECK(!udf_map(&s, &e, &p));
	stop(&p);
}

/* Only a file entry is taken for one. */
static void
entries(void)
{
	struct udf_entry e = { 0 };

	start(UDF_PLAIN);
	CHECK(udf_entry_read(&s, (struct udf_address){ 0, 0 }, &e) != NULL);
	CHECK(udf_entry_read(&s, (struct udf_address){ 40, 0 }, &e) != NULL);
	CHECK(udf_entry_read(&s, (struct udf_address){ 0, 3 }, &e) != NULL);
	stop(&e.pieces);
}

int
main(void)
{
	RUN(tags);
	RUN(names);
	RUN(plain);
	RUN(spared);
	RUN(pieces_are_bounded_by_the_image);
	RUN(by_table);
	RUN(metadata);
	RUN(entries);
	return TEST_EXIT();
}

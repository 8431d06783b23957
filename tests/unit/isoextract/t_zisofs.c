/* zisofs: headers, pointers and blocks, right and wrong. */
#include "zisofs.h"

#include <zlib.h>

#include "test.h"

static const uint8_t first[16] = { 0x37, 0xe4, 0x53, 0x96, 0xc9, 0xdb, 0xd6, 0x07, 0x01, 0x80, 0, 0, 4, 15, 0, 0 };
static const uint8_t second[24] = { 0xef, 0x22, 0x55, 0xa1, 0xbc, 0x1b, 0x95, 0xa0, 0, 6, 1, 17, 0, 0, 0, 0, 1, 0, 0, 0,
	0, 0, 0, 0 };

static void
headers(void)
{
	struct zisofs z;
	uint8_t other[24];

	CHECK(zisofs_read_header(first, sizeof(first), &z));
	CHECK(z.size == 0x8001 && z.table == 16 && z.block == 32768 && z.pointer == 4);
	CHECK(zisofs_blocks(&z) == 2);
	CHECK(zisofs_read_header(second, sizeof(second), &z));
	CHECK(z.size == 0x100000000 && z.table == 24 && z.block == 131072 && z.pointer == 8);
	CHECK(zisofs_blocks(&z) == 32768);
	for (size_t len = 0; len < 14; len++)
		CHECK(!zisofs_read_header(first, len, &z));
	memcpy(other, second, sizeof(other));
	other[10] = 3; /* LZ4 */
	CHECK(!zisofs_read_header(other, sizeof(other), &z));
	memcpy(other, second, sizeof(other));
	other[11] = 63;
	CHECK(!zisofs_read_header(other, sizeof(other), &z));
}

static void
ranges(void)
{
	const struct zisofs z = { .size = 40000, .table = 16, .block = 32768, .pointer = 4 };
	const uint8_t fine[8] = { 24, 0, 0, 0, 100, 0, 0, 0 }, back[8] = { 100, 0, 0, 0, 24, 0, 0, 0 };
	uint64_t begin, end;

	CHECK(zisofs_range(&z, fine, 100, &begin, &end) && begin == 24 && end == 100);
	CHECK(!zisofs_range(&z, fine, 99, &begin, &end));
	CHECK(!zisofs_range(&z, back, 100, &begin, &end));
}

static void
blocks(void)
{
	uint8_t packed[256], out[100];
	uLongf len = sizeof(packed);

	CHECK(compress(packed, &len, (const Bytef *)"hello hello hello", 17) == Z_OK);
	CHECK(zisofs_unpack(packed, len, out, 17) && memcmp(out, "hello hello hello", 17) == 0);
	CHECK(!zisofs_unpack(packed, len, out, 16));
	CHECK(!zisofs_unpack(packed, len, out, 18));
	CHECK(!zisofs_unpack(packed, len - 3, out, 17));
}

int
main(void)
{
	RUN(headers);
	RUN(ranges);
	RUN(blocks);
	return TEST_EXIT();
}

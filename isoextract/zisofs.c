#include "zisofs.h"

#include <string.h>
#include <zlib.h>

#include "wire.h"

#define ZLIB 1

static const uint8_t magic1[8] = { 0x37, 0xe4, 0x53, 0x96, 0xc9, 0xdb, 0xd6, 0x07 };
static const uint8_t magic2[8] = { 0xef, 0x22, 0x55, 0xa1, 0xbc, 0x1b, 0x95, 0xa0 };

bool
zisofs_read_header(const void *head, size_t len, struct zisofs *out)
{
	struct rd r = rd_open(head, len);
	const uint8_t *magic = rd_take(&r, 8);
	unsigned header, log2;

	if (r.bad)
		return false;
	if (memcmp(magic, magic1, 8) == 0) {
		out->size = rd_le32(&r);
		header = rd_u8(&r);
		log2 = rd_u8(&r);
		out->pointer = 4;
	} else if (memcmp(magic, magic2, 8) == 0 && rd_u8(&r) == 0) {
		header = rd_u8(&r);
		if (rd_u8(&r) != ZLIB)
			return false;
		log2 = rd_u8(&r);
		out->size = rd_le64(&r);
		out->pointer = 8;
	} else {
		return false;
	}
	/* 32 KiB is what everybody writes; version 2 allows 1 MiB. */
	if (r.bad || header < 4 || log2 < 15 || log2 > 20)
		return false;
	out->table = (uint64_t)header * 4;
	out->block = (size_t)1 << log2;
	return true;
}

uint64_t
zisofs_blocks(const struct zisofs *z)
{
	return z->size / z->block + (z->size % z->block != 0);
}

static uint64_t
read_pointer(struct rd *r, size_t size)
{
	return size == 4 ? rd_le32(r) : rd_le64(r);
}

bool
zisofs_range(const struct zisofs *z, const void *pointers, uint64_t file_size, uint64_t *begin, uint64_t *end)
{
	struct rd r = rd_open(pointers, 2 * z->pointer);

	*begin = read_pointer(&r, z->pointer);
	*end = read_pointer(&r, z->pointer);
	return !r.bad && *begin <= *end && *end <= file_size && *end - *begin <= 2 * z->block;
}

bool
zisofs_unpack(const void *packed, size_t len, void *out, size_t size)
{
	uLongf got = size;

	return uncompress(out, &got, packed, len) == Z_OK && got == size;
}

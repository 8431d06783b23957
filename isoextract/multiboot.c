#include "multiboot.h"

#include <stdint.h>
#include <zlib.h>

#include "wire.h"

#define SEARCHED 8192 /* the header lies in these first bytes, at a multiple of four */
#define MAGIC_1 0x1badb002
#define MAGIC_ESX 0x1badb005

static enum multiboot
find_header(const void *bytes, size_t len)
{
	struct rd r = rd_open(bytes, len < SEARCHED ? len : SEARCHED);

	while (rd_left(&r) >= 4) {
		const uint32_t magic = rd_le32(&r);

		if (magic == MAGIC_1 || magic == MAGIC_ESX)
			return magic == MAGIC_1 ? MULTIBOOT_1 : MULTIBOOT_ESX;
	}
	return MULTIBOOT_UNSEEN;
}

enum multiboot
multiboot_identify(const void *bytes, size_t len)
{
	unsigned char out[SEARCHED];
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)bytes,
		.avail_in = (uInt)len,
		.next_out = out,
		.avail_out = sizeof(out) };
	int end;

	if (len < 2 || ((const unsigned char *)bytes)[0] != 0x1f || ((const unsigned char *)bytes)[1] != 0x8b)
		return find_header(bytes, len);
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return MULTIBOOT_UNSEEN;
	end = inflate(&z, Z_SYNC_FLUSH);
	inflateEnd(&z);
	return end == Z_OK || end == Z_STREAM_END || end == Z_BUF_ERROR ? find_header(out, sizeof(out) - z.avail_out) :
	                                                                  MULTIBOOT_UNSEEN;
}

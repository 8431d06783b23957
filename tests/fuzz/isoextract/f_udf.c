/* Any blocks of 512 bytes as a UDF file system.  Their tags' checksums are
 * corrected, so that the code after the check is reached. */
#include <stdint.h>
#include <stdlib.h>

#include "../../unit/isoextract/fsindex_check.h"
#include "blocks.h"
#include "udf.h"
#include "udf_space.h"

#define BLOCK 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
mend(uint8_t *block)
{
	unsigned id = block[0] | block[1] << 8, len = block[10] | (unsigned)block[11] << 8, c;
	uint8_t sum = 0;

	if (id == 0 || id > 266 || len > BLOCK - 16)
		return;
	c = udf_crc(block + 16, len);
	block[8] = (uint8_t)c;
	block[9] = (uint8_t)(c >> 8);
	for (size_t i = 0; i < 16; i++)
		sum = (uint8_t)(sum + (i == 4 ? 0 : block[i]));
	block[4] = sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fsindex_check_bytes all = { blocks_image, blocks_fill(data, size, BLOCK) };
	struct fsindex v;

	for (size_t at = 0; at < all.len; at += BLOCK)
		mend(blocks_image + at);
	memcpy(blocks_image + 32769, "NSR02", 5);
	fsindex_check_find(&all, udf_read, &v);
	if (fsindex_check(&v))
		abort();
	fsindex_free(&v);
	return 0;
}

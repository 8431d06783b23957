#include "grubcore.h"

#include <stdlib.h>

#include "unlzma.h"
#include "wire.h"

#define SECTOR 512
#define SECTORS 16          /* of loaders in front: pxeboot.img, diskboot.img */
#define UNPACKED (8u << 20) /* at most; a core.0 with every module has 2 MB */

/* Its first instruction jumps behind the two lengths (grub-core/boot/i386/pc/startup_raw.S;
 * include/grub/offsets.h, GRUB_DECOMPRESSOR_I386_PC_COMPRESSED_SIZE). */
static bool
is_decompressor(struct rd r, uint32_t *packed, uint32_t *unpacked)
{
	bool jumps = rd_u8(&r) == 0xea;

	rd_take(&r, 7);
	*packed = rd_le32(&r);
	*unpacked = rd_le32(&r);
	return jumps && !r.bad && *packed && *packed <= rd_left(&r) && *unpacked > *packed && *unpacked <= UNPACKED;
}

static bool
read_core(const uint8_t *packed, size_t len, size_t size, struct bootprog *out)
{
	uint8_t *core = malloc(size);
	bool found =
	    core && unlzma_raw(packed, len, UNLZMA_GRUB, core, size) == size && bootprog_is_grub_core(core, size, out);

	free(core);
	return found;
}

bool
grubcore_read(const uint8_t *bytes, size_t len, struct bootprog *out)
{
	uint32_t packed, unpacked;

	/* What is compressed is the file's end. */
	for (size_t at = 0; at < SECTORS * SECTOR && at < len; at += SECTOR)
		if (is_decompressor(rd_open(bytes + at, len - at), &packed, &unpacked) &&
		    read_core(bytes + len - packed, packed, unpacked, out))
			return true;
	return false;
}

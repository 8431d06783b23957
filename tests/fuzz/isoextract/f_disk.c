/* Any sectors as a disk: its table of partitions, and the FAT file systems in them. */
#include <stdint.h>
#include <stdlib.h>

#include "../../unit/isoextract/fsindex_check.h"
#include "blocks.h"
#include "disk.h"
#include "fat.h"

#define BLOCK 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t place;

static enum fsindex_result
read_fat(struct blockcache *cache, const struct selection *wanted, struct fsindex *fs)
{
	return fat_read(cache, place, wanted, fs, FSINDEX_ROOT);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fsindex_check_bytes all = { blocks_image, blocks_fill(data, size, BLOCK) };
	struct fsindex v;
	struct disk disk;

	if (!disk_identify(blocks_image, all.len < 65536 ? all.len : 65536, all.len, &disk))
		return 0;
	for (size_t i = 0; i < disk.n; i++) {
		if (disk.partition[i].at >= all.len)
			abort();
		place = disk.partition[i].at;
		fsindex_check_find(&all, read_fat, &v);
		if (fsindex_check(&v))
			abort();
		fsindex_free(&v);
	}
	return 0;
}

/* Any sectors as an ISO 9660 file system with Rock Ridge or Joliet, and as its
 * El Torito catalog. */
#include <stdint.h>
#include <stdlib.h>

#include "../../unit/isoextract/fsindex_check.h"
#include "blocks.h"
#include "eltorito.h"
#include "iso.h"
#include "isodir.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The way that bootimage.c goes. */
static void
look_for_boot_images(void)
{
	struct eltorito_image image[ELTORITO_IMAGES];
	uint32_t sector;
	size_t n;

	if (!eltorito_catalog(blocks_image, 65536, &sector) || sector >= sizeof(blocks_image) / ISO_SECTOR)
		return;
	n = eltorito_images(blocks_image + sector * ISO_SECTOR, ISO_SECTOR, image);
	for (size_t i = 0; i < n; i++) {
		size_t at = image[i].sector % (sizeof(blocks_image) / ISO_SECTOR) * ISO_SECTOR;

		if (strnlen(image[i].name, ELTORITO_NAME) == ELTORITO_NAME)
			abort();
		eltorito_size(&image[i], blocks_image + at, ELTORITO_PEEK);
	}
}

static enum fsindex_result
read_iso(struct blockcache *cache, const struct selection *wanted, struct fsindex *fs)
{
	bool rich;

	return isodir_read(cache, wanted, fs, &rich);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fsindex_check_bytes all = { blocks_image, blocks_fill(data, size, ISO_SECTOR) };
	struct fsindex v;

	fsindex_check_find(&all, read_iso, &v);
	if (fsindex_check(&v))
		abort();
	fsindex_free(&v);
	look_for_boot_images();
	return 0;
}

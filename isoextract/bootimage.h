/* El Torito boot images as members: [boot]/0-bios.img, [boot]/1-efi.img. */
#ifndef BOOTIMAGE_H
#define BOOTIMAGE_H

#include "output.h"
#include "run.h"
#include "eltorito.h"

/* Of a source that passes once: the catalog and the first bytes of its images. */
struct bootimage_passing {
	bool on;
	uint64_t catalog_at;
	size_t catalog_len, n;
	uint8_t catalog[ELTORITO_CATALOG];
	struct eltorito_image image[ELTORITO_IMAGES];
	uint8_t first[ELTORITO_IMAGES][ELTORITO_PEEK];
	size_t first_len[ELTORITO_IMAGES];
};

/* Before the source is read: catches them if it cannot seek. */
void bootimage_catch(struct run *run, struct bootimage_passing *p);
/* Is there one for "bios" or "efi" machines? */
bool bootimage_for(struct run *run, const struct bootimage_passing *p, const char *firmware);
/* Lists or extracts those that are picked; of a source that cannot seek it lists them. */
void bootimage_extract(struct run *run, struct output *output, struct bootimage_passing *p);

#endif

/* El Torito boot images as members: [boot]/0-bios.img, [boot]/1-efi.img. */
#ifndef BOOTIMAGE_H
#define BOOTIMAGE_H

#include "output.h"
#include "run.h"

/* Is there one for BIOS machines?  False if the source cannot seek. */
bool bootimage_for_bios(struct run *run);
/* Lists or extracts those that are picked; none if the source cannot seek. */
void bootimage_extract(struct run *run, struct output *output);

#endif

/*
 * The boot images in an ISO 9660 image (El Torito Bootable CD-ROM Format
 * Specification 1.0).  Pure.
 */
#ifndef ELTORITO_H
#define ELTORITO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELTORITO_CATALOG 2048 /* bytes read of a catalog */
#define ELTORITO_IMAGES 16
#define ELTORITO_PEEK 512 /* first bytes of an image, which tell its size */
#define ELTORITO_NAME 32

struct eltorito_image {
	char name[ELTORITO_NAME]; /* "0-bios.img", "1-efi.img" */
	uint8_t media;            /* 0 no emulation, 1 to 3 a floppy disk, 4 a hard disk */
	uint32_t sector;          /* where it starts, in sectors of 2048 bytes */
	uint32_t blocks;          /* what the firmware loads, as the catalog says, in 512 bytes */
};

/* Finds the catalog's sector in an image's first bytes; false if there is none. */
bool eltorito_catalog(const void *head, size_t len, uint32_t *sector);
/* Reads the catalog.  Returns how many images there are. */
size_t eltorito_images(const void *catalog, size_t len, struct eltorito_image out[ELTORITO_IMAGES]);
/* An image's size in bytes.  The catalog often gives only what is loaded first; the
 * image itself knows better. */
uint64_t eltorito_size(const struct eltorito_image *i, const void *first, size_t len);

#endif

#include "eltorito.h"

#include <stdio.h>
#include <string.h>

#include "iso.h"
#include "wire.h"

enum {
	ENTRY = 32,
	CATALOG_POINTER = 0x47, /* in the boot record (figure 7) */
	VALIDATION = 1,
	HEADER = 0x90,
	LAST_HEADER = 0x91,
	EXTENSION = 0x44,
	BOOTABLE = 0x88,
	PLATFORM_X86 = 0,
	PLATFORM_POWERPC = 1,
	PLATFORM_MAC = 2,
	PLATFORM_EFI = 0xef
};

bool
eltorito_catalog(const void *head, size_t len, uint32_t *sector)
{
	struct rd r = rd_open(head, len);
	const uint8_t *d;

	rd_take(&r, ISO_DESCRIPTORS);
	while ((d = rd_take(&r, ISO_SECTOR)) && memcmp(d + 1, "CD001", 5) == 0 && d[0] != 255) {
		struct rd pointer = rd_open(d + CATALOG_POINTER, 4);

		if (d[0] != 0 || memcmp(d + 7, "EL TORITO SPECIFICATION", 23) != 0)
			continue;
		*sector = rd_le32(&pointer);
		return true;
	}
	return false;
}

static const char *
platform_name(uint8_t platform)
{
	switch (platform) {
	case PLATFORM_X86:
		return "bios";
	case PLATFORM_POWERPC:
		return "powerpc";
	case PLATFORM_MAC:
		return "mac";
	case PLATFORM_EFI:
		return "efi";
	default:
		return "other";
	}
}

/* An initial or section entry; false for one that boots nothing. */
static bool
read_boot_entry(struct rd e, uint8_t platform, size_t n, struct eltorito_image *out)
{
	uint8_t bootable = rd_u8(&e), media = rd_u8(&e) & 15;

	rd_take(&e, 4);
	out->media = media;
	out->blocks = rd_le16(&e);
	out->sector = rd_le32(&e);
	snprintf(out->name, sizeof(out->name), "%zu-%s.img", n, platform_name(platform));
	return !e.bad && bootable == BOOTABLE && media <= 4 && out->sector > 0;
}

size_t
eltorito_images(const void *catalog, size_t len, struct eltorito_image out[ELTORITO_IMAGES])
{
	struct rd r = rd_open(catalog, len), e = rd_sub(&r, ENTRY);
	bool last = false;
	uint8_t platform;
	size_t n = 0;

	if (rd_u8(&e) != VALIDATION)
		return 0;
	platform = rd_u8(&e);
	rd_take(&e, 28);
	if (rd_u8(&e) != 0x55 || rd_u8(&e) != 0xaa)
		return 0;
	n += read_boot_entry(rd_sub(&r, ENTRY), platform, n, &out[n]);
	while (!last && n < ELTORITO_IMAGES) {
		uint8_t kind;

		e = rd_sub(&r, ENTRY);
		kind = rd_u8(&e);
		platform = rd_u8(&e);
		if (kind != HEADER && kind != LAST_HEADER)
			break;
		last = kind == LAST_HEADER;
		for (unsigned entries = rd_le16(&e); entries > 0 && n < ELTORITO_IMAGES && !r.bad; entries--)
			n += read_boot_entry(rd_sub(&r, ENTRY), platform, n, &out[n]);
	}
	return n;
}

/* A FAT file system's own size (Microsoft, "FAT32 File System Specification"). */
static uint64_t
fat_size(const void *first, size_t len)
{
	struct rd r = rd_open(first, len);
	uint16_t bytes, sectors;
	uint32_t many;

	rd_take(&r, 11);
	bytes = rd_le16(&r);
	rd_take(&r, 6);
	sectors = rd_le16(&r);
	rd_take(&r, 11);
	many = rd_le32(&r);
	rd_take(&r, 510 - 36);
	if (rd_le16(&r) != 0xaa55 || r.bad || (bytes != 512 && bytes != 1024 && bytes != 2048 && bytes != 4096))
		return 0;
	return (uint64_t)bytes * (sectors ? sectors : many);
}

/* The boot information table that -boot-info-table writes (genisoimage(1)). */
static uint64_t
table_size(const struct eltorito_image *i, const void *first, size_t len)
{
	struct rd r = rd_open(first, len);
	uint32_t pvd, sector, bytes;

	rd_take(&r, 8);
	pvd = rd_le32(&r);
	sector = rd_le32(&r);
	bytes = rd_le32(&r);
	return !r.bad && pvd == ISO_DESCRIPTORS / ISO_SECTOR && sector == i->sector ? bytes : 0;
}

uint64_t
eltorito_size(const struct eltorito_image *i, const void *first, size_t len)
{
	static const uint32_t floppies[] = { 0, 1228800, 1474560, 2949120 };
	uint64_t size = 0;

	if (i->media >= 1 && i->media <= 3)
		return floppies[i->media];
	if (i->media == 0)
		size = table_size(i, first, len);
	if (size == 0)
		size = fat_size(first, len);
	return size ? size : (uint64_t)i->blocks * 512;
}

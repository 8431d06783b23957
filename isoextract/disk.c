#include "disk.h"

#include <string.h>

#include "fat.h"
#include "iso.h"
#include "wire.h"

#define SECTOR 512
#define TABLE 446
#define BEHIND_BPB 90 /* what FAT32 has before its program */
#define SIGNATURE 0xaa55
#define TYPE_ESP 0xef
#define TYPE_PROTECTIVE 0xee
#define ENTRIES_MAX 128

enum { EMPTY = 0, EXTENDED = 0x05, EXTENDED_LBA = 0x0f, EXTENDED_LINUX = 0x85 };

/* C12A7328-F81F-11D2-BA4B-00A0C93EC93B as it is stored (UEFI 2.10, table 5.7). */
static const uint8_t esp[16] = { 0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e,
	0xc9, 0x3b };
static const uint8_t unused[16];

/* A table may reach beyond the image: of a sparse one, or of one that was cut. */
static void
add_partition(struct disk *d, const struct disk_partition *p, uint64_t size)
{
	if (d->n < DISK_PARTITIONS && p->len > 0 && p->at < size)
		d->partition[d->n++] = *p;
}

/* Sectors of a disk made for 4 KiB ones are as large, and so its header is elsewhere. */
static bool
read_gpt(const void *head, size_t len, uint64_t size, uint32_t sector, struct disk *out)
{
	struct rd r = rd_at(head, len, sector);
	const uint8_t *magic = rd_take(&r, 8);
	uint64_t entries;
	uint32_t n, each;

	if (!magic || memcmp(magic, "EFI PART", 8) != 0)
		return false;
	rd_take(&r, 72 - 8);
	entries = rd_le64(&r);
	n = rd_le32(&r);
	each = rd_le32(&r);
	if (r.bad || entries > len / sector || each < 128 || each > SECTOR * 8)
		return false;
	for (uint32_t i = 0; i < n && i < ENTRIES_MAX; i++) {
		struct rd entry = rd_at(head, len, entries * sector + (uint64_t)i * each);
		const uint8_t *type = rd_take(&entry, 16);
		struct disk_partition p = { .number = i + 1 };
		uint64_t first, last;

		rd_take(&entry, 16);
		first = rd_le64(&entry);
		last = rd_le64(&entry);
		if (entry.bad)
			break;
		if (memcmp(type, unused, sizeof(unused)) == 0 || last < first || first > size / sector)
			continue;
		p.at = first * sector;
		p.len = last - first < size / sector ? (last - first + 1) * sector : size - p.at;
		p.efi = memcmp(type, esp, sizeof(esp)) == 0;
		add_partition(out, &p, size);
	}
	return true;
}

/* Four primary partitions.  False if these bytes are none: a boot sector's program
 * may end in the same signature. */
static bool
read_mbr(const void *head, size_t len, uint64_t size, struct disk *out, bool *protective)
{
	struct rd r = rd_at(head, len, TABLE);
	struct disk found = { 0 };

	*protective = false;
	for (unsigned i = 0; i < 4; i++) {
		const uint8_t status = rd_u8(&r);
		struct disk_partition p = { .number = i + 1 };
		uint8_t type;

		rd_take(&r, 3);
		type = rd_u8(&r);
		rd_take(&r, 3);
		p.at = (uint64_t)rd_le32(&r) * SECTOR;
		p.len = (uint64_t)rd_le32(&r) * SECTOR;
		if (r.bad || (status & 0x7f))
			return false;
		p.efi = type == TYPE_ESP;
		*protective = *protective || type == TYPE_PROTECTIVE;
		if (type != EMPTY && type != EXTENDED && type != EXTENDED_LBA && type != EXTENDED_LINUX && p.at > 0)
			add_partition(&found, &p, size);
	}
	*out = found;
	return found.n > 0;
}

/* mkfs.fat writes a program that says "This is not a bootable disk", mformat one that
 * goes to the next disk. */
static bool
has_program(const uint8_t *head, size_t len)
{
	static const char dummy[] = "not a bootable disk", mformat[] = "MTOO";
	size_t filled = 0;

	if (len < SECTOR || memmem(head, SECTOR, dummy, sizeof(dummy) - 1) ||
	    memcmp(head + 3, mformat, sizeof(mformat) - 1) == 0)
		return false;
	for (size_t i = BEHIND_BPB; i < TABLE - 6; i++)
		filled += head[i] != 0;
	return filled > 16;
}

bool
disk_identify(const void *head, size_t len, uint64_t size, struct disk *out)
{
	struct rd r = rd_at(head, len, SECTOR - 2);
	struct disk_partition whole = { .len = size };
	struct fat_volume volume;
	struct iso iso;
	bool protective;

	*out = (struct disk){ 0 };
	iso_identify(head, len, &iso);
	if (iso.iso9660 || iso.udf || rd_le16(&r) != SIGNATURE)
		return false;
	if (fat_identify(head, len, &volume)) {
		add_partition(out, &whole, size);
	} else if (!read_mbr(head, len, size, out, &protective)) {
		return false;
	} else if (protective) {
		struct disk gpt = { 0 };

		if (!read_gpt(head, len, size, SECTOR, &gpt) && !read_gpt(head, len, size, 8 * SECTOR, &gpt))
			return false;
		*out = gpt;
	}
	out->bios = has_program(head, len);
	return true;
}

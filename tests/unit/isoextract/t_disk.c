/* Disks' tables of partitions, and FAT: what kind it is, names, chains. */
#include "disk.h"

#include <stdio.h>

#include "fat.h"
#include "fsindex_check.h"
#include "test.h"

#define SECTOR 512
#define SECTORS 200

static uint8_t image[SECTORS * SECTOR];

static void
le16(uint8_t *at, unsigned n)
{
	at[0] = (uint8_t)n;
	at[1] = (uint8_t)(n >> 8);
}

static void
le32(uint8_t *at, uint32_t n)
{
	le16(at, n & 0xffff);
	le16(at + 2, n >> 16);
}

/* FAT12 of one sector a cluster: boot sector, one FAT, a root directory of one sector. */
static void
format(void)
{
	memset(image, 0, sizeof(image));
	image[0] = 0xeb;
	le16(image + 11, SECTOR);
	image[13] = 1;
	le16(image + 14, 1);
	image[16] = 1;
	le16(image + 17, 16);
	le16(image + 19, SECTORS);
	image[21] = 0xf8;
	le16(image + 22, 1);
	memcpy(image + 43, "A LABEL    ", 11);
	le16(image + 510, 0xaa55);
}

/* An entry of the FAT. */
static void
chain(unsigned cluster, unsigned next)
{
	uint8_t *at = image + SECTOR + cluster + cluster / 2;

	if (cluster & 1) {
		at[0] = (uint8_t)((at[0] & 0x0f) | next << 4);
		at[1] = (uint8_t)(next >> 4);
	} else {
		at[0] = (uint8_t)next;
		at[1] = (uint8_t)((at[1] & 0xf0) | next >> 8);
	}
}

static void
entry(unsigned n, const char *name, uint8_t attributes, unsigned cluster, uint32_t size)
{
	uint8_t *at = image + 2 * SECTOR + n * 32;

	memcpy(at, name, 11);
	at[11] = attributes;
	le16(at + 26, cluster);
	le32(at + 28, size);
}

static enum fsindex_result
read_it(struct blockcache *cache, const struct selection *wanted, struct fsindex *fs)
{
	return fat_read(cache, 0, wanted, fs, FSINDEX_ROOT);
}

static enum fsindex_result
find(struct fsindex *fs)
{
	static struct fsindex_check_bytes all = { image, sizeof(image) };

	return fsindex_check_find(&all, read_it, fs);
}

static void
kinds(void)
{
	struct fat_volume v;

	format();
	CHECK(fat_identify(image, sizeof(image), &v));
	CHECK_INT(v.bits, 12);
	CHECK_INT(v.data, 3 * SECTOR);
	CHECK_INT(v.clusters, SECTORS - 3);
	CHECK_STR(v.label, "A LABEL");
	CHECK(!fat_identify(image, 511, &v));
	image[13] = 3; /* no power of two */
	CHECK(!fat_identify(image, sizeof(image), &v));
	format();
	le16(image + 11, 0);
	CHECK(!fat_identify(image, sizeof(image), &v));
	format();
	le16(image + 19, 3); /* no room for a cluster */
	CHECK(!fat_identify(image, sizeof(image), &v));
	format(); /* the limits of the specification */
	le16(image + 19, 3 + 4084);
	CHECK(fat_identify(image, sizeof(image), &v) && v.bits == 12);
	le16(image + 19, 3 + 4085);
	CHECK(fat_identify(image, sizeof(image), &v) && v.bits == 16);
	le16(image + 19, 0);
	le32(image + 32, 3 + 65524);
	CHECK(fat_identify(image, sizeof(image), &v) && v.bits == 16);
	le32(image + 32, 3 + 65525);
	CHECK(!fat_identify(image, sizeof(image), &v)); /* FAT32 has no such root */
}

static void
files(void)
{
	struct fsindex fs;
	char path[FSINDEX_PATH];

	format();
	entry(0, "A LABEL    ", 0x08, 0, 0);
	entry(1, "BOOT    CFG", 0x20, 2, 600);
	image[2 * SECTOR + 32 + 12] = 0x18; /* in lower case */
	entry(2, "\xe5GONE      ", 0x20, 9, 100);
	entry(3, "EFI        ", 0x10, 5, 0);
	entry(4,
	    "\x05"
	    "A      B  ",
	    0x20, 0, 0);
	chain(2, 7);
	chain(7, 0xfff);
	chain(5, 0xff8);
	memcpy(image + (3 + 5 - 2) * SECTOR, ".          ", 11);
	image[(3 + 5 - 2) * SECTOR + 11] = 0x10;
	CHECK_INT(find(&fs), FSINDEX_OK);
	CHECK(!fsindex_check(&fs));
	CHECK_INT(fs.nodes, 4);
	CHECK(fsindex_path(&fs, 1, path));
	CHECK_STR(path, "boot.cfg");
	CHECK_INT(fs.node[1].extents, 2);
	CHECK_INT(fs.extent[0].at, 3 * SECTOR);
	CHECK_INT(fs.extent[1].at, 8 * SECTOR);
	CHECK_INT(fs.extent[1].len, 88);
	CHECK_INT(fs.node[2].kind, FSINDEX_DIR);
	CHECK(fsindex_path(&fs, 3, path));
	CHECK_STR(path, "_A.B");
	CHECK_STR(fs.label, "A LABEL");
	CHECK_INT(fs.faults, 0);
	fsindex_free(&fs);
}

static const char *
fault_of_first(void)
{
	struct fsindex fs;
	const char *why = NULL;

	CHECK_INT(find(&fs), FSINDEX_OK);
	if (fs.faults > 0)
		why = fs.fault[0].why;
	fsindex_free(&fs);
	return why ? why : "";
}

static void
chains(void)
{
	format();
	entry(0, "A          ", 0x20, 2, 3 * SECTOR);
	chain(2, 3);
	chain(3, 0xfff);
	CHECK_STR(fault_of_first(), "its chain of clusters ends too early");
	chain(3, 2);
	CHECK_STR(fault_of_first(), "it has clusters twice, or another file has them, too");
	chain(3, 0);
	CHECK_STR(fault_of_first(), "its chain of clusters is broken");
	chain(3, SECTORS);
	CHECK_STR(fault_of_first(), "its chain of clusters is broken");
	chain(3, 4);
	CHECK_STR(fault_of_first(), "");
	entry(1, "B          ", 0x20, 4, 1);
	CHECK_STR(fault_of_first(), "it has clusters twice, or another file has them, too");
	entry(1, "B          ", 0x10, 2, 0); /* a directory in a file's cluster */
	CHECK_STR(fault_of_first(), "it has clusters twice, or another file has them, too");
	format();
	entry(0, "A          ", 0x10, 0, 0); /* a directory that leads back to the root */
	CHECK_STR(fault_of_first(), "its chain of clusters is broken");
}

static void
partition(unsigned n, uint8_t type, uint32_t first, uint32_t sectors)
{
	uint8_t *at = image + 446 + 16 * n;

	at[4] = type;
	le32(at + 8, first);
	le32(at + 12, sectors);
}

static void
tables(void)
{
	struct disk d;

	format();
	CHECK(disk_identify(image, sizeof(image), sizeof(image), &d));
	CHECK_INT(d.n, 1);
	CHECK_INT(d.partition[0].number, 0);
	CHECK(!d.bios); /* no program */
	memset(image, 0, sizeof(image));
	CHECK(!disk_identify(image, sizeof(image), sizeof(image), &d));
	le16(image + 510, 0xaa55);
	CHECK(!disk_identify(image, sizeof(image), sizeof(image), &d)); /* no partition */
	partition(0, 0x83, 1, 10);
	partition(1, 0x05, 20, 10);     /* extended: only holds others */
	partition(2, 0xef, 40, 1000);   /* beyond the end of the image */
	partition(3, 0x0c, SECTORS, 1); /* behind it */
	CHECK(disk_identify(image, sizeof(image), sizeof(image), &d));
	CHECK_INT(d.n, 2);
	CHECK(!d.partition[0].efi && d.partition[1].efi && d.partition[1].number == 3);
	CHECK(!d.bios);
	memset(image, 0x90, 300);
	CHECK(disk_identify(image, sizeof(image), sizeof(image), &d) && d.bios);
	memcpy(image + 200, "This is not a bootable disk.", 28);
	CHECK(disk_identify(image, sizeof(image), sizeof(image), &d) && !d.bios);
	image[446] = 1; /* neither active nor not */
	CHECK(!disk_identify(image, sizeof(image), sizeof(image), &d));
	image[446] = 0x80;
	CHECK(!disk_identify(image, 511, sizeof(image), &d));
}

static void
gpt(void)
{
	static const uint8_t esp[16] = { 0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9,
		0x3e, 0xc9, 0x3b };
	uint8_t *at = image + 2 * SECTOR;
	struct disk d;

	memset(image, 0, sizeof(image));
	le16(image + 510, 0xaa55);
	partition(0, 0xee, 1, SECTORS - 1);
	CHECK(!disk_identify(image, sizeof(image), sizeof(image), &d)); /* no header */
	memcpy(image + SECTOR, "EFI PART", 8);
	le32(image + SECTOR + 72, 2);
	le32(image + SECTOR + 80, 128);
	le32(image + SECTOR + 84, 128);
	memcpy(at + 128, esp, 16); /* the second entry */
	le32(at + 128 + 32, 100);
	le32(at + 128 + 40, 109);
	CHECK(disk_identify(image, sizeof(image), sizeof(image), &d));
	CHECK_INT(d.n, 1);
	CHECK_INT(d.partition[0].number, 2);
	CHECK_INT(d.partition[0].at, 100 * SECTOR);
	CHECK_INT(d.partition[0].len, 10 * SECTOR);
	CHECK(d.partition[0].efi);
	le32(at + 128 + 40, 99); /* ends before it begins */
	CHECK(disk_identify(image, sizeof(image), sizeof(image), &d) && d.n == 0);
	memset(at + 128 + 40, 0xff, 8);
	CHECK(disk_identify(image, sizeof(image), sizeof(image), &d));
	CHECK_INT(d.partition[0].len, (SECTORS - 100) * SECTOR);
	le32(image + SECTOR + 84, 8); /* entries of 8 bytes */
	CHECK(!disk_identify(image, sizeof(image), sizeof(image), &d));
}

int
main(void)
{
	RUN(kinds);
	RUN(files);
	RUN(chains);
	RUN(tables);
	RUN(gpt);
	return TEST_EXIT();
}

/* El Torito: the catalog's place, its entries, the images' sizes. */
#include "eltorito.h"

#include "iso.h"
#include "test.h"

static uint8_t head[ISO_DESCRIPTORS + 4 * ISO_SECTOR], catalog[ELTORITO_CATALOG];
static struct eltorito_image image[ELTORITO_IMAGES];

static void
entry(size_t at, uint8_t bootable, uint8_t media, unsigned blocks, unsigned sector)
{
	uint8_t *e = catalog + at * 32;

	e[0] = bootable;
	e[1] = media;
	e[6] = (uint8_t)blocks;
	e[7] = (uint8_t)(blocks >> 8);
	e[8] = (uint8_t)sector;
	e[9] = (uint8_t)(sector >> 8);
}

/* One for BIOS, then a last section of two for EFI. */
static void
make(void)
{
	memset(catalog, 0, sizeof(catalog));
	catalog[0] = 1;
	catalog[30] = 0x55;
	catalog[31] = 0xaa;
	entry(1, 0x88, 0, 4, 100);
	catalog[64] = 0x91;
	catalog[65] = 0xef;
	catalog[66] = 2;
	entry(3, 0x88, 0, 5000, 0x1234);
	entry(4, 0, 0, 1, 7);
}

static void
place(void)
{
	uint8_t *d = head + ISO_DESCRIPTORS;
	uint32_t sector = 7;

	for (size_t i = 0; i < 3; i++)
		memcpy(d + i * ISO_SECTOR + 1, "CD001", 5);
	d[0] = 1;
	d[2 * ISO_SECTOR] = 255;
	CHECK(!eltorito_catalog(head, sizeof(head), &sector));
	memcpy(d + ISO_SECTOR + 7, "EL TORITO SPECIFICATION", 23);
	d[ISO_SECTOR + 0x47] = 0x21;
	d[ISO_SECTOR + 0x48] = 0x03;
	CHECK(eltorito_catalog(head, sizeof(head), &sector));
	CHECK_INT(sector, 0x321);
	for (size_t n = 0; n < ISO_DESCRIPTORS + 2 * ISO_SECTOR; n += 61)
		CHECK(!eltorito_catalog(head, n, &sector));
}

static void
entries(void)
{
	make();
	CHECK_INT(eltorito_images(catalog, sizeof(catalog), image), 2);
	CHECK_STR(image[0].name, "0-bios.img");
	CHECK_INT(image[0].sector, 100);
	CHECK_STR(image[1].name, "1-efi.img");
	CHECK_INT(image[1].sector, 0x1234);
	CHECK_INT(image[1].blocks, 5000);
	for (size_t n = 0; n < 160; n++)
		CHECK(eltorito_images(catalog, n, image) <= 2);
	CHECK_INT(eltorito_images(catalog, 40, image), 0);
	catalog[31] = 0;
	CHECK_INT(eltorito_images(catalog, sizeof(catalog), image), 0);
}

/* A section that claims more entries than there is room for. */
static void
too_many(void)
{
	make();
	catalog[66] = catalog[67] = 255;
	for (size_t i = 3; i < ELTORITO_CATALOG / 32; i++)
		entry(i, 0x88, 0, 1, (unsigned)i);
	CHECK_INT(eltorito_images(catalog, sizeof(catalog), image), ELTORITO_IMAGES);
}

static void
sizes(void)
{
	uint8_t first[ELTORITO_PEEK] = { 0 };
	struct eltorito_image i = { .media = 0, .sector = 100, .blocks = 4 };

	CHECK_INT(eltorito_size(&i, first, sizeof(first)), 2048);
	first[8] = 16;
	first[12] = 100;
	first[17] = 0x60;
	CHECK_INT(eltorito_size(&i, first, sizeof(first)), 0x6000);
	CHECK_INT(eltorito_size(&i, first, 19), 2048);
	memset(first, 0, sizeof(first));
	first[12] = 2;    /* 512 bytes a sector */
	first[33] = 0x10; /* 4096 of them */
	first[510] = 0x55;
	first[511] = 0xaa;
	CHECK_INT(eltorito_size(&i, first, sizeof(first)), 4096 * 512);
	first[20] = 0x02; /* the 16-bit count goes before */
	CHECK_INT(eltorito_size(&i, first, sizeof(first)), 512 * 512);
	i.media = 2;
	CHECK_INT(eltorito_size(&i, first, sizeof(first)), 1474560);
}

int
main(void)
{
	RUN(place);
	RUN(entries);
	RUN(too_many);
	RUN(sizes);
	return TEST_EXIT();
}

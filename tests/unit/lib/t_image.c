/* Boot files by their first bytes, each cut at every length. */
#include "image.h"

#include <stdlib.h>

#include "test.h"

static uint8_t file[IMAGE_PEEK];
static struct image image;

static void
put16(size_t at, unsigned v)
{
	file[at] = (uint8_t)v;
	file[at + 1] = (uint8_t)(v >> 8);
}

/* A PE header at 0x80: machine, PE32 or PE32+, subsystem, and the size of a
 * certificate table. */
static void
make_pe(unsigned machine, unsigned magic, unsigned subsystem, unsigned certificates)
{
	size_t optional = 0x80 + 24, directories = optional + (magic == 0x20b ? 108 : 92);

	memset(file, 0, sizeof(file));
	memcpy(file, "MZ", 2);
	put16(0x3c, 0x80);
	memcpy(file + 0x80, "PE\0\0", 4);
	put16(0x84, machine);
	put16(optional, magic);
	put16(optional + 68, subsystem);
	put16(directories, 16);
	put16(directories + 4 + 4 * 8, certificates ? 0x1000 : 0);
	put16(directories + 4 + 4 * 8 + 4, certificates);
}

static void
make_x86_kernel(unsigned protocol, unsigned loadflags)
{
	put16(0x1fe, 0xaa55);
	memcpy(file + 0x202, "HdrS", 4);
	put16(0x206, protocol);
	put16(0x236, loadflags);
	put16(0x20e, 0x300);
	memcpy(file + 0x500, "6.1.0-13-amd64 (debian-kernel@lists.debian.org)", 48);
}

static void
identify(size_t len)
{
	image_identify(file, len, &image);
}

static void
efi_applications(void)
{
	static const struct {
		unsigned machine;
		const char *arch;
	} list[] = {
		{ 0x8664, "efi-x64" },
		{ 0x014c, "efi-ia32" },
		{ 0xaa64, "efi-arm64" },
		{ 0x01c2, "efi-arm32" },
		{ 0x5064, "efi-riscv64" },
		{ 0x6264, "efi-loong64" },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		make_pe(list[i].machine, list[i].machine == 0x014c ? 0x10b : 0x20b, 10, 0);
		identify(sizeof(file));
		CHECK_INT(image.kind, IMAGE_EFI);
		CHECK_STR(image.arch, list[i].arch);
		CHECK(image.efi && !image.is_signed);
	}
	make_pe(0x8664, 0x20b, 10, 1234);
	identify(sizeof(file));
	CHECK(image.is_signed);
	make_pe(0x014c, 0x10b, 10, 1234);
	identify(sizeof(file));
	CHECK(image.is_signed);
	make_pe(0x1234, 0x20b, 11, 0); /* a driver for an unknown machine */
	identify(sizeof(file));
	CHECK(image.kind == IMAGE_EFI && !image.arch);
}

static void
not_efi(void)
{
	make_pe(0x8664, 0x20b, 3, 0); /* a Windows program */
	identify(sizeof(file));
	CHECK(image.kind != IMAGE_EFI && !image.efi);
	make_pe(0x8664, 0x20b, 10, 0);
	file[0x80] = 'X';
	identify(sizeof(file));
	CHECK(!image.efi);
	make_pe(0x8664, 0x20b, 10, 0);
	put16(0x3e, 0xffff); /* the header far behind the end */
	identify(sizeof(file));
	CHECK(!image.efi);
}

static void
kernels(void)
{
	make_pe(0x8664, 0x20b, 10, 0);
	make_x86_kernel(0x20f, 3);
	identify(sizeof(file));
	CHECK(image.kind == IMAGE_LINUX && image.efi);
	CHECK_STR(image.arch, "efi-x64");
	CHECK_STR(image.version, "6.1.0-13-amd64");
	memset(file, 0, sizeof(file));
	make_x86_kernel(0x204, 0);
	identify(sizeof(file));
	CHECK(image.kind == IMAGE_LINUX && !image.efi);
	CHECK_STR(image.arch, "efi-ia32");
	identify(0x500); /* the version lies behind */
	CHECK(image.kind == IMAGE_LINUX);
	CHECK_STR(image.version, "");
	make_pe(0xaa64, 0x20b, 10, 0);
	memcpy(file + 56, "ARM\x64", 4);
	identify(sizeof(file));
	CHECK(image.kind == IMAGE_LINUX && image.efi);
	CHECK_STR(image.arch, "efi-arm64");
	memset(file, 0, sizeof(file));
	memcpy(file + 56, "RSC\x05", 4);
	identify(sizeof(file));
	CHECK(image.kind == IMAGE_LINUX && !image.efi);
	CHECK_STR(image.arch, "efi-riscv64");
	make_pe(0xaa64, 0x20b, 10, 0);
	memcpy(file + 4, "zimg", 4); /* EFI zboot */
	identify(sizeof(file));
	CHECK(image.kind == IMAGE_LINUX && image.efi);
	CHECK_STR(image.arch, "efi-arm64");
}

struct magic_case {
	const char *bytes;
	size_t len;
	enum image_kind want;
};
#define MAGIC(s, want) \
	{ \
		s, sizeof(s) - 1, want \
	}

static void
others(void)
{
	static const struct magic_case list[] = {
		MAGIC("#!ipxe\nchain x\n", IMAGE_IPXE_SCRIPT),
		MAGIC("#!gpxe\n", IMAGE_IPXE_SCRIPT),
		MAGIC("#!/bin/sh\n", IMAGE_TEXT),
		MAGIC("set timeout=5\n", IMAGE_TEXT),
		MAGIC("\xd0\xbf\xd1\x80\n", IMAGE_TEXT),
		MAGIC("text\0text", IMAGE_UNKNOWN),
		MAGIC("\x1f\x8b\x08", IMAGE_GZIP),
		MAGIC("\xfd"
		      "7zXZ\0\0",
		    IMAGE_XZ),
		MAGIC("\x28\xb5\x2f\xfd\x04", IMAGE_ZSTD),
		MAGIC("\x04\x22\x4d\x18\x64", IMAGE_LZ4),
		MAGIC("070701000", IMAGE_CPIO),
		MAGIC("\x7f"
		      "ELF\x02",
		    IMAGE_ELF),
		MAGIC("\xea\x05\0\xc0\x07\0\0\0\0\0\0\0\0\0\0\0", IMAGE_BIOS),
		MAGIC("\xeb\x3c\x90\0\0\0\0\0\0\0\0\0\0\0\0\0", IMAGE_BIOS),
		MAGIC("\xeb\x01", IMAGE_UNKNOWN),
		MAGIC("", IMAGE_UNKNOWN),
		MAGIC("MZ", IMAGE_TEXT),
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		image_identify(list[i].bytes, list[i].len, &image);
		if (image.kind != list[i].want)
			printf("# case %zu\n", i);
		CHECK_STR(image_kind_name(image.kind), image_kind_name(list[i].want));
		CHECK(!image.efi);
	}
	image_identify("\xea\x05\0\xc0\x07\0\0\0\0\0\0\0\0\0\0\0", 16, &image);
	CHECK_STR(image.arch, "bios");
}

static void
iso_image(void)
{
	static uint8_t iso[32774];

	memcpy(iso + 32769, "CD001", 5);
	image_identify(iso, sizeof(iso), &image);
	CHECK_INT(image.kind, IMAGE_ISO9660);
	image_identify(iso, sizeof(iso) - 1, &image);
	CHECK_INT(image.kind, IMAGE_UNKNOWN);
}

/* Copies of exactly n bytes: a sanitizer sees any read behind them. */
static void
every_length(void)
{
	make_pe(0x8664, 0x20b, 10, 99);
	make_x86_kernel(0x20f, 1);
	for (size_t n = 0; n <= 0x600; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		if (!copy)
			abort();
		memcpy(copy, file, n);
		image_identify(copy, n, &image);
		CHECK(n < 0x280 || image.kind == IMAGE_LINUX);
		free(copy);
	}
}

int
main(void)
{
	RUN(efi_applications);
	RUN(not_efi);
	RUN(kernels);
	RUN(others);
	RUN(iso_image);
	RUN(every_length);
	return TEST_EXIT();
}

#include <stdlib.h>

#include "bootprog.h"
#include "test.h"
#include "wire.h"

static uint8_t bytes[8192];
static struct bootprog p;

enum { PE_AT = 0x80, SECTIONS_AT = PE_AT + 24 + 240, DATA_AT = 0x1000 };

static void
le16(size_t at, unsigned v)
{
	bytes[at] = (uint8_t)v;
	bytes[at + 1] = (uint8_t)(v >> 8);
}

static void
le32(size_t at, unsigned v)
{
	le16(at, v & 0xffff);
	le16(at + 2, v >> 16);
}

/* An EFI application of this PE type with these sections, the data of .sbat at DATA_AT. */
static void
efi_program(unsigned machine, const char *const *section, const char *sbat)
{
	unsigned n = 0;

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, "MZ", 2);
	le32(0x3c, PE_AT);
	memcpy(bytes + PE_AT, "PE\0\0", 4);
	le16(PE_AT + 4, machine);
	le16(PE_AT + 20, 240);
	le16(PE_AT + 24, 0x20b);
	le16(PE_AT + 24 + 68, 10);
	for (; section && section[n]; n++) {
		size_t at = SECTIONS_AT + n * 40;

		memcpy(bytes + at, section[n], strlen(section[n]));
		if (strcmp(section[n], ".sbat") == 0) {
			le32(at + 8, (unsigned)strlen(sbat));
			le32(at + 20, DATA_AT);
			memcpy(bytes + DATA_AT, sbat, strlen(sbat));
		}
	}
	le16(PE_AT + 6, n);
}

static void
put_text(size_t at, const char *text)
{
	memcpy(bytes + at, text, strlen(text) + 1);
}

static void
shim_and_whose(void)
{
	static const char *const sections[] = { ".text", ".sbat", "/4", "/14", NULL };

	efi_program(0xaa64, sections,
	    "sbat,1,SBAT Version,sbat,1,https://x\nshim,4,UEFI shim,shim,1,https://x\n"
	    "shim.debian,1,Debian,shim,15.8,https://x\n");
	bootprog_identify(bytes, 4096, &p);
	CHECK_INT(p.kind, BOOTPROG_SHIM);
	CHECK_STR(p.next, "grubaa64.efi");
	CHECK_STR(p.vendor, ""); /* lies behind the first bytes */
	put_text(0x1800, "UEFI SHIM\n$Version: 15.8 $\n");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_SHIM);
	CHECK_STR(p.vendor, "Debian");
	CHECK_STR(p.version, "15.8");
	efi_program(0x8664, sections, ""); /* an empty one will do */
	bootprog_identify(bytes, 4096, &p);
	CHECK_INT(p.kind, BOOTPROG_SHIM);
}

/* The sections of shim 16.1, their long names behind no symbols. */
static void
shim_and_its_level(void)
{
	static const char *const sections[] = { ".text", ".sbat", "/4", "/14", NULL };
	static const char level[] =
	    "\0\0\0\0\x08\0\0\0\x29\0\0\0sbat,1,2025021800\nshim,4\ngrub,5\n\0sbat,1,2025051000\nshim,4\ngrub,9\n";

	efi_program(
	    0x8664, sections, "sbat,1,SBAT Version\nshim,4,UEFI shim,shim,1,x\nshim.debian,1,Debian,shim,16.1,x\n");
	le32(PE_AT + 12, 0x1900);
	le32(SECTIONS_AT + 3 * 40 + 8, sizeof(level));
	le32(SECTIONS_AT + 3 * 40 + 20, 0x1a00);
	memcpy(bytes + 0x1a00, level, sizeof(level));
	put_text(0x1904, ".eh_frame");
	put_text(0x190e, ".sbatlevel");
	put_text(0x1800, "UEFI SHIM\n");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_SHIM);
	CHECK_STR(p.sbat, "shim,4 shim.debian,1");
	CHECK_STR(p.level, "shim,4 grub,5");
	for (size_t n = 0; n < 0x1a00 + sizeof(level); n += 7) /* cut anywhere */
		bootprog_identify(bytes, n, &p);
	le32(0x1a00, 1); /* another format */
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_STR(p.level, "");
	le32(0x1a00, 0);
	le32(0x1a04, 0xffffffff);
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_STR(p.level, "");
}

static void
grub_and_what_is_in_it(void)
{
	static const char *const sections[] = { ".text", "mods", ".sbat", NULL };

	efi_program(0x8664, sections,
	    "sbat,1,SBAT Version,sbat,1,https://x\ngrub,5,Free Software Foundation,grub,2.06,https://x\n"
	    "grub.debian,5,Debian,grub2,2.06-13+deb12u2,https://x\n"
	    "grub.peimage,2,Canonical,grub2,2.06-13+deb12u2,https://x\n");
	bootprog_identify(bytes, 4096, &p);
	CHECK_INT(p.kind, BOOTPROG_GRUB);
	CHECK(!p.has_config && !p.network);
	memcpy(bytes + 0x1800, "mimg", 4);
	le32(0x1808, 24);
	le32(0x1810, 24 + 20 + 24);
	le32(0x1818, 2);
	le32(0x181c, 20);
	put_text(0x1820, "set x=y\n");
	le32(0x182c, 3);
	le32(0x1830, 24);
	put_text(0x1834, "/EFI/debian");
	put_text(0x1900, "blksize");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_GRUB);
	CHECK(p.has_config && p.network);
	CHECK_STR(p.config, "set x=y\n");
	CHECK_STR(p.prefix, "/EFI/debian");
	CHECK_STR(p.vendor, "Debian");
	CHECK_STR(p.version, "2.06-13+deb12u2");
	CHECK_STR(p.sbat, "grub,5 grub.debian,5 grub.peimage,2");
	CHECK(!p.http);
	CHECK_STR(p.lacks,
	    "linux linux16 linuxefi initrd initrd16 initrdefi multiboot multiboot2 module module2 chainloader");
	put_text(0x1a20, "linux");
	put_text(0x1a40, "initrd");
	put_text(0x1a60, "chainloader");
	put_text(0x1a00, "HTTP/1.1");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK(p.http);
	CHECK_STR(p.lacks, "linux16 linuxefi initrd16 initrdefi multiboot multiboot2 module module2");
}

static void
other_efi_programs(void)
{
	static const char *const plain[] = { ".text", NULL }, *const systemd[] = { ".text", ".sdmagic", NULL };

	efi_program(0x8664, systemd, "");
	put_text(0x1800, "#### LoaderInfo: systemd-boot 252.39-1~deb12u1 ####");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_SYSTEMD_BOOT);
	CHECK_STR(p.version, "252.39-1~deb12u1");

	efi_program(0x8664, plain, "");
	put_text(0x1800, "ldlinux.e64");
	put_text(0x1900, "User-Agent: Syslinux/6.04\r\n");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_SYSLINUX_EFI);
	CHECK_STR(p.version, "6.04");

	efi_program(0x8664, plain, "");
	put_text(0x1800, "See http://ipxe.org/cmd/%s");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_IPXE);

	efi_program(0x8664, plain, "");
	put_text(0x1800, "See https://ipxe.org/cmd/%s");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_IPXE);

	efi_program(0x8664, plain, "");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_OTHER);
}

static void
bios_programs(void)
{
	memset(bytes, 0, sizeof(bytes));
	bytes[0] = 0xea;
	put_text(0x100, "PXELINUX 6.04 PXE 20200816 Copyright");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_PXELINUX);
	CHECK_STR(p.version, "6.04");
	put_text(0x100, "PXELINUX 6.04 lwIP 20200816 Copyright");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_LPXELINUX);
	put_text(0x100, "PXE->EB: !PXE at ");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_IPXE);
	CHECK_STR(p.version, "");
	put_text(0, "#!ipxe\n");
	bootprog_identify(bytes, 7, &p);
	CHECK_INT(p.kind, BOOTPROG_IPXE_SCRIPT);
}

/* An error page or a menu may name these programs. */
static void
what_only_mentions_them(void)
{
	static const char page[] = "<html>404: see http://ipxe.org</html>", menu[] = "# for PXELINUX 6.04\nDEFAULT x\n";

	bootprog_identify(page, sizeof(page) - 1, &p);
	CHECK_INT(p.kind, BOOTPROG_OTHER);
	bootprog_identify(menu, sizeof(menu) - 1, &p);
	CHECK_INT(p.kind, BOOTPROG_OTHER);
}

/* wimboot, MEMDISK, memtest86+ and ipxe.lkrn look like kernels, which their loaders shall take them for. */
static void
what_looks_like_a_kernel(void)
{
	memset(bytes, 0, sizeof(bytes));
	le16(0x1fe, 0xaa55);
	memcpy(bytes + 0x202, "HdrS", 4);
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_KERNEL);
	put_text(0x1000, "wimboot v2.7.5 -- Windows Imaging Format bootloader");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_WIMBOOT);
	CHECK_STR(p.version, "2.7.5");
	put_text(0x1000, "Memtest86+ v6.10");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_MEMTEST);
	CHECK_STR(p.version, "6.10");
	put_text(0x1000, "MEMDISK 6.04 20200816");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_MEMDISK);
	CHECK_STR(p.version, "6.04");
	put_text(0x1000, "iPXE initialising devices...");
	bootprog_identify(bytes, sizeof(bytes), &p);
	CHECK_INT(p.kind, BOOTPROG_IPXE);
}

static void
names_of_files(void)
{
	CHECK_INT(bootprog_by_name("EFI/BOOT/shimx64.efi"), BOOTPROG_SHIM);
	CHECK_INT(bootprog_by_name("GRUBAA64.EFI"), BOOTPROG_GRUB);
	CHECK_INT(bootprog_by_name("EFI/BOOT/mmx64.efi"), BOOTPROG_MOK_MANAGER);
	CHECK_INT(bootprog_by_name("EFI/BOOT/BOOTX64.EFI"), BOOTPROG_OTHER);
	CHECK_STR(bootprog_word(BOOTPROG_MOK_MANAGER), "mok");
	CHECK_STR(bootprog_title(BOOTPROG_GRUB), "GRUB");
}

static void
what_shim_starts(void)
{
	char next[64];

	bootprog_shim_next("efi-arm32", next);
	CHECK_STR(next, "grubarm.efi");
	bootprog_shim_next("efi-ia32", next);
	CHECK_STR(next, "grubia32.efi");
	bootprog_shim_next("", next);
	CHECK_STR(next, "grubx64.efi");
}

/* Every header cut at every length: nothing behind the bytes is read (the copy is
 * of just that size, for the sanitizers). */
static void
cut_anywhere(void)
{
	static const char *const sections[] = { ".text", "mods", ".sbat", "/4", NULL };

	efi_program(0x8664, sections, "grub,5,FSF,grub,2.06,https://x\ngrub.debian,5,Debian,grub2,2.06-13,https://x");
	memcpy(bytes + 0x1100, "mimg", 4);
	for (size_t n = 0; n < 0x1200; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		memcpy(copy, bytes, n);
		bootprog_identify(copy, n, &p);
		CHECK(bootprog_word(p.kind) != NULL);
		free(copy);
	}
}

int
main(void)
{
	RUN(shim_and_whose);
	RUN(shim_and_its_level);
	RUN(grub_and_what_is_in_it);
	RUN(other_efi_programs);
	RUN(bios_programs);
	RUN(what_only_mentions_them);
	RUN(what_looks_like_a_kernel);
	RUN(names_of_files);
	RUN(what_shim_starts);
	RUN(cut_anywhere);
	return TEST_EXIT();
}

/*
 * What a boot file is, from its first bytes: EFI application (machine,
 * signature), Linux kernel, BIOS loader, iPXE script, text (PE/COFF, the
 * Linux boot protocol, arm64 booting.rst).  Pure.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define IMAGE_PEEK 4096 /* that many first bytes are enough */

enum image_kind {
	IMAGE_UNKNOWN,
	IMAGE_EFI,         /* PE with an EFI subsystem (a Linux kernel with an EFI stub is IMAGE_LINUX) */
	IMAGE_LINUX,       /* bzImage, or arm64 / riscv64 Image */
	IMAGE_BIOS,        /* x86 code that starts with a jump: pxelinux.0, undionly.kpxe */
	IMAGE_ELF,         /* a kernel for Multiboot, a COMBOOT 32 module */
	IMAGE_IPXE_SCRIPT, /* #!ipxe or #!gpxe */
	IMAGE_GZIP,
	IMAGE_XZ,
	IMAGE_ZSTD,
	IMAGE_LZ4,
	IMAGE_CPIO,
	IMAGE_ISO9660, /* needs 32774 bytes to be seen */
	IMAGE_TEXT
};

struct image {
	enum image_kind kind;
	const char *arch; /* a name of machine.h ("efi-x64", "efi-arm64" ...), "bios" for IMAGE_BIOS; NULL unknown */
	bool efi;         /* can be started by UEFI (also a kernel with a stub) */
	bool is_signed;   /* has an Authenticode table */
	char version[64]; /* of an x86 kernel, when it lies within the bytes given; else "" */
};

void image_identify(const void *bytes, size_t len, struct image *out);

/* Sets *out to the COFF header of a PE file, which starts with the machine type.
 * False if these bytes are none, or end before it. */
bool image_pe_header(const void *bytes, size_t len, struct rd *out);
const char *image_kind_name(enum image_kind k);

#endif

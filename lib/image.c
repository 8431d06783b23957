#include "image.h"

#include <string.h>

#include "machine.h"

static bool
has(const void *bytes, size_t len, size_t at, const char *magic, size_t n)
{
	struct rd r = rd_at(bytes, len, at);
	const uint8_t *p = rd_take(&r, n);

	return p && memcmp(p, magic, n) == 0;
}

/* ---- PE/COFF (Microsoft, "PE Format") ---------------------------------- */

enum {
	PE_POINTER = 0x3c,
	PE_SUBSYSTEM_EFI_APP = 10,
	PE_SUBSYSTEM_EFI_LAST = 13,
	PE_CERTIFICATES = 4 /* data directory entry of the Authenticode table */
};

/* From the optional header's start: is there a certificate table? */
static bool
pe_signed(struct rd optional, bool plus)
{
	uint32_t directories;

	rd_take(&optional, plus ? 108 : 92);
	directories = rd_le32(&optional);
	if (directories <= PE_CERTIFICATES)
		return false;
	rd_take(&optional, PE_CERTIFICATES * 8);
	return rd_le32(&optional) != 0 && rd_le32(&optional) != 0;
}

bool
image_pe_header(const void *bytes, size_t len, struct rd *out)
{
	struct rd r = rd_at(bytes, len, PE_POINTER);
	uint32_t at = rd_le32(&r);

	if (!has(bytes, len, 0, "MZ", 2) || r.bad || !has(bytes, len, at, "PE\0\0", 4))
		return false;
	*out = rd_at(bytes, len, (size_t)at + 4);
	return true;
}

/* Fills what a PE header says; false when these bytes are none. */
static bool
read_pe(const void *bytes, size_t len, struct image *out)
{
	struct rd r, optional, subsystem;
	uint16_t machine, magic, kind;
	const struct machine *m;

	if (!image_pe_header(bytes, len, &r))
		return false;
	machine = rd_le16(&r);
	rd_take(&r, 18);
	optional = subsystem = r;
	magic = rd_le16(&r);
	rd_take(&subsystem, 68);
	kind = rd_le16(&subsystem);
	if (subsystem.bad || (magic != 0x10b && magic != 0x20b) || kind < PE_SUBSYSTEM_EFI_APP ||
	    kind > PE_SUBSYSTEM_EFI_LAST)
		return false;
	out->kind = IMAGE_EFI;
	out->efi = true;
	m = machine_by_pe(machine);
	out->arch = m ? m->name : NULL;
	out->is_signed = pe_signed(optional, magic == 0x20b);
	return true;
}

/* ---- Linux ------------------------------------------------------------- */

/* Documentation/arch/x86/boot.rst: offsets in the setup header. */
enum {
	X86_BOOT_FLAG = 0x1fe,
	X86_MAGIC = 0x202,
	X86_VERSION = 0x206,
	X86_KERNEL_VERSION = 0x20e,
	X86_XLOADFLAGS = 0x236,
	X86_PROTOCOL_64 = 0x20c,
	X86_KERNEL_64 = 1
};

static uint16_t
le16_at(const void *bytes, size_t len, size_t at)
{
	struct rd r = rd_at(bytes, len, at);

	return rd_le16(&r);
}

static void
read_x86_version(const void *bytes, size_t len, struct image *out)
{
	size_t at = le16_at(bytes, len, X86_KERNEL_VERSION), n = 0;
	struct rd r = rd_at(bytes, len, at + 0x200);

	if (at == 0)
		return;
	while (n < sizeof(out->version) - 1) {
		uint8_t c = rd_u8(&r);

		if (c <= ' ' || c >= 0x7f)
			break; /* the builder's name and date follow a blank */
		out->version[n++] = (char)c;
	}
	out->version[n] = '\0';
}

static bool
read_x86_kernel(const void *bytes, size_t len, struct image *out)
{
	uint16_t protocol = le16_at(bytes, len, X86_VERSION);

	if (le16_at(bytes, len, X86_BOOT_FLAG) != 0xaa55 || !has(bytes, len, X86_MAGIC, "HdrS", 4))
		return false;
	out->kind = IMAGE_LINUX;
	out->arch = protocol >= X86_PROTOCOL_64 && (le16_at(bytes, len, X86_XLOADFLAGS) & X86_KERNEL_64) ? "efi-x64" :
	                                                                                                   "efi-ia32";
	read_x86_version(bytes, len, out);
	return true;
}

/* Documentation/arch/{arm64/booting,riscv/boot-image-header}.rst, and the EFI
 * zboot header of drivers/firmware/efi/libstub/zboot-header.S. */
static bool
read_other_kernel(const void *bytes, size_t len, struct image *out)
{
	if (has(bytes, len, 56, "ARM\x64", 4))
		out->arch = "efi-arm64";
	else if (has(bytes, len, 56, "RSC\x05", 4))
		out->arch = "efi-riscv64";
	else if (out->kind != IMAGE_EFI || !has(bytes, len, 4, "zimg", 4))
		return false;
	out->kind = IMAGE_LINUX;
	return true;
}

/* ---- the rest ---------------------------------------------------------- */

static const struct {
	enum image_kind kind;
	size_t at, n;
	const char *magic;
} magics[] = {
	{ IMAGE_IPXE_SCRIPT, 0, 6, "#!ipxe" },
	{ IMAGE_IPXE_SCRIPT, 0, 6, "#!gpxe" },
	{ IMAGE_GZIP, 0, 2, "\x1f\x8b" },
	{ IMAGE_XZ, 0, 6,
	    "\xfd"
	    "7zXZ\0" },
	{ IMAGE_ZSTD, 0, 4, "\x28\xb5\x2f\xfd" },
	{ IMAGE_LZ4, 0, 4, "\x02\x21\x4c\x18" },
	{ IMAGE_LZ4, 0, 4, "\x04\x22\x4d\x18" },
	{ IMAGE_CPIO, 0, 5, "07070" },
	{ IMAGE_ELF, 0, 4,
	    "\x7f"
	    "ELF" },
	{ IMAGE_ISO9660, 32769, 5, "CD001" },
};

static enum image_kind
by_magic(const void *bytes, size_t len)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (has(bytes, len, magics[i].at, magics[i].magic, magics[i].n))
			return magics[i].kind;
	return IMAGE_UNKNOWN;
}

static bool
is_text(const uint8_t *b, size_t len)
{
	if (len == 0)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((b[i] < ' ' && !strchr("\t\n\r\f\033", b[i])) || b[i] == 0x7f || b[i] == 0)
			return false;
	return true;
}

/* A network boot program starts with code at 07c0:0000 (PXE 2.1, 3.3), and
 * every one known begins with a jump. */
static bool
is_bios_loader(const uint8_t *b, size_t len)
{
	return len >= 16 && (b[0] == 0xea || b[0] == 0xeb || b[0] == 0xe9);
}

void
image_identify(const void *bytes, size_t len, struct image *out)
{
	bool pe;

	*out = (struct image){ .kind = IMAGE_UNKNOWN };
	pe = read_pe(bytes, len, out);
	if (read_x86_kernel(bytes, len, out) || read_other_kernel(bytes, len, out) || pe)
		return;
	out->kind = by_magic(bytes, len);
	if (out->kind != IMAGE_UNKNOWN)
		return;
	if (is_text(bytes, len < 512 ? len : 512)) {
		out->kind = IMAGE_TEXT;
	} else if (is_bios_loader(bytes, len)) {
		out->kind = IMAGE_BIOS;
		out->arch = "bios";
	}
}

const char *
image_kind_name(enum image_kind k)
{
	static const char *const name[] = {
		[IMAGE_UNKNOWN] = "unknown",
		[IMAGE_EFI] = "efi",
		[IMAGE_LINUX] = "linux",
		[IMAGE_BIOS] = "bios",
		[IMAGE_ELF] = "elf",
		[IMAGE_IPXE_SCRIPT] = "ipxe-script",
		[IMAGE_GZIP] = "gzip",
		[IMAGE_XZ] = "xz",
		[IMAGE_ZSTD] = "zstd",
		[IMAGE_LZ4] = "lz4",
		[IMAGE_CPIO] = "cpio",
		[IMAGE_ISO9660] = "iso9660",
		[IMAGE_TEXT] = "text",
	};

	return name[k];
}

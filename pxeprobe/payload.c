#include "payload.h"

#include <stdio.h>
#include <string.h>

#include "bootprog.h"
#include "elf.h"
#include "image.h"
#include "wire.h"

static enum payload_state
payload_bad(char why[PAYLOAD_WHY], const char *text)
{
	snprintf(why, PAYLOAD_WHY, "%s", text);
	return PAYLOAD_BAD;
}

static bool
starts_with(const struct payload *p, const char *magic, size_t n)
{
	return p->kept >= n && memcmp(p->bytes, magic, n) == 0;
}

/* Every line feed of a binary file has a carriage return before it: FTP in text
 * mode, or an editor.  In any other file one in 256 would. */
static bool
is_mangled(const struct payload *p)
{
	unsigned feeds = 0;

	for (size_t i = 0; i < p->kept; i++) {
		if (p->bytes[i] != '\n')
			continue;
		if (i == 0 || p->bytes[i - 1] != '\r')
			return false;
		feeds++;
	}
	return feeds >= 4;
}

/* ---- how long a program says that it is ---------------------------------- */

/* The end of what a PE file's sections and its signature lie in. */
static uint64_t
pe_end(const struct payload *p)
{
	struct rd r, optional;
	uint16_t sections, length, magic;
	uint64_t end = 0, at;

	if (!image_pe_header(p->bytes, p->kept, &r))
		return 0;
	rd_take(&r, 2);
	sections = rd_le16(&r);
	rd_take(&r, 12);
	length = rd_le16(&r);
	rd_take(&r, 2);
	optional = rd_sub(&r, length);
	magic = rd_le16(&optional);
	rd_take(&optional, (magic == 0x20b ? 112 : 96) - 2 + 4 * 8);
	at = rd_le32(&optional);
	at += rd_le32(&optional);
	if (!optional.bad)
		end = at;
	for (unsigned i = 0; i < sections; i++) {
		struct rd s = rd_sub(&r, 40);

		rd_take(&s, 16);
		at = rd_le32(&s);
		at += rd_le32(&s);
		if (s.bad)
			break;
		end = at > end ? at : end;
	}
	return end;
}

/* Documentation/arch/x86/boot.rst: setup sectors, and 16-byte units behind them. */
static uint64_t
bzimage_end(const struct payload *p)
{
	struct rd r = rd_at(p->bytes, p->kept, 0x1f1);
	uint64_t sectors = rd_u8(&r), units;

	rd_take(&r, 2);
	units = rd_le32(&r);
	/* Builds before 2.6.26 round the length up. */
	return r.bad || !units ? 0 : ((sectors ? sectors : 4) + 1) * 512 + units * 16 - 16;
}

static bool
is_cut(const struct payload *p, enum image_kind kind, char why[PAYLOAD_WHY])
{
	uint64_t end = pe_end(p), linux_end;

	if (kind == IMAGE_LINUX && p->kept > 0x206 && memcmp(p->bytes + 0x202, "HdrS", 4) == 0) {
		linux_end = bzimage_end(p);
		end = linux_end > end ? linux_end : end;
	} else if (kind == IMAGE_ELF) {
		end = elf_end(p->bytes, p->kept);
	}
	if (end <= p->size)
		return false;
	snprintf(why, PAYLOAD_WHY, "it is cut short: %llu bytes of %llu", (unsigned long long)p->size,
	    (unsigned long long)end);
	return true;
}

enum payload_state
payload_program(const struct payload *p, char why[PAYLOAD_WHY])
{
	struct image i;

	image_identify(p->bytes, p->kept, &i);
	if (i.kind == IMAGE_TEXT || i.kind == IMAGE_IPXE_SCRIPT)
		return PAYLOAD_GOOD; /* its lines may end as they like */
	if (is_mangled(p))
		return payload_bad(why, "its line ends were converted (CR LF): it was not copied as a binary file");
	return is_cut(p, i.kind, why) ? PAYLOAD_BAD : PAYLOAD_GOOD;
}

/* ---- kernels ---------------------------------------------------------------- */

bool
payload_is_linux(const struct payload *p)
{
	struct bootprog program;

	bootprog_identify(p->bytes, p->kept, &program);
	return program.kind == BOOTPROG_KERNEL;
}

enum payload_state
payload_kernel(const struct payload *p, char why[PAYLOAD_WHY])
{
	bool efi = strncmp(p->machine, "efi-", 4) == 0;
	struct image i;

	why[0] = '\0';
	image_identify(p->bytes, p->kept, &i);
	if (p->size == 0)
		return payload_bad(why, "it is empty");
	if (i.kind == IMAGE_TEXT)
		return payload_bad(why, "it is text, not a kernel");
	if (payload_program(p, why) == PAYLOAD_BAD)
		return PAYLOAD_BAD;
	switch (i.kind) {
	case IMAGE_LINUX:
	case IMAGE_IPXE_SCRIPT:
		return PAYLOAD_GOOD;
	case IMAGE_EFI:
		return strcmp(p->machine, "bios") == 0 ?
		    payload_bad(why, "it is an EFI program, but this is a BIOS machine") :
		    PAYLOAD_GOOD;
	case IMAGE_GZIP:
		/* What is inside was not looked at; only some loaders get that far. */
		if (!p->unpacks && strcmp(p->machine, "bios") == 0)
			return payload_bad(why, "it is compressed (gzip), which this loader does not unpack");
		return PAYLOAD_GOOD;
	case IMAGE_CPIO:
	case IMAGE_XZ:
	case IMAGE_ZSTD:
	case IMAGE_LZ4:
	case IMAGE_ISO9660:
		snprintf(why, PAYLOAD_WHY, "it is no kernel, but %s", image_kind_name(i.kind));
		return PAYLOAD_BAD;
	default:
		break;
	}
	if (efi && i.kind != IMAGE_ELF)
		return payload_bad(why, "it is neither a kernel nor an EFI program");
	if (i.kind == IMAGE_ELF)
		return PAYLOAD_GOOD;
	snprintf(why, PAYLOAD_WHY, "it is none of the kernels known here");
	return PAYLOAD_UNSURE;
}

enum payload_state
payload_initrd(const struct payload *p, char why[PAYLOAD_WHY])
{
	/* init/initramfs.c, lib/decompress.c and init/do_mounts_rd.c.  Microcode in
	 * front is a cpio of its own. */
	static const struct {
		const char *magic;
		size_t n;
	} takes[] = { { "070701", 6 }, { "070702", 6 }, { "\x1f\x8b", 2 }, { "\x1f\x9e", 2 }, { "BZh", 3 },
		{ "\x5d\0\0", 3 },
		{ "\xfd"
		  "7zXZ",
		    5 },
		{ "\x89LZO", 4 }, { "\x02\x21\x4c\x18", 4 }, { "\x28\xb5\x2f\xfd", 4 }, { "hsqs", 4 },
		{ "-rom1fs-", 8 }, { "\x45\x3d\xcd\x28", 4 } };
	struct payload rest = *p;
	struct image i;

	why[0] = '\0';
	/* Zeros may stand before an archive. */
	while (rest.kept >= 4 && memcmp(rest.bytes, "\0\0\0\0", 4) == 0) {
		rest.bytes += 4;
		rest.kept -= 4;
	}
	if (p->size == 0)
		return payload_bad(why, "it is empty");
	if (rest.kept < 4 && p->size > p->kept)
		return PAYLOAD_UNSURE;
	image_identify(rest.bytes, rest.kept, &i);
	for (size_t k = 0; k < sizeof(takes) / sizeof(takes[0]); k++)
		if (starts_with(&rest, takes[k].magic, takes[k].n))
			return i.kind != IMAGE_CPIO && is_mangled(&rest) ?
			    payload_bad(
			        why, "its line ends were converted (CR LF): it was not copied as a binary file") :
			    PAYLOAD_GOOD;
	/* ext2, as the first kernels had it. */
	if (p->kept > 1082 && p->bytes[1080] == 0x53 && p->bytes[1081] == 0xef)
		return PAYLOAD_GOOD;
	if (starts_with(&rest, "\x04\x22\x4d\x18", 4))
		return payload_bad(why, "it is an LZ4 frame; the kernel reads the legacy format (lz4 -l)");
	snprintf(why, PAYLOAD_WHY, "it is no initrd, but %s",
	    i.kind == IMAGE_UNKNOWN ? "something else" : image_kind_name(i.kind));
	return PAYLOAD_BAD;
}

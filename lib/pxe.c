#include "pxe.h"

#include <string.h>

/* IANA, "Dynamic Host Configuration Protocol (DHCP) Parameters", Processor
 * Architecture Types.  9 is EBC there and x64 in every firmware that sends it
 * (RFC 4578's table was wrong, errata 4624). */
static const struct pxe_arch archs[] = {
	{ 0x00, "bios", "x86 BIOS", false, false },
	{ 0x01, "pc98", "NEC/PC98", false, false },
	{ 0x02, "efi-itanium", "Itanium", true, false },
	{ 0x03, "alpha", "DEC Alpha", false, false },
	{ 0x04, "arc-x86", "Arc x86", false, false },
	{ 0x05, "lean-client", "Intel Lean Client", false, false },
	{ 0x06, "efi-ia32", "x86 UEFI", true, false },
	{ 0x07, "efi-x64", "x64 UEFI", true, false },
	{ 0x08, "efi-xscale", "EFI Xscale", true, false },
	{ 0x09, "efi-x64", "EBC", true, false },
	{ 0x0a, "efi-arm32", "ARM 32-bit UEFI", true, false },
	{ 0x0b, "efi-arm64", "ARM 64-bit UEFI", true, false },
	{ 0x0c, "ppc-of", "PowerPC Open Firmware", false, false },
	{ 0x0d, "ppc-epapr", "PowerPC ePAPR", false, false },
	{ 0x0e, "ppc-opal", "POWER OPAL v3", false, false },
	{ 0x0f, "efi-ia32", "x86 UEFI boot from HTTP", true, true },
	{ 0x10, "efi-x64", "x64 UEFI boot from HTTP", true, true },
	{ 0x11, "efi-ebc", "EBC boot from HTTP", true, true },
	{ 0x12, "efi-arm32", "ARM UEFI 32 boot from HTTP", true, true },
	{ 0x13, "efi-arm64", "ARM UEFI 64 boot from HTTP", true, true },
	{ 0x14, "bios", "pc/at BIOS boot from HTTP", false, true },
	{ 0x15, "uboot-arm32", "ARM 32 U-Boot", false, false },
	{ 0x16, "uboot-arm64", "ARM 64 U-Boot", false, false },
	{ 0x17, "uboot-arm32", "ARM U-Boot 32 boot from HTTP", false, true },
	{ 0x18, "uboot-arm64", "ARM U-Boot 64 boot from HTTP", false, true },
	{ 0x19, "efi-riscv32", "RISC-V 32-bit UEFI", true, false },
	{ 0x1a, "efi-riscv32", "RISC-V 32-bit UEFI boot from HTTP", true, true },
	{ 0x1b, "efi-riscv64", "RISC-V 64-bit UEFI", true, false },
	{ 0x1c, "efi-riscv64", "RISC-V 64-bit UEFI boot from HTTP", true, true },
	{ 0x1d, "efi-riscv128", "RISC-V 128-bit UEFI", true, false },
	{ 0x1e, "efi-riscv128", "RISC-V 128-bit UEFI boot from HTTP", true, true },
	{ 0x1f, "s390", "s390 Basic", false, false },
	{ 0x20, "s390x", "s390 Extended", false, false },
	{ 0x21, "efi-mips32", "MIPS 32-bit UEFI", true, false },
	{ 0x22, "efi-mips64", "MIPS 64-bit UEFI", true, false },
	{ 0x23, "efi-sunway32", "Sunway 32-bit UEFI", true, false },
	{ 0x24, "efi-sunway64", "Sunway 64-bit UEFI", true, false },
	{ 0x25, "efi-loong32", "LoongArch 32-bit UEFI", true, false },
	{ 0x26, "efi-loong32", "LoongArch 32-bit UEFI boot from HTTP", true, true },
	{ 0x27, "efi-loong64", "LoongArch 64-bit UEFI", true, false },
	{ 0x28, "efi-loong64", "LoongArch 64-bit UEFI boot from HTTP", true, true },
	{ 0x29, "rpi", "ARM rpiboot", false, false },
};
#define ARCHS (sizeof(archs) / sizeof(archs[0]))

const struct pxe_arch *
pxe_archs(size_t *n)
{
	*n = ARCHS;
	return archs;
}

const struct pxe_arch *
pxe_arch(uint16_t code)
{
	return code < ARCHS ? &archs[code] : NULL; /* the registry has no gaps */
}

bool
pxe_arch_known(const char *name)
{
	for (size_t i = 0; i < ARCHS; i++)
		if (strcmp(archs[i].name, name) == 0)
			return true;
	return false;
}

bool
pxe_arch_code(const char *name, bool http, uint16_t *code)
{
	for (size_t i = 0; i < ARCHS; i++)
		if (strcmp(archs[i].name, name) == 0 && archs[i].http == http) {
			*code = archs[i].code;
			return true;
		}
	return false;
}

static const char *const client_names[] = {
	[PXE_CLIENT_OTHER] = "other",
	[PXE_CLIENT_PXE] = "pxe",
	[PXE_CLIENT_HTTP] = "http",
	[PXE_CLIENT_IPXE] = "ipxe",
	[PXE_CLIENT_BOOTP] = "bootp",
};

const char *
pxe_client_name(enum pxe_client c)
{
	return client_names[c];
}

bool
pxe_client_parse(const char *name, enum pxe_client *out)
{
	for (size_t i = 0; i < sizeof(client_names) / sizeof(client_names[0]); i++)
		if (strcmp(client_names[i], name) == 0) {
			*out = (enum pxe_client)i;
			return true;
		}
	return false;
}

const uint8_t *
pxe_find_sub(const uint8_t *value, size_t len, uint8_t code, size_t *sublen)
{
	struct rd r = rd_open(value, len);

	while (rd_left(&r) > 0) {
		uint8_t c = rd_u8(&r), n;
		const uint8_t *v;

		if (c == 0)
			continue;
		if (c == PXE_END)
			return NULL;
		n = rd_u8(&r);
		v = rd_take(&r, n);
		if (v && c == code) {
			*sublen = n;
			return v;
		}
	}
	return NULL;
}

/* Do the lengths of an RFC 3004 list add up? */
static bool
is_class_list(const uint8_t *v, size_t len)
{
	struct rd r = rd_open(v, len);

	while (rd_left(&r) > 0) {
		uint8_t n = rd_u8(&r);

		if (n == 0 || !rd_take(&r, n))
			return false;
	}
	return !r.bad;
}

bool
pxe_user_class(const struct dhcp_msg *msg, const char *class_name)
{
	size_t len, want = strlen(class_name);
	const uint8_t *v = dhcp_get(msg, DHCP_USER_CLASS, &len);
	struct rd r;

	if (!v)
		return false;
	if (!is_class_list(v, len))
		return len == want && memcmp(v, class_name, want) == 0;
	r = rd_open(v, len);
	while (rd_left(&r) > 0) {
		uint8_t n = rd_u8(&r);
		const uint8_t *part = rd_take(&r, n);

		if (part && n == want && memcmp(part, class_name, want) == 0)
			return true;
	}
	return false;
}

static bool
class_begins(const struct dhcp_msg *msg, const char *with)
{
	size_t len, want = strlen(with);
	const uint8_t *v = dhcp_get(msg, DHCP_CLASS, &len);

	return v && len >= want && memcmp(v, with, want) == 0;
}

static enum pxe_client
client_of(const struct dhcp_msg *msg)
{
	if (dhcp_has(msg, DHCP_IPXE) || pxe_user_class(msg, "iPXE"))
		return PXE_CLIENT_IPXE;
	if (msg->type == DHCP_BOOTP)
		return PXE_CLIENT_BOOTP;
	if (class_begins(msg, "HTTPClient"))
		return PXE_CLIENT_HTTP;
	if (class_begins(msg, "PXEClient"))
		return PXE_CLIENT_PXE;
	return PXE_CLIENT_OTHER;
}

static void
read_archs(const struct dhcp_msg *msg, struct pxe_request *out)
{
	size_t len = 0;
	const uint8_t *v = dhcp_get(msg, DHCP_ARCH, &len);
	struct rd r = rd_open(v, v ? len : 0);

	out->uboot_swapped = class_begins(msg, "U-Boot");
	while (rd_left(&r) >= 2 && out->archs < PXE_ARCHS) {
		uint16_t code = rd_u16(&r);

		/* U-Boot's efi_helper.c sends 6 for x86-64 and 7 for x86. */
		if (out->uboot_swapped)
			code = code == 6 ? 7 : code == 7 ? 6 : code;
		out->arch[out->archs++] = code;
	}
	if (out->archs == 0 && (out->client == PXE_CLIENT_BOOTP || class_begins(msg, "PXEClient")))
		out->archs = 1; /* arch[0] is 0: RFC 4578 is younger than PXE */
}

static void
read_uuid(const struct dhcp_msg *msg, struct pxe_request *out)
{
	size_t len;
	const uint8_t *v = dhcp_get(msg, DHCP_UUID, &len);

	if (v && len == 17 && v[0] == 0) {
		memcpy(out->uuid, v + 1, sizeof(out->uuid));
		out->has_uuid = true;
	} else if (msg->hlen == 16) {
		memcpy(out->uuid, msg->chaddr, sizeof(out->uuid));
		out->has_uuid = true;
	}
}

static void
read_boot_item(const struct dhcp_msg *msg, struct pxe_request *out)
{
	size_t len, n;
	const uint8_t *vendor = dhcp_get(msg, DHCP_VENDOR, &len);
	const uint8_t *item = vendor ? pxe_find_sub(vendor, len, PXE_BOOT_ITEM, &n) : NULL;
	struct rd r;

	if (!item)
		return;
	r = rd_open(item, n);
	out->boot_item = rd_u16(&r);
	out->boot_layer = rd_u16(&r);
	out->has_boot_item = !r.bad;
}

void
pxe_read(const struct dhcp_msg *msg, struct pxe_request *out)
{
	*out = (struct pxe_request){ .client = client_of(msg) };
	read_archs(msg, out);
	read_uuid(msg, out);
	read_boot_item(msg, out);
}

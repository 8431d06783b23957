#include "persona.h"

#include <stdio.h>
#include <string.h>

#include "pxe.h"

/* EDK2: DhcpBuild in UefiPxeBcDxe and HttpBootDxe. */
static const uint8_t params_edk2_http[] = { 1, 2, 3, 4, 5, 6, 12, 13, 15, 17,
    18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 66, 67, 97 };
static const uint8_t params_edk2_pxe[] = { 1, 2, 3, 4, 5, 6, 12, 13, 15, 17,
    18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 66, 67, 97, 128,
    129, 130, 131, 132, 133, 134, 135 };
static const uint8_t params_rom[] = { 1, 2, 3, 5, 6, 11, 12, 13, 15, 16, 17,
    18, 43, 54, 60, 67, 128, 129, 130, 131, 132, 133, 134, 135 };
/* iPXE: dhcp_request_options_data in src/net/udp/dhcp.c. */
static const uint8_t params_ipxe[] = { 1, 3, 6, 7, 12, 15, 17, 26, 43, 60, 66,
    67, 119, 128, 129, 130, 131, 132, 133, 134, 135, 175, 203 };
static const uint8_t params_pi[] = { 1, 3, 43, 60, 66, 67, 128, 129, 130, 131,
    132, 133, 134, 135 };
static const uint8_t params_uboot[] = { 1, 3, 6, 12, 17, 66, 67, 209 };

static const struct persona_tftp tftp_rom = { .probe = true, .tsize = true,
    .blksize = 1456 };
static const struct persona_tftp tftp_edk2 = { .probe = true,
    .need_tsize = true, .blksize = 1468, .window = 4, .probe_error = 8 };
static const struct persona_tftp tftp_uboot = { .tsize = true, .blksize = 1468,
    .timeout_s = 5 };
static const struct persona_tftp tftp_pi = { .tsize = true, .blksize = 1024 };
static const struct persona_tftp tftp_plain = { .blksize = 0 };

const struct persona_tftp persona_tftp_ipxe = { .tsize = true, .blksize = 1432 };
const struct persona_tftp persona_tftp_grub = { .tsize = true,
    .need_oack = true, .need_tsize = true, .blksize = 1024 };
const struct persona_tftp persona_tftp_pxelinux = { .tsize = true,
    .need_tsize = true, .blksize = 1408 };
const struct persona_tftp persona_tftp_shim = { .blksize = 512 };

static const struct persona_http http_edk2 = { .agent = "UefiHttpBoot/1.0",
    .head_first = true, .efi_type = true, .chunked = true };
static const struct persona_http http_uboot = { .agent = "U-Boot",
    .http10 = true, .exact_case = true };
const struct persona_http persona_http_ipxe = { .agent = "iPXE/1.21.1",
    .redirects = true, .chunked = true, .http10 = true, .no_length = true };
const struct persona_http persona_http_grub = { .agent = "GRUB 2.06",
    .chunked = true, .exact_case = true };
const struct persona_http persona_http_pxelinux = { .agent = "Syslinux/6.04",
    .redirects = true, .http10 = true, .no_length = true };
const struct persona_http persona_http_shim = { .agent = "UefiHttpBoot/1.0" };

#define PARAMS(a) .params = a, .params_len = sizeof(a)
#define EDK2_PXE .broadcast = true, .wants_arch = true, \
    .vendor = "PXEClient:%", .ndi_major = 3, .ndi_minor = 16, .max_size = 1472, \
    PARAMS(params_edk2_pxe), .rule = RULE_EDK2_PXE, .binl_port = 4011, \
    .gather_ms = 4000, .tftp = &tftp_edk2
#define EDK2_HTTP .broadcast = true, .wants_arch = true, \
    .vendor = "HTTPClient:%", .ndi_major = 3, .ndi_minor = 16, .max_size = 1472, \
    PARAMS(params_edk2_http), .rule = RULE_EDK2_HTTP, .gather_ms = 4000, \
    .tftp = &tftp_edk2, .http = &http_edk2

static const struct persona table[] = {
	{ .name = "bios", .text = "BIOS PXE ROM", .machine = "bios", .arch = 0,
	  .broadcast = true, .wants_arch = true, .vendor = "PXEClient:%",
	  .ndi_major = 2, .ndi_minor = 1, .max_size = 1260, PARAMS(params_rom),
	  .rule = RULE_ROM, .name_rule = NAME_FILE_FIRST, .binl_port = 68,
	  .gather_ms = 4000, .tftp = &tftp_rom },
	{ .name = "efi-x64", .text = "UEFI x64, PXE", .machine = "efi-x64", .arch = 7, EDK2_PXE },
	{ .name = "efi-ia32", .text = "UEFI ia32, PXE", .machine = "efi-ia32", .arch = 6, EDK2_PXE },
	{ .name = "efi-arm64", .text = "UEFI arm64, PXE", .machine = "efi-arm64", .arch = 11, EDK2_PXE },
	{ .name = "efi-arm32", .text = "UEFI arm32, PXE", .machine = "efi-arm32", .arch = 10, EDK2_PXE },
	{ .name = "efi-riscv64", .text = "UEFI riscv64, PXE", .machine = "efi-riscv64", .arch = 27, EDK2_PXE },
	{ .name = "http-x64", .text = "UEFI x64, HTTP Boot", .machine = "efi-x64", .arch = 16, EDK2_HTTP },
	{ .name = "http-arm64", .text = "UEFI arm64, HTTP Boot", .machine = "efi-arm64", .arch = 19, EDK2_HTTP },
	{ .name = "ipxe", .text = "iPXE in the network card (BIOS)", .machine = "bios", .arch = 0,
	  .ipxe = true, .client_id = true, .wants_arch = true,
	  .vendor = "PXEClient:%", .ndi_major = 2, .ndi_minor = 1,
	  .max_size = 1472, PARAMS(params_ipxe), .rule = RULE_IPXE,
	  .name_rule = NAME_FILE_FIRST, .binl_port = 68, .gather_ms = 2000,
	  .tftp = &persona_tftp_ipxe, .http = &persona_http_ipxe },
	{ .name = "uboot", .text = "U-Boot arm64", .machine = "uboot-arm64", .arch = 22,
	  .wants_arch = true, .vendor = "U-Boot.armv8", .max_size = 576,
	  PARAMS(params_uboot), .rule = RULE_PLAIN, .gather_ms = 1000,
	  .tftp = &tftp_uboot, .http = &http_uboot },
	/* raspberrypi/firmware#1101: no option 60 in the REQUEST. */
	{ .name = "rpi", .text = "Raspberry Pi", .machine = "rpi", .arch = 0,
	  .wants_arch = true, .vendor = "PXEClient:%", .class_once = true,
	  .ndi_major = 2, .ndi_minor = 1, PARAMS(params_pi), .rule = RULE_PI,
	  .gather_ms = 5000, .tftp = &tftp_pi },
	{ .name = "bootp", .text = "BOOTP", .machine = "bios", .bootp = true,
	  .broadcast = true, .rule = RULE_PLAIN, .name_rule = NAME_FILE_ONLY,
	  .gather_ms = 2000, .tftp = &tftp_plain },
};

const struct persona *
persona_table(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}

const struct persona *
persona_find(const char *name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

void
persona_become_ipxe(const struct persona *from, struct persona *out)
{
	*out = *persona_find("ipxe");
	out->name = from->name;
	out->machine = from->machine;
	out->arch = from->arch;
	/* An iPXE that HTTP Boot has started still says PXEClient and the PXE code. */
	if (strcmp(from->machine, "efi-x64") == 0)
		out->arch = 7;
	else if (strcmp(from->machine, "efi-arm64") == 0)
		out->arch = 11;
	if (strncmp(from->machine, "efi-", 4) == 0) {
		out->ndi_major = 3;
		out->ndi_minor = 16;
	}
}

bool
persona_set_arch(struct persona *p, uint16_t code)
{
	const struct pxe_arch *a = pxe_arch(code);

	if (!a)
		return false;
	p->arch = code;
	p->machine = a->name;
	return true;
}

size_t
persona_class(const struct persona *p, char out[PERSONA_CLASS])
{
	size_t prefix;

	out[0] = '\0';
	if (!p->vendor)
		return 0;
	prefix = strcspn(p->vendor, "%");
	if (p->vendor[prefix] == '%')
		snprintf(out, PERSONA_CLASS, "%.*sArch:%05u:UNDI:%03u%03u",
		    (int)prefix, p->vendor, p->arch, p->ndi_major, p->ndi_minor);
	else
		snprintf(out, PERSONA_CLASS, "%s", p->vendor);
	return strlen(out);
}

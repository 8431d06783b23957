#include "persona.h"

#include <stdio.h>
#include <string.h>

#include "machine.h"
#include "pxe.h"

/*
 * What the captures of OVMF and AAVMF (edk2 2022.11), QEMU's iPXE ROM (1.0.0),
 * U-Boot 2023.01, SLOF 20220719 and GRUB 2.06 show, option by option;
 * tests/firmware/persona-*.t hold them against the real ones.
 */

/* ---- UEFI: DhcpBuild in NetworkPkg's UefiPxeBcDxe and HttpBootDxe ---- */
static const uint8_t params_edk2_pxe[] = { 1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54,
	58, 59, 60, 66, 67, 97, 128, 129, 130, 131, 132, 133, 134, 135, 0 };
static const uint8_t params_edk2_http[] = { 1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51,
	54, 58, 59, 60, 235, 67, 97, 0 };
static const uint8_t discover_edk2[] = { 53, 57, 55, 97, 94, 93, 60, 0 };
static const uint8_t request_edk2[] = { 53, 54, 50, 57, 55, 97, 94, 93, 60, 0 };
static const uint8_t binl_edk2[] = { 53, 55, 57, 60, 43, 93, 94, 97, 0 };

static const struct persona_dhcp dhcp_edk2_pxe = { .discover = discover_edk2,
	.request = request_edk2,
	.binl = binl_edk2,
	.params = params_edk2_pxe,
	.max_size = 1472,
	.request_max_size = 0xff00,
	.broadcast = true };
static const struct persona_dhcp dhcp_edk2_http = { .discover = discover_edk2,
	.request = request_edk2,
	.params = params_edk2_http,
	.max_size = 1472,
	.broadcast = true };

/* ---- BIOS: the ROM of Intel's and most makers' cards.  Closed, and in no
 * emulator: after PXE 2.1 (2.2, client behaviour), RFC 4578 and what servers' logs
 * and bug reports show of it ---- */
static const uint8_t params_rom[] = { 1, 2, 3, 5, 6, 11, 12, 13, 15, 16, 17, 18, 43, 54, 60, 67, 128, 129, 130, 131,
	132, 133, 134, 135, 0 };
static const uint8_t discover_rom[] = { 53, 55, 57, 97, 93, 94, 60, 0 };
static const uint8_t request_rom[] = { 53, 50, 54, 55, 57, 97, 93, 94, 60, 0 };
static const uint8_t binl_rom[] = { 53, 55, 57, 97, 93, 94, 60, 43, 0 };

static const struct persona_dhcp dhcp_rom = { .discover = discover_rom,
	.request = request_rom,
	.binl = binl_rom,
	.params = params_rom,
	.max_size = 1260,
	.broadcast = true };

/* ---- iPXE: dhcp_request_options_data in src/net/udp/dhcp.c ---- */
static const uint8_t params_ipxe[] = { 1, 3, 6, 7, 12, 15, 17, 26, 43, 60, 66, 67, 119, 128, 129, 130, 131, 132, 133,
	134, 135, 175, 203, 0 };
static const uint8_t discover_ipxe[] = { 53, 57, 93, 94, 60, 77, 55, 175, 61, 97, 0 };
static const uint8_t request_ipxe[] = { 53, 57, 93, 94, 60, 77, 55, 175, 61, 97, 54, 50, 0 };
static const uint8_t binl_ipxe[] = { 53, 57, 93, 94, 60, 77, 55, 175, 61, 97, 54, 43, 0 };
/* The card (PCI 1af4:1000), the version (1.0.0), then features.h. */
#define IPXE_WHO 0xb1, 5, 1, 0x1a, 0xf4, 0x10, 0x00, 0xeb, 3, 1, 0, 0
static const uint8_t features_ipxe_bios[] = { IPXE_WHO, 0x17, 1, 1, 0x22, 1, 1, 0x13, 1, 1, 0x11, 1, 1, 0x27, 1, 1,
	0x19, 1, 1, 0x29, 1, 1, 0x10, 1, 2, 0x21, 1, 1, 0x15, 1, 1, 0x18, 1, 1, 0x12, 1, 1 };
static const uint8_t features_ipxe_efi[] = { IPXE_WHO, 0x17, 1, 1, 0x24, 1, 1, 0x13, 1, 1, 0x11, 1, 1, 0x27, 1, 1, 0x29,
	1, 1, 0x15, 1, 1, 0x1b, 1, 1, 0x12, 1, 1 };
#define IPXE \
	.discover = discover_ipxe, .request = request_ipxe, .binl = binl_ipxe, .params = params_ipxe, .max_size = 1472

static const struct persona_dhcp dhcp_ipxe = { IPXE, .features = features_ipxe_bios,
	.features_len = sizeof(features_ipxe_bios) };
static const struct persona_dhcp dhcp_ipxe_efi = { IPXE, .features = features_ipxe_efi,
	.features_len = sizeof(features_ipxe_efi) };
/* undionly.kpxe cannot receive what is not broadcast before it has an address. */
static const struct persona_dhcp dhcp_ipxe_undi = { IPXE, .broadcast = true, .features = features_ipxe_bios,
	.features_len = sizeof(features_ipxe_bios) };

/* ---- Raspberry Pi (raspberrypi/firmware#1101: no option 60 in the REQUEST) ---- */
static const uint8_t params_pi[] = { 1, 3, 43, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135, 0 };
static const uint8_t discover_pi[] = { 53, 55, 93, 94, 97, 60, 0 };
static const uint8_t request_pi[] = { 53, 50, 54, 55, 93, 94, 97, 0 };

static const struct persona_dhcp dhcp_pi = { .discover = discover_pi, .request = request_pi, .params = params_pi };

/* ---- U-Boot: net/bootp.c; it says the name of its own script ---- */
static const uint8_t params_uboot[] = { 1, 3, 6, 12, 17, 0 };
static const uint8_t discover_uboot[] = { 53, 57, 93, 94, 60, 55, 0 };
static const uint8_t request_uboot[] = { 53, 57, 54, 50, 93, 94, 60, 55, 0 };

static const struct persona_dhcp dhcp_uboot = { .discover = discover_uboot,
	.request = request_uboot,
	.params = params_uboot,
	.max_size = 576,
	.file = "boot.scr.uimg" };

/* ---- POWER's Open Firmware: SLOF, lib/libnet/dhcp.c ---- */
static const uint8_t params_slof[] = { 1, 3, 6, 66, 67, 93, 0 };
static const uint8_t request_params_slof[] = { 1, 3, 6, 66, 67, 93, 209, 210, 0 };
static const uint8_t discover_slof[] = { 53, 55, 0 };
static const uint8_t request_slof[] = { 53, 50, 54, 55, 93, 0 };

static const struct persona_dhcp dhcp_slof = {
	.discover = discover_slof, .request = request_slof, .params = params_slof, .request_params = request_params_slof
};

/* ---- GRUB's own (net_bootp): grub-core/net/bootp.c ---- */
static const uint8_t params_grub[] = { 1, 3, 6, 15, 12, 17, 18, 60, 0 };
static const uint8_t discover_grub[] = { 53, 0 };
static const uint8_t request_grub[] = { 53, 54, 50, 55, 0 };

static const struct persona_dhcp dhcp_grub = {
	.discover = discover_grub, .request = request_grub, .params = params_grub
};

static const uint8_t nothing[] = { 0 };
static const struct persona_dhcp dhcp_bootp = {
	.discover = nothing, .request = nothing, .params = nothing, .broadcast = true
};

/* ---- over IPv6: captures of OVMF (edk2 2022.11) and iPXE (2025-05) ---- */
static const uint16_t options_edk2_6[] = { 1, 8, 3, 6, 62, 61, 16, 0 };
static const uint16_t params_edk2_6[] = { 59, 60, 23, 16, 0 };
static const uint16_t options_ipxe_6[] = { 1, 3, 6, 15, 16, 61, 62, 8, 0 };
static const uint16_t params_ipxe_6[] = { 23, 24, 59, 60, 0 };

static const struct persona_dhcp6 dhcp6_edk2_pxe = {
	.options = options_edk2_6, .params = params_edk2_6, .stack = true, .refuses_params = true, .gather_ms = 5000
};
static const struct persona_dhcp6 dhcp6_edk2_http = {
	.options = options_edk2_6, .params = params_edk2_6, .stack = true, .gather_ms = 5000
};
static const struct persona_dhcp6 dhcp6_ipxe = {
	.options = options_ipxe_6, .params = params_ipxe_6, .by_router = true, .duid_uuid = true
};

/* ---- TFTP ---- */
static const struct persona_tftp tftp_rom = {
	.probe = "tsize=0", .read = "blksize=1456", .probe_text = "TFTP Aborted"
};
static const struct persona_tftp tftp_edk2 = { .need_tsize = true,
	.probe = "tsize=0 blksize=1468 windowsize=4",
	.read = "blksize=1468 windowsize=4",
	.probe_error = 8,
	.probe_text = "User aborted the transfer" };
static const struct persona_tftp tftp_uboot = { .read = "timeout=5 blksize=1468" };
static const struct persona_tftp tftp_pi = { .read = "tsize=0 blksize=1024" };
static const struct persona_tftp tftp_slof = { .read = "blksize=1428" };
static const struct persona_tftp tftp_plain = { .read = "" };

const struct persona_tftp persona_tftp_ipxe = { .read = "blksize=1432 tsize=0" };
const struct persona_tftp persona_tftp_grub = { .need_oack = true, .need_tsize = true, .read = "blksize=1024 tsize=0" };
const struct persona_tftp persona_tftp_pxelinux = { .need_tsize = true, .read = "tsize=0 blksize=1408" };
/* By way of the firmware's TFTP, hence its window. */
const struct persona_tftp persona_tftp_shim = { .read = "blksize=512 windowsize=4" };

/* ---- HTTP ---- */
/* What OVMF and AAVMF offer (009f 009e 006b 0067 0039 0033 009d 009c 003d 003c 0035 002f): an
 * RSA key, and no elliptic curves.  OpenSSL's security level is 3 since edk2-stable202511
 * (edk2#12651). */
static const struct persona_tls tls_edk2 = { .who = "UEFI firmware",
	.tls12 = true,
	.ciphers = "DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-SHA256:DHE-RSA-AES128-SHA256:"
	           "DHE-RSA-AES256-SHA:DHE-RSA-AES128-SHA:AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:"
	           "AES128-SHA256:AES256-SHA:AES128-SHA",
	.rsa_bits = 2048,
	.new_rsa_bits = 3072 };
/* src/config/crypto.h and src/crypto/mishmash of 2025. */
static const struct persona_tls tls_ipxe = { .who = "iPXE",
	.ciphers = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-SHA384:"
	           "ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA:ECDHE-RSA-AES128-SHA:DHE-RSA-AES256-GCM-SHA384:"
	           "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-SHA256:DHE-RSA-AES128-SHA256:DHE-RSA-AES256-SHA:"
	           "DHE-RSA-AES128-SHA:AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:AES256-SHA:"
	           "AES128-SHA",
	.address_in_name = true };
static const struct persona_http http_edk2 = { .headers = "Host: %a\nAccept: */*\nUser-Agent: UefiHttpBoot/1.0",
	.head_first = true,
	.efi_type = true,
	.chunked = true,
	.tls = &tls_edk2 };
const struct persona_http persona_http_ipxe = {
	.headers = "Connection: keep-alive\nUser-Agent: iPXE/1.0.0+git-20190125.36a4c85-5.1\nHost: %a",
	.redirects = true,
	.chunked = true,
	.http10 = true,
	.no_length = true,
	.tls = &tls_ipxe
};
const struct persona_http persona_http_grub = {
	.headers = "Host: %h\nUser-Agent: GRUB 2.06-13+deb12u2", .chunked = true, .exact_case = true
};
const struct persona_http persona_http_pxelinux = { .headers = "Host: %a\nUser-Agent: Syslinux/6.04\nConnection: close",
	.speaks10 = true,
	.redirects = true,
	.http10 = true,
	.no_length = true };
/* By way of the firmware's HTTP. */
const struct persona_http persona_http_shim = { .headers = "Host: %a\nAccept: */*\nUser-Agent: UefiHttpBoot/1.0",
	.tls = &tls_edk2 };

#define EDK2_PXE \
	.vendor = "PXEClient:%", .ndi_major = 3, .dhcp = &dhcp_edk2_pxe, .rule = RULE_EDK2_PXE, .binl_port = 4011, \
	.gather_ms = 4000, .tftp = &tftp_edk2
#define EDK2_HTTP \
	.vendor = "HTTPClient:%", .ndi_major = 3, .dhcp = &dhcp_edk2_http, .rule = RULE_EDK2_HTTP, .gather_ms = 4000, \
	.tftp = &tftp_edk2, .http = &http_edk2
#define ROM \
	.machine = "bios", .arch = 0, .vendor = "PXEClient:%", .ndi_major = 2, .ndi_minor = 1, .dhcp = &dhcp_rom, \
	.rule = RULE_ROM, .name_rule = NAME_FILE_FIRST, .binl_port = 68, .gather_ms = 4000

static const struct persona table[] = {
	{ .name = "bios", .text = "BIOS PXE ROM", ROM, .tftp = &tftp_rom },
	{ .name = "efi-x64", .text = "UEFI x64, PXE", .machine = "efi-x64", .arch = 7, EDK2_PXE },
	{ .name = "efi-ia32", .text = "UEFI ia32, PXE", .machine = "efi-ia32", .arch = 6, EDK2_PXE },
	{ .name = "efi-arm64", .text = "UEFI arm64, PXE", .machine = "efi-arm64", .arch = 11, EDK2_PXE },
	{ .name = "efi-arm32", .text = "UEFI arm32, PXE", .machine = "efi-arm32", .arch = 10, EDK2_PXE },
	{ .name = "efi-riscv64", .text = "UEFI riscv64, PXE", .machine = "efi-riscv64", .arch = 27, EDK2_PXE },
	{ .name = "http-x64", .text = "UEFI x64, HTTP Boot", .machine = "efi-x64", .arch = 16, EDK2_HTTP },
	{ .name = "http-ia32", .text = "UEFI ia32, HTTP Boot", .machine = "efi-ia32", .arch = 15, EDK2_HTTP },
	{ .name = "http-arm64", .text = "UEFI arm64, HTTP Boot", .machine = "efi-arm64", .arch = 19, EDK2_HTTP },
	{ .name = "http-riscv64", .text = "UEFI riscv64, HTTP Boot", .machine = "efi-riscv64", .arch = 28, EDK2_HTTP },
	{ .name = "ipxe",
	    .text = "iPXE in the network card (BIOS)",
	    .machine = "bios",
	    .arch = 0,
	    .ipxe = true,
	    .vendor = "PXEClient:%",
	    .ndi_major = 2,
	    .ndi_minor = 1,
	    .dhcp = &dhcp_ipxe,
	    .rule = RULE_IPXE,
	    .name_rule = NAME_FILE_FIRST,
	    .binl_port = 68,
	    .gather_ms = 2000,
	    .tftp = &persona_tftp_ipxe,
	    .http = &persona_http_ipxe },
	{ .name = "uboot",
	    .text = "U-Boot arm64",
	    .machine = "uboot-arm64",
	    .arch = 22,
	    .vendor = "U-Boot.armv8",
	    .ndi_major = 0,
	    .dhcp = &dhcp_uboot,
	    .rule = RULE_ADDRESS,
	    .name_rule = NAME_67_FIRST,
	    .gather_ms = 1000,
	    .then = THEN_UBOOT,
	    .tftp = &tftp_uboot },
	{ .name = "rpi",
	    .text = "Raspberry Pi",
	    .machine = "rpi",
	    .arch = 0,
	    .vendor = "PXEClient:%",
	    .ndi_major = 2,
	    .ndi_minor = 1,
	    .dhcp = &dhcp_pi,
	    .rule = RULE_PI,
	    .gather_ms = 5000,
	    .tftp = &tftp_pi },
	{ .name = "slof",
	    .text = "POWER, Open Firmware (SLOF)",
	    .machine = "ppc-of",
	    .arch = 12,
	    .dhcp = &dhcp_slof,
	    .rule = RULE_PLAIN,
	    .name_rule = NAME_67_FIRST,
	    .gather_ms = 1000,
	    .tftp = &tftp_slof },
	{ .name = "efi-x64-v6",
	    .text = "UEFI x64, PXE over IPv6",
	    .machine = "efi-x64",
	    .arch = 7,
	    EDK2_PXE,
	    .dhcp6 = &dhcp6_edk2_pxe },
	{ .name = "http-x64-v6",
	    .text = "UEFI x64, HTTP Boot over IPv6",
	    .machine = "efi-x64",
	    .arch = 16,
	    EDK2_HTTP,
	    .dhcp6 = &dhcp6_edk2_http },
	{ .name = "efi-arm64-v6",
	    .text = "UEFI arm64, PXE over IPv6",
	    .machine = "efi-arm64",
	    .arch = 11,
	    EDK2_PXE,
	    .dhcp6 = &dhcp6_edk2_pxe },
	{ .name = "ipxe-v6",
	    .text = "iPXE on UEFI x64, over IPv6",
	    .machine = "efi-x64",
	    .arch = 7,
	    .ipxe = true,
	    .vendor = "PXEClient:%",
	    .ndi_major = 3,
	    .ndi_minor = 10,
	    .dhcp = &dhcp_ipxe_efi,
	    .dhcp6 = &dhcp6_ipxe,
	    .rule = RULE_IPXE,
	    .tftp = &persona_tftp_ipxe,
	    .http = &persona_http_ipxe },
	/* Loaders that run already, with the firmware's lease or their own. */
	{ .name = "pxelinux",
	    .text = "PXELINUX, loaded already",
	    ROM,
	    .then = THEN_PXELINUX,
	    .tftp = &persona_tftp_pxelinux },
	{ .name = "shim",
	    .text = "shim under Secure Boot",
	    .machine = "efi-x64",
	    .arch = 7,
	    EDK2_PXE,
	    .secure = true,
	    .then = THEN_SHIM },
	{ .name = "grub",
	    .text = "GRUB with net_bootp",
	    .machine = "efi-x64",
	    .dhcp = &dhcp_grub,
	    .rule = RULE_ADDRESS,
	    .gather_ms = 1000,
	    .then = THEN_GRUB,
	    .tftp = &persona_tftp_grub,
	    .http = &persona_http_grub },
	{ .name = "bootp",
	    .text = "BOOTP",
	    .machine = "bios",
	    .bootp = true,
	    .dhcp = &dhcp_bootp,
	    .rule = RULE_PLAIN,
	    .name_rule = NAME_FILE_ONLY,
	    .gather_ms = 2000,
	    .tftp = &tftp_plain },
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

bool
persona_is_machine(const struct persona *p)
{
	return (p->then == THEN_BOOTFILE || p->then == THEN_UBOOT) && !p->dhcp6;
}

void
persona_become_ipxe(const struct persona *from, struct persona *out)
{
	*out = *persona_find(from->dhcp6 ? "ipxe-v6" : "ipxe");
	out->name = from->name;
	out->machine = from->machine;
	out->arch = from->arch;
	out->secure = from->secure;
	if (!machine_is_efi(machine_named(from->machine))) {
		out->dhcp = &dhcp_ipxe_undi;
		return;
	}
	/* An iPXE that HTTP Boot has started still says PXEClient and the PXE code. */
	pxe_arch_code(from->machine, false, &out->arch);
	out->dhcp = &dhcp_ipxe_efi;
	out->ndi_major = 3;
	out->ndi_minor = 10;
}

void
persona_become_efi(const struct persona *from, struct persona *out)
{
	*out = *from;
	out->machine = machine_named(from->machine)->uefi;
	pxe_arch_code(out->machine, false, &out->arch);
	/* bootp_vci of include/config_distro_bootcmd.h; option 94 stays as it is. */
	out->vendor = "PXEClient:Arch:*:UNDI:003000";
	out->rule = RULE_PLAIN;
	out->then = THEN_BOOTFILE;
}

void
persona_become_grub(const struct persona *from, struct persona *out)
{
	*out = *persona_find("grub");
	out->name = from->name;
	out->machine = from->machine;
	out->arch = from->arch;
	out->secure = from->secure;
}

bool
persona_set_arch(struct persona *p, uint16_t code)
{
	const struct pxe_arch *a = pxe_arch(code);
	const struct machine *m = a ? machine_named(a->name) : NULL;

	/* U-Boot goes on as UEFI firmware. */
	if (!m || (p->then == THEN_UBOOT && !m->uefi))
		return false;
	p->arch = code;
	p->machine = m->name;
	if (p->then == THEN_UBOOT)
		/* CONFIG_BOOTP_VCI_STRING, by the machine that it was built for. */
		p->vendor = m == machine_named("uboot-arm64") ? "U-Boot.armv8" :
		    m == machine_named("uboot-arm32")         ? "U-Boot.armv7" :
		                                                "U-Boot";
	return true;
}

size_t
persona_class(const struct persona *p, char out[PERSONA_CLASS])
{
	size_t before;

	out[0] = '\0';
	if (!p->vendor)
		return 0;
	before = strcspn(p->vendor, "%*");
	snprintf(out, PERSONA_CLASS, "%s", p->vendor);
	if (p->vendor[before] == '%')
		snprintf(out + before, PERSONA_CLASS - before, "Arch:%05u:UNDI:%03u%03u", p->arch, p->ndi_major,
		    p->ndi_minor);
	else if (p->vendor[before] == '*')
		snprintf(out + before, PERSONA_CLASS - before, "%05u%s", p->arch, p->vendor + before + 1);
	return strlen(out);
}

bool
persona_sends(const uint8_t *list, uint8_t code)
{
	while (*list && *list != code)
		list++;
	return *list != 0;
}

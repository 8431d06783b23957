/*
 * Personas against captures of the real firmware (tests/data), byte by byte: OVMF
 * and AAVMF (edk2 2022.11), QEMU's iPXE ROM, U-Boot 2023.01, SLOF 20220719, GRUB 2.06.
 * tests/firmware/persona-*.t does the same with what is installed.
 */
#include "test.h"

#include "dhcp_build.h"
#include "packets.h"
#include "pxe.h"

static const struct golden {
	const char *persona, *packet; /* tests/data/dhcp-PACKET.hex */
} golden[] = {
	{ "efi-x64", "edk2-discover" },
	{ "efi-x64", "edk2-request" },
	{ "efi-x64", "edk2-4011" },
	{ "efi-ia32", "edk2-ia32-discover" },
	{ "efi-arm64", "edk2-arm64-discover" },
	{ "efi-arm64", "edk2-arm64-4011" },
	{ "http-x64", "http-discover" },
	{ "http-x64", "http-request" },
	{ "ipxe", "ipxe-discover" },
	{ "ipxe", "ipxe-request" },
	{ "uboot", "uboot-discover" },
	{ "uboot", "uboot-request" },
	{ "slof", "slof-discover" },
	{ "slof", "slof-request" },
	{ "grub", "grub-discover" },
	{ "grub", "grub-request" },
};

/* The message that the capture holds, made by the persona for that machine. */
static size_t
make(const char *persona, const struct dhcp_msg *real, uint8_t *out, size_t size)
{
	struct dhcp_build m = { .type = real->type, .xid = real->xid, .secs = real->secs, .ciaddr = real->ciaddr };
	struct identity id = { .giaddr = 0 };
	size_t len;
	const uint8_t *uuid = dhcp_get(real, DHCP_UUID, &len);

	memcpy(id.mac, real->chaddr, sizeof(id.mac));
	if (uuid && len == sizeof(id.uuid) + 1)
		memcpy(id.uuid, uuid + 1, sizeof(id.uuid));
	dhcp_get_addr(real, DHCP_SERVER_ID, &m.server_id);
	dhcp_get_addr(real, DHCP_REQUESTED_ADDR, &m.requested);
	return dhcp_build(persona_find(persona), &id, &m, out, size);
}

/* From the flags on: how secs and xid are filled is each firmware's own matter. */
static void
firmware_sends_the_same(void)
{
	enum { FLAGS = 10 };

	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		uint8_t real[1500], made[1500];
		char name[64];
		struct dhcp_msg m;
		size_t n;

		snprintf(name, sizeof(name), "dhcp-%s.hex", golden[i].packet);
		n = packet_bytes(name, real, sizeof(real));
		CHECK_INT(dhcp_parse(real, n, &m), DHCP_OK);
		CHECK_INT(make(golden[i].persona, &m, made, sizeof(made)), n);
		for (size_t k = FLAGS; k < n; k++)
			if (made[k] != real[k]) {
				printf("# %s, %s: byte %zu\n", golden[i].persona, name, k);
				CHECK(!"the bytes are the same");
				break;
			}
	}
}

static void
ipxe_after_firmware(void)
{
	static const struct {
		const char *from;
		unsigned arch;
		uint8_t minor;
		uint16_t flags;
	} want[] = { { "bios", 0, 1, DHCP_BROADCAST }, { "efi-x64", 7, 10, 0 }, { "http-x64", 7, 10, 0 },
		{ "http-arm64", 11, 10, 0 }, { "efi-riscv64", 27, 10, 0 }, { "efi-arm32", 10, 10, 0 } };
	struct identity id = { .mac = { 2 } };
	struct dhcp_build m = { .type = DHCP_DISCOVER };
	uint8_t bytes[1500];
	struct dhcp_msg got;
	struct persona p;

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct pxe_request r;

		persona_become_ipxe(persona_find(want[i].from), &p);
		CHECK_STR(p.name, want[i].from);
		CHECK_INT(dhcp_parse(bytes, dhcp_build(&p, &id, &m, bytes, sizeof(bytes)), &got), DHCP_OK);
		CHECK_INT(got.flags, want[i].flags);
		pxe_read(&got, &r);
		CHECK_INT(r.client, PXE_CLIENT_IPXE);
		CHECK_INT(r.arch[0], want[i].arch);
		CHECK_INT(p.ndi_minor, want[i].minor);
	}
}

/* U-Boot goes on as the UEFI firmware of the machine that it runs on. */
static void
uboot_becomes_efi(void)
{
	static const struct {
		uint16_t from;
		const char *uboot_class, *machine, *efi_class;
		uint16_t to;
	} want[] = { { 0x16, "U-Boot.armv8", "efi-arm64", "PXEClient:Arch:00011:UNDI:003000", 11 },
		{ 0x15, "U-Boot.armv7", "efi-arm32", "PXEClient:Arch:00010:UNDI:003000", 10 },
		{ 0x1b, "U-Boot", "efi-riscv64", "PXEClient:Arch:00027:UNDI:003000", 27 } };
	struct persona p, efi;
	char text[PERSONA_CLASS];

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		p = *persona_find("uboot");
		CHECK(persona_set_arch(&p, want[i].from));
		persona_class(&p, text);
		CHECK_STR(text, want[i].uboot_class);
		persona_become_efi(&p, &efi);
		CHECK_STR(efi.machine, want[i].machine);
		CHECK_INT(efi.arch, want[i].to);
		persona_class(&efi, text);
		CHECK_STR(text, want[i].efi_class);
	}
	p = *persona_find("uboot");
	CHECK(!persona_set_arch(&p, 0x0c));
}

/* A table is easily left half filled. */
static void
every_persona_is_whole(void)
{
	size_t n;
	const struct persona *p = persona_table(&n);

	CHECK(n >= 18 && n <= PERSONA_MAX);
	for (size_t i = 0; i < n; i++) {
		CHECK(p[i].name && p[i].text && p[i].machine && pxe_arch_known(p[i].machine));
		CHECK(persona_find(p[i].name) == &p[i]);
		CHECK(p[i].dhcp && p[i].dhcp->discover && p[i].dhcp->request && p[i].dhcp->params);
		CHECK(p[i].tftp && p[i].tftp->read && (p[i].gather_ms || p[i].dhcp6));
		CHECK(!p[i].dhcp6 || (p[i].dhcp6->options && p[i].dhcp6->params));
		CHECK(!p[i].tftp->probe || p[i].tftp->probe_text);
		CHECK(!persona_sends(p[i].dhcp->discover, DHCP_CLASS) || p[i].vendor);
		CHECK(!persona_sends(p[i].dhcp->discover, DHCP_IPXE) || p[i].dhcp->features_len);
		CHECK(p[i].bootp || persona_sends(p[i].dhcp->discover, DHCP_MESSAGE_TYPE));
		CHECK(p[i].bootp || persona_sends(p[i].dhcp->request, DHCP_REQUESTED_ADDR));
		CHECK(p[i].bootp || persona_sends(p[i].dhcp->request, DHCP_SERVER_ID));
	}
}

int
main(void)
{
	RUN(firmware_sends_the_same);
	RUN(ipxe_after_firmware);
	RUN(uboot_becomes_efi);
	RUN(every_persona_is_whole);
	return TEST_EXIT();
}

/*
 * Personas against captures of the real firmware, byte by byte: OVMF and AAVMF
 * (edk2 2022.11), QEMU's iPXE ROM, U-Boot 2023.01, SLOF 20220719, GRUB 2.06.
 * tests/firmware/persona-*.t does the same with what is installed.
 */
#include "test.h"

#include "message.h"
#include "pxe.h"

/* One message: the header's flags and file, the options up to END. */
struct golden {
	const char *persona;
	uint32_t ciaddr;
	size_t len;
	uint16_t flags;
	const char *file, *options;
};

static const struct golden golden[] = {
	{ "efi-x64", 0x00000000, 347, 0x8000, "",
	  "350101390205c037230102030405060c0d0f111216171c28292a2b3233363a3b"
	  "3c4243618081828384858687611100e0a5c130b2f1d4c3a5b6c7d8e9f001125e"
	  "030103005d0200073c20505845436c69656e743a417263683a30303030373a55"
	  "4e44493a303033303030ff" },
	{ "efi-x64", 0x00000000, 359, 0x8000, "",
	  "35010336040a4d000232040a4d004e3902ff0037230102030405060c0d0f1112"
	  "16171c28292a2b3233363a3b3c4243618081828384858687611100e0a5c130b2"
	  "f1d4c3a5b6c7d8e9f001125e030103005d0200073c20505845436c69656e743a"
	  "417263683a30303030373a554e44493a303033303030ff" },
	{ "efi-x64", 0x0a4d004e, 347, 0x0000, "",
	  "35010337230102030405060c0d0f111216171c28292a2b3233363a3b3c424361"
	  "8081828384858687390205c03c20505845436c69656e743a417263683a303030"
	  "30373a554e44493a3030333030305d0200075e03010300611100e0a5c130b2f1"
	  "d4c3a5b6c7d8e9f00112ff" },
	{ "http-x64", 0x00000000, 340, 0x8000, "",
	  "350101390205c0371b0102030405060c0d0f111216171c28292a2b3233363a3b"
	  "3ceb4361611100e0a5c130b2f1d4c3a5b6c7d8e9f001125e030103005d020010"
	  "3c2148545450436c69656e743a417263683a30303031363a554e44493a303033"
	  "303030ff" },
	{ "http-x64", 0x00000000, 352, 0x8000, "",
	  "35010336040a4d000132040a4d0032390205c0371b0102030405060c0d0f1112"
	  "16171c28292a2b3233363a3b3ceb4361611100e0a5c130b2f1d4c3a5b6c7d8e9"
	  "f001125e030103005d0200103c2148545450436c69656e743a417263683a3030"
	  "3031363a554e44493a303033303030ff" },
	{ "ipxe", 0x00000000, 400, 0x0000, "",
	  "350101390205c05d0200005e030102013c20505845436c69656e743a41726368"
	  "3a30303030303a554e44493a3030323030314d04695058453717010306070c0f"
	  "111a2b3c4243778081828384858687afcbaf30b105011af41000eb0301000017"
	  "0101220101130101110101270101190101290101100102210101150101180101"
	  "1201013d0701525400123456611100e0a5c130b2f1d4c3a5b6c7d8e9f00112ff" },
	{ "ipxe", 0x00000000, 412, 0x0000, "",
	  "350103390205c05d0200005e030102013c20505845436c69656e743a41726368"
	  "3a30303030303a554e44493a3030323030314d04695058453717010306070c0f"
	  "111a2b3c4243778081828384858687afcbaf30b105011af41000eb0301000017"
	  "0101220101130101110101270101190101290101100102210101150101180101"
	  "1201013d0701525400123456611100e0a5c130b2f1d4c3a5b6c7d8e9f0011236"
	  "040a4d000132040a4d0032ff" },
	{ "efi-arm64", 0x00000000, 347, 0x8000, "",
	  "350101390205c037230102030405060c0d0f111216171c28292a2b3233363a3b"
	  "3c4243618081828384858687611100e0a5c130b2f1d4c3a5b6c7d8e9f001125e"
	  "030103005d02000b3c20505845436c69656e743a417263683a30303031313a55"
	  "4e44493a303033303030ff" },
	{ "efi-arm64", 0x00000000, 359, 0x8000, "",
	  "35010336040a4d000132040a4d00323902ff0037230102030405060c0d0f1112"
	  "16171c28292a2b3233363a3b3c4243618081828384858687611100e0a5c130b2"
	  "f1d4c3a5b6c7d8e9f001125e030103005d02000b3c20505845436c69656e743a"
	  "417263683a30303031313a554e44493a303033303030ff" },
	{ "uboot", 0x00000000, 300, 0x0000, "boot.scr.uimg",
	  "350101390202405d0200165e030100003c0c552d426f6f742e61726d76383705"
	  "0103060c11ff" },
	{ "uboot", 0x00000000, 300, 0x0000, "boot.scr.uimg",
	  "3501033902024036040a4d000132040a4d00325d0200165e030100003c0c552d"
	  "426f6f742e61726d763837050103060c11ff" },
	{ "slof", 0x00000000, 300, 0x0000, "",
	  "350101370601030642435dff" },
	{ "slof", 0x00000000, 300, 0x0000, "",
	  "35010332040a4d003236040a4d0001370801030642435dd1d25d02000cff" },
	{ "grub", 0x00000000, 300, 0x0000, "",
	  "350101ff" },
	{ "grub", 0x00000000, 300, 0x0000, "",
	  "35010336040a4d000132040a4d003237080103060f0c11123cff" },
};

static unsigned
nibble(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static size_t
unhex(const char *text, uint8_t *out)
{
	size_t n = 0;

	for (; text[0]; text += 2)
		out[n++] = (uint8_t)(nibble(text[0]) << 4 | nibble(text[1]));
	return n;
}

/* The message that the capture holds, made by the persona. */
static size_t
make(const struct golden *g, const struct dhcp_msg *real, uint8_t *out, size_t size)
{
	struct identity id = { .mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 },
	    .uuid = { 0xe0, 0xa5, 0xc1, 0x30, 0xb2, 0xf1, 0xd4, 0xc3, 0xa5, 0xb6,
	        0xc7, 0xd8, 0xe9, 0xf0, 0x01, 0x12 } };
	struct message m = { .type = real->type, .xid = 1, .ciaddr = g->ciaddr };

	dhcp_get_addr(real, DHCP_SERVER_ID, &m.server_id);
	dhcp_get_addr(real, DHCP_REQUESTED_ADDR, &m.requested);
	return message_write(persona_find(g->persona), &id, &m, out, size);
}

static void
firmware_sends_the_same(void)
{
	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		const struct golden *g = &golden[i];
		uint8_t real[1500] = { 1, 1, 6 }, made[1500];
		struct dhcp_msg m;
		size_t n;

		memcpy(real + DHCP_FIXED, "\x63\x82\x53\x63", 4);
		n = DHCP_FIXED + 4 + unhex(g->options, real + DHCP_FIXED + 4);
		CHECK_INT(dhcp_parse(real, n, &m), DHCP_OK);
		CHECK_INT(make(g, &m, made, sizeof(made)), g->len);
		if (memcmp(made + DHCP_FIXED, real + DHCP_FIXED, n - DHCP_FIXED) != 0) {
			printf("# %s, message %zu\n", g->persona, i);
			CHECK(!"the options are the same");
		}
		CHECK_INT(made[10] << 8 | made[11], g->flags);
		CHECK_STR((char *)made + DHCP_FIXED - DHCP_FILE, g->file);
	}
}

static void
ipxe_after_firmware(void)
{
	static const struct { const char *from; unsigned arch; uint8_t minor; uint16_t flags; } want[] = {
		{ "bios", 0, 1, DHCP_BROADCAST }, { "efi-x64", 7, 10, 0 }, { "http-x64", 7, 10, 0 },
		{ "http-arm64", 11, 10, 0 }, { "efi-riscv64", 27, 10, 0 } };
	struct identity id = { .mac = { 2 } };
	struct message m = { .type = DHCP_DISCOVER };
	uint8_t bytes[1500];
	struct dhcp_msg got;
	struct persona p;

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct pxe_request r;

		persona_become_ipxe(persona_find(want[i].from), &p);
		CHECK_STR(p.name, want[i].from);
		CHECK_INT(dhcp_parse(bytes, message_write(&p, &id, &m, bytes, sizeof(bytes)), &got), DHCP_OK);
		CHECK_INT(got.flags, want[i].flags);
		pxe_read(&got, &r);
		CHECK_INT(r.client, PXE_CLIENT_IPXE);
		CHECK_INT(r.arch[0], want[i].arch);
		CHECK_INT(p.ndi_minor, want[i].minor);
	}
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
		CHECK(p[i].tftp && p[i].tftp->read && p[i].gather_ms);
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
	RUN(every_persona_is_whole);
	return TEST_EXIT();
}

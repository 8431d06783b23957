#include "scene.h"
#include "test.h"

#include "reply.h"

/* Every packet in tests/data, most of them captured from real firmware
 * (tests/firmware/golden): which client it comes from, and how it is answered. */

#define BOOT \
	"boot client=ipxe file=http://{server}/boot.ipxe\n" \
	"boot client=http file=http://{server}/{arch}.efi\n" \
	"boot arch=rpi file=start4.elf\n" \
	"boot client=pxe,bootp arch=bios file=pxelinux.0\n" \
	"boot client=pxe file={arch}.efi\n" \
	"boot arch=uboot-arm64,uboot-arm32 file={arch}.scr\n" \
	"boot vendor=U-Boot file=uboot.scr\n" \
	"boot arch=ppc-of file=core.elf\n" \
	"boot file=any.0\n"
#define SERVER "subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.90 authoritative bootp=dynamic\n"
#define PROXY "subnet 10.77.0.0/24 proxy\n"

struct golden {
	const char *name; /* tests/data/dhcp-NAME.hex */
	enum dhcp_type type;
	enum pxe_client client;
	const char *arch;
	const char *server; /* the file that a server's answer names; NULL: no answer */
	const char *proxy;  /* that of a proxy's */
	const char *class;  /* option 60 of the proxy's answer */
};

#define D DHCP_DISCOVER
#define R DHCP_REQUEST
#define PXE PXE_CLIENT_PXE
#define HTTP PXE_CLIENT_HTTP
#define IPXE PXE_CLIENT_IPXE
#define OTHER PXE_CLIENT_OTHER
static const struct golden table[] = {
	{ "bios-discover", D, PXE, "bios", "pxelinux.0", "pxelinux.0", "PXEClient" },
	{ "bootp-request", DHCP_BOOTP, PXE_CLIENT_BOOTP, "bios", "pxelinux.0", NULL, NULL },
	{ "edk2-discover", D, PXE, "efi-x64", "efi-x64.efi", "efi-x64.efi", "PXEClient" },
	{ "edk2-request", R, PXE, "efi-x64", "efi-x64.efi", NULL, NULL },
	{ "edk2-other-request", R, PXE, "efi-x64", NULL, NULL, NULL },
	{ "edk2-ia32-discover", D, PXE, "efi-ia32", "efi-ia32.efi", "efi-ia32.efi", "PXEClient" },
	{ "edk2-arm64-discover", D, PXE, "efi-arm64", "efi-arm64.efi", "efi-arm64.efi", "PXEClient" },
	{ "http-discover", D, HTTP, "efi-x64", "http://10.77.0.1/efi-x64.efi", "http://10.77.0.1/efi-x64.efi",
	    "HTTPClient" },
	{ "http-request", R, HTTP, "efi-x64", "http://10.77.0.1/efi-x64.efi", NULL, NULL },
	{ "http-arm64-discover", D, HTTP, "efi-arm64", "http://10.77.0.1/efi-arm64.efi",
	    "http://10.77.0.1/efi-arm64.efi", "HTTPClient" },
	{ "ipxe-discover", D, IPXE, "bios", "http://10.77.0.1/boot.ipxe", "http://10.77.0.1/boot.ipxe", "PXEClient" },
	{ "ipxe-request", R, IPXE, "bios", "http://10.77.0.1/boot.ipxe", NULL, NULL },
	{ "ipxe-other-request", R, IPXE, "bios", NULL, NULL, NULL },
	{ "ipxe-undionly-discover", D, IPXE, "bios", "http://10.77.0.1/boot.ipxe", "http://10.77.0.1/boot.ipxe",
	    "PXEClient" },
	{ "ipxe-efi-discover", D, IPXE, "efi-x64", "http://10.77.0.1/boot.ipxe", "http://10.77.0.1/boot.ipxe",
	    "PXEClient" },
	{ "ipxe-efirom-discover", D, IPXE, "efi-x64", "http://10.77.0.1/boot.ipxe", "http://10.77.0.1/boot.ipxe",
	    "PXEClient" },
	/* Nothing in these says that they boot, or from what; a proxy has no word for them. */
	{ "grub-discover", D, OTHER, "-", "any.0", NULL, NULL },
	{ "grub-request", R, OTHER, "-", "any.0", NULL, NULL },
	{ "slof-discover", D, OTHER, "-", "any.0", NULL, NULL },
	{ "slof-request", R, OTHER, "ppc-of", "core.elf", NULL, NULL },
	{ "uboot-x86-discover", D, OTHER, "-", "uboot.scr", NULL, NULL },
	{ "uboot-x64-discover", D, OTHER, "-", "uboot.scr", NULL, NULL },
	{ "uboot-riscv64-discover", D, OTHER, "-", "uboot.scr", NULL, NULL },
	{ "uboot-discover", D, OTHER, "uboot-arm64", "uboot-arm64.scr", "uboot-arm64.scr", "PXEClient" },
	{ "uboot-request", R, OTHER, "uboot-arm64", "uboot-arm64.scr", NULL, NULL },
	{ "uboot-arm-discover", D, OTHER, "uboot-arm32", "uboot-arm32.scr", "uboot-arm32.scr", "PXEClient" },
	/* Looking for an EFI program, U-Boot says 7 on x86 of 32 bits as well. */
	{ "uboot-efi-discover", D, PXE, "efi-arm64", "efi-arm64.efi", "efi-arm64.efi", "PXEClient" },
	{ "uboot-x86-efi-discover", D, PXE, "efi-x64", "efi-x64.efi", "efi-x64.efi", "PXEClient" },
	{ "uboot-x64-efi-discover", D, PXE, "efi-x64", "efi-x64.efi", "efi-x64.efi", "PXEClient" },
	{ "uboot-riscv64-efi-discover", D, PXE, "efi-riscv64", "efi-riscv64.efi", "efi-riscv64.efi", "PXEClient" },
	{ "rpi-discover", D, PXE, "rpi", "start4.elf", "start4.elf", "PXEClient" },
	/* On port 4011. */
	{ "edk2-4011", R, PXE, "efi-x64", "efi-x64.efi", "efi-x64.efi", "PXEClient" },
	{ "edk2-arm64-4011", R, PXE, "efi-arm64", "efi-arm64.efi", "efi-arm64.efi", "PXEClient" },
	{ "edk2-binl", R, PXE, "efi-x64", "efi-x64.efi", "efi-x64.efi", "PXEClient" },
	{ "menu-choice", R, PXE, "bios", "pxelinux.0", "pxelinux.0", "PXEClient" },
};
#define PACKETS (sizeof(table) / sizeof(table[0]))

static uint8_t bytes[REPLY_MAX];
static struct dhcp_msg reply;

static const char *
file_of(const struct golden *g)
{
	static char name[64];

	snprintf(name, sizeof(name), "dhcp-%s.hex", g->name);
	return name;
}

/* It came by broadcast to port 67, or as a question to port 4011. */
static void
arrives(const struct golden *g)
{
	scene_request(file_of(g));
	if (request.msg.type == DHCP_REQUEST && request.msg.ciaddr != 0) {
		request.src = request.msg.ciaddr;
		request.dst = own_addr;
		request.dport = request.sport = 4011;
		request.unicast = true;
	}
}

static bool
option_is(uint8_t code, const char *want, size_t want_len)
{
	size_t len = 0;
	const uint8_t *v = dhcp_get(&reply, code, &len);

	return want ? v && len == want_len && memcmp(v, want, len) == 0 : !v;
}

static void
who_it_is(void)
{
	for (size_t i = 0; i < PACKETS; i++) {
		const struct golden *g = &table[i];

		arrives(g);
		client_read(&request.msg, &client);
		if (request.msg.type != g->type || client.pxe.client != g->client ||
		    strcmp(client_arch(&client), g->arch) != 0) {
			CHECK(!"a client is taken for what it is");
			printf("# %s: type %d client %s arch %s\n", g->name, request.msg.type,
			    pxe_client_name(client.pxe.client), client_arch(&client));
		}
	}
}

/* What every answer must have, whoever asks (RFC 2131, table 3; PXE 2.1). */
static void
is_well_made(const struct golden *g, const char *file)
{
	size_t len, sent_len;
	const uint8_t *uuid = dhcp_get(&request.msg, DHCP_UUID, &sent_len);

	CHECK_INT(reply.op, BOOTREPLY);
	CHECK_INT(reply.xid, request.msg.xid);
	CHECK_INT(reply.flags, request.msg.flags);
	CHECK_INT(reply.hlen, request.msg.hlen);
	CHECK(memcmp(reply.chaddr, request.msg.chaddr, 16) == 0);
	CHECK_INT(reply.overload, 0);
	CHECK_INT(reply.siaddr, own_addr);
	CHECK_STR(reply.file, file);
	if (g->type == DHCP_BOOTP) {
		CHECK(!dhcp_has(&reply, DHCP_MESSAGE_TYPE));
		return;
	}
	CHECK_INT(reply.type, g->type == DHCP_DISCOVER ? DHCP_OFFER : DHCP_ACK);
	CHECK(option_is(DHCP_SERVER_ID, "\x0a\x4d\0\x01", 4));
	CHECK(option_is(DHCP_BOOT_FILE, file, strlen(file) + 1));
	CHECK(option_is(DHCP_UUID, (const char *)uuid, uuid ? sent_len : 0) || !uuid);
	if (dhcp_has(&request.msg, DHCP_CLIENT_ID))
		CHECK(dhcp_get(&reply, DHCP_CLIENT_ID, &len));
}

/* The answer to a packet; false when there is none, which `file` says too. */
static bool
answered(const struct golden *g, const char *rules_text, const char *file)
{
	unsigned left_out;
	int before = test_bad;
	enum server_result r;
	size_t len;

	CHECK_INT(scene_rules(rules_text), 0);
	arrives(g);
	r = scene_ask(1000);
	if (r != SERVER_ANSWER || !file) {
		if ((r == SERVER_ANSWER) != (file != NULL)) {
			CHECK(!"answered when it should be, and else not");
			printf("# %s: %s\n", g->name, server_result_text(r));
		}
		return false;
	}
	len = reply_write(&answer, bytes, &left_out);
	CHECK_INT(left_out, 0);
	CHECK(len >= DHCP_MIN);
	CHECK_INT(dhcp_parse(bytes, len, &reply), DHCP_OK);
	is_well_made(g, file);
	if (test_bad > before)
		printf("# that was %s\n", g->name);
	return true;
}

static void
a_server_answers(void)
{
	for (size_t i = 0; i < PACKETS; i++) {
		const struct golden *g = &table[i];

		if (!answered(g, SERVER BOOT, g->server) || answer.way == ANSWER_BINL)
			continue;
		CHECK(reply.yiaddr >= IP(10, 77, 0, 50) && reply.yiaddr <= IP(10, 77, 0, 90));
		if (g->type != DHCP_BOOTP)
			CHECK(dhcp_has(&reply, DHCP_LEASE_TIME) && dhcp_has(&reply, DHCP_NETMASK));
		/* With PXEClient in it EDK2 would ask on port 4011; a Raspberry Pi wants it. */
		if (g->client == PXE && strcmp(g->arch, "rpi") != 0)
			CHECK(option_is(DHCP_CLASS, NULL, 0));
		if (g->client == HTTP)
			CHECK(option_is(DHCP_CLASS, "HTTPClient", 10));
	}
}

static void
a_proxy_answers(void)
{
	for (size_t i = 0; i < PACKETS; i++) {
		const struct golden *g = &table[i];

		if (!answered(g, PROXY BOOT, g->proxy))
			continue;
		CHECK_INT(reply.yiaddr, 0);
		CHECK(!dhcp_has(&reply, DHCP_LEASE_TIME) && !dhcp_has(&reply, DHCP_NETMASK));
		CHECK(option_is(DHCP_CLASS, g->class, g->class ? strlen(g->class) : 0));
		if (client_is_efi(&client))
			CHECK(!dhcp_has(&reply, DHCP_VENDOR)); /* tianocore/edk2#6944 */
		else if (g->client == PXE && g->type == D && strcmp(g->arch, "bios") == 0)
			CHECK(option_is(DHCP_VENDOR, "\x06\x01\x08\xff", 4));
	}
}

/* Cut at any length, it is refused or answered, and never read past its end. */
static void
cut_at_every_length(void)
{
	size_t answers = 0;

	CHECK_INT(scene_rules(SERVER BOOT), 0);
	for (size_t i = 0; i < PACKETS; i++) {
		uint8_t whole[2048];
		size_t len = packet_bytes(file_of(&table[i]), whole, sizeof(whole));

		CHECK(len >= DHCP_MIN);
		for (size_t n = 0; n < len; n++) {
			uint8_t *cut = malloc(n ? n : 1);
			unsigned left_out;

			memcpy(cut, whole, n);
			arrives(&table[i]);
			if (dhcp_parse(cut, n, &request.msg) == DHCP_OK && scene_ask(1000) == SERVER_ANSWER) {
				CHECK(reply_write(&answer, bytes, &left_out) >= DHCP_MIN);
				answers++;
			}
			free(cut);
		}
	}
	CHECK(answers > 500); /* what is cut off there is padding, or END */
}

int
main(void)
{
	RUN(who_it_is);
	RUN(a_server_answers);
	RUN(a_proxy_answers);
	RUN(cut_at_every_length);
	scene_end();
	return TEST_EXIT();
}

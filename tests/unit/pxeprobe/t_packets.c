/* Packets: DHCP of the personas, TFTP, ARP, DNS; and addresses of files. */
#include "test.h"

#include "dns.h"
#include "dhcp_build.h"
#include "pxe.h"
#include "tftp.h"
#include "tftpget.h"
#include "url.h"

static void
personas_are_who_they_say(void)
{
	static const struct {
		const char *name;
		enum pxe_client client;
		int arch;
	} want[] = { { "bios", PXE_CLIENT_PXE, 0 }, { "efi-x64", PXE_CLIENT_PXE, 7 },
		{ "efi-arm64", PXE_CLIENT_PXE, 11 }, { "http-x64", PXE_CLIENT_HTTP, 16 },
		{ "ipxe", PXE_CLIENT_IPXE, 0 }, { "bootp", PXE_CLIENT_BOOTP, 0 } };
	struct identity id = { .mac = { 2, 1, 2, 3, 4, 5 }, .uuid = { 9 } };

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct persona *p = persona_find(want[i].name);
		struct dhcp_build m = { .type = p->bootp ? DHCP_BOOTP : DHCP_DISCOVER, .xid = 77 };
		uint8_t bytes[1500];
		size_t len = dhcp_build(p, &id, &m, bytes, sizeof(bytes));
		struct dhcp_msg got;
		struct pxe_request r;

		CHECK_INT(dhcp_parse(bytes, len, &got), DHCP_OK);
		CHECK_INT(got.xid, 77);
		CHECK(memcmp(got.chaddr, id.mac, 6) == 0);
		pxe_read(&got, &r);
		CHECK_INT(r.client, want[i].client);
		CHECK_INT(r.archs ? r.arch[0] : 0, want[i].arch);
		CHECK(p->bootp || (r.has_uuid && r.uuid[0] == 9));
	}
}

static void
relay_and_request(void)
{
	struct identity id = { .mac = { 2 }, .giaddr = 0x0a000005 };
	struct dhcp_build m = { .type = DHCP_REQUEST, .requested = 0x0a000010, .server_id = 0x0a000001 };
	uint8_t bytes[1500];
	struct dhcp_msg got;
	struct pxe_request r;
	uint32_t v;

	CHECK_INT(dhcp_parse(bytes, dhcp_build(persona_find("efi-x64"), &id, &m, bytes, sizeof(bytes)), &got), DHCP_OK);
	CHECK_INT(got.giaddr, 0x0a000005);
	CHECK_INT(got.hops, 1);
	CHECK(dhcp_get_addr(&got, DHCP_REQUESTED_ADDR, &v) && v == 0x0a000010);
	/* To port 4011, with the menu's third entry. */
	m = (struct dhcp_build){ .type = DHCP_REQUEST, .ciaddr = 0x0a000010, .has_item = true, .item = 3 };
	CHECK_INT(dhcp_parse(bytes, dhcp_build(persona_find("efi-x64"), &id, &m, bytes, sizeof(bytes)), &got), DHCP_OK);
	pxe_read(&got, &r);
	CHECK(r.has_boot_item && r.boot_item == 3);
	CHECK_INT(dhcp_build(persona_find("efi-x64"), &id, &m, bytes, 100), 0);
}

static enum tftpget_event
feed(struct tftpget *g, const char *bytes, size_t len)
{
	return tftpget_input(g, bytes, len);
}
#define FEED(g, s) feed(g, s, sizeof(s) - 1)

static void
tftp_plain_read(void)
{
	static const struct persona_tftp plain = { .read = "" };
	struct tftpget g;
	char block[516] = "\0\3\0\1";

	CHECK(tftpget_start(&g, &plain, "f", false, false));
	CHECK_INT(g.out_len, 2 + 2 + 6);
	CHECK_INT(feed(&g, block, 516), GET_SEND);
	CHECK_INT(g.len, 512);
	CHECK_INT(g.out[3], 1);
	CHECK_INT(feed(&g, block, 516), GET_SEND); /* a repeat: its ACK again, no data */
	CHECK_INT(g.len, 0);
	CHECK_INT(FEED(&g, "\0\3\0\5xx"), GET_IGNORE);
	CHECK_INT(FEED(&g, "\0\3\0\2xx"), GET_DONE);
	CHECK_INT(g.bytes, 514);
	CHECK_INT(FEED(&g, "\0\4\0\2"), GET_IGNORE);
}

static void
tftp_probe_and_refusals(void)
{
	const struct persona_tftp *edk2 = persona_find("efi-x64")->tftp;
	struct tftpget g;

	tftpget_start(&g, edk2, "f", true, false);
	CHECK_INT(FEED(&g,
	              "\0\6tsize\0"
	              "99\0blksize\0"
	              "1468\0"),
	    GET_DONE);
	CHECK_INT(g.size, 99);
	CHECK_INT(g.out[1], TFTP_ERROR);
	CHECK_INT(g.out[3], 8);
	tftpget_start(&g, edk2, "f", true, false);
	CHECK_INT(FEED(&g,
	              "\0\6blksize\0"
	              "1468\0"),
	    GET_FAILED);
	CHECK_INT(g.fault, FAULT_TFTP_NO_TSIZE);
	tftpget_start(&g, edk2, "f", true, false);
	CHECK_INT(FEED(&g, "\0\3\0\1x"), GET_FAILED);
	CHECK_INT(g.fault, FAULT_TFTP_NO_OACK);
	tftpget_start(&g, edk2, "f", false, false);
	CHECK_INT(FEED(&g,
	              "\0\6blksize\0"
	              "9000\0"),
	    GET_FAILED);
	tftpget_start(&g, edk2, "f", false, false);
	CHECK_INT(FEED(&g, "\0\5\0\1gone\0"), GET_FAILED);
	CHECK_INT(g.fault, FAULT_BOOTFILE_NOT_FOUND);
	CHECK_STR(g.message, "gone");
}

static void
tftp_windows(void)
{
	const struct persona_tftp *edk2 = persona_find("efi-x64")->tftp;
	struct tftpget g;
	char block[12] = "\0\3\0\1";

	tftpget_start(&g, edk2, "f", false, false);
	CHECK_INT(FEED(&g,
	              "\0\6blksize\0"
	              "8\0windowsize\0"
	              "2\0"),
	    GET_SEND);
	CHECK_INT(feed(&g, block, 12), GET_SEND);
	CHECK_INT(g.out_len, 0); /* in the window: no ACK yet */
	block[3] = 2;
	CHECK_INT(feed(&g, block, 12), GET_SEND);
	CHECK_INT(g.out[3], 2);
	block[3] = 4; /* block 3 was lost */
	CHECK_INT(feed(&g, block, 12), GET_SEND);
	CHECK_INT(g.out[3], 2);
	CHECK_INT(g.len, 0);
	block[3] = 3;
	CHECK_INT(feed(&g, block, 6), GET_DONE);
	CHECK_INT(g.bytes, 18);
}

static void
tftp_block_numbers_roll_over(void)
{
	static const struct persona_tftp small = { .read = "blksize=8" };
	struct tftpget g;
	char block[12] = "\0\3";

	tftpget_start(&g, &small, "f", false, false);
	FEED(&g,
	    "\0\6blksize\0"
	    "8\0");
	for (unsigned n = 1; n <= 70000; n++) {
		block[2] = (char)(n >> 8);
		block[3] = (char)n;
		if (feed(&g, block, 12) != GET_SEND || g.len != 8) {
			CHECK(!"a block was not taken");
			return;
		}
	}
	CHECK_INT(g.bytes, 560000);
}

static void
dns_answers(void)
{
	uint8_t q[512];
	uint32_t addr = 0;
	static const char answer[] = "\0\1\x81\x80\0\1\0\2\0\0\0\0\4boot\3lan\0\0\1\0\1"
	                             "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\2\xc0\x0c"
	                             "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\0\0\7";

	CHECK_INT(dns_write("boot.lan", 1, q, sizeof(q)), 12 + 10 + 4);
	CHECK_INT(dns_write("a..b", 1, q, sizeof(q)), 0);
	for (size_t n = 0; n < sizeof(answer) - 1; n++)
		CHECK(!dns_read((const uint8_t *)answer, n, &addr));
	CHECK(dns_read((const uint8_t *)answer, sizeof(answer) - 1, &addr));
	CHECK_INT(addr, 0x0a000007);
}

static const char *
join(const char *base, const char *name)
{
	static char text[URL_TEXT];
	struct url b, u;

	if (!url_parse(base, &b) || !url_join(&b, name, &u))
		return "none";
	return url_text(&u, text);
}

static void
addresses_of_files(void)
{
	struct url u;

	CHECK_STR(join("http://h/a/b.ipxe", "c"), "http://h/a/c");
	CHECK_STR(join("http://h:8080/a/b.ipxe", "/c"), "http://h:8080/c");
	CHECK_STR(join("http://h/a/b?x=/y", "../c"), "http://h/c");
	CHECK_STR(join("http://h", "c"), "http://h/c");
	CHECK_STR(join("tftp://h/a/b", "c%20d"), "tftp://h/a/c d");
	CHECK_STR(join("tftp://h/b", "c"), "tftp://h/c");
	CHECK_STR(join("tftp://h/b", "http://x/y"), "http://x/y");
	CHECK_STR(join("http://h/b", "nfs://x/y"), "none");
	CHECK(url_parse("http://[fd00::1]:8080/x", &u));
	CHECK_INT(u.port, 8080);
	CHECK_STR(u.host, "[fd00::1]");
	CHECK(url_parse("http://me:pw@10.0.0.1?x", &u));
	CHECK_STR(u.host, "10.0.0.1");
	CHECK_STR(u.path, "/?x");
	CHECK(!url_parse("ftp://h/x", &u));
	CHECK(!url_parse("http:///x", &u));
	CHECK(!url_parse("http://h:99999/x", &u));
	CHECK(url_tftp(0x0a000001, "\\boot\\x.efi", &u));
	CHECK_STR(u.path, "\\boot\\x.efi");
}

int
main(void)
{
	RUN(personas_are_who_they_say);
	RUN(relay_and_request);
	RUN(tftp_plain_read);
	RUN(tftp_probe_and_refusals);
	RUN(tftp_windows);
	RUN(tftp_block_numbers_roll_over);
	RUN(dns_answers);
	RUN(addresses_of_files);
	return TEST_EXIT();
}

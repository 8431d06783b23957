#include "scene.h"
#include "test.h"

#include "reply.h"

/* The shape of the reply for each firmware: what it needs, nothing that it
 * would trip over. */

#define BOOT \
	"boot client=ipxe file=http://{server}/boot.ipxe\n" \
	"boot arch=bios file=undionly.kpxe\n" \
	"boot client=http arch=efi-x64 file=http://{server}/ipxe.efi\n" \
	"boot arch=efi-x64 file=shimx64.efi\n" \
	"boot arch=uboot-arm64 file=boot.scr\n" \
	"boot arch=rpi file=x\n"
#define SERVER "subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.90 router=10.77.0.1 dns=10.77.0.1 domain=a.lan lease=10m\n"
#define PROXY "subnet 10.77.0.0/24 proxy\n"

static uint8_t bytes[REPLY_MAX];
static size_t reply_len;
static struct dhcp_msg reply;

static void
build(void)
{
	unsigned left_out;

	reply_len = reply_write(&answer, bytes, &left_out);
	CHECK(reply_len >= 240);
	CHECK_INT(dhcp_parse(bytes, reply_len, &reply), DHCP_OK);
	CHECK_INT(reply.overload, 0);
	CHECK_INT(reply.op, BOOTREPLY);
	CHECK_INT(reply.xid, request.msg.xid);
	CHECK(memcmp(reply.chaddr, request.msg.chaddr, 16) == 0);
}

/* The reply to a packet under these rules. */
static void
ask(const char *text, const char *packet)
{
	CHECK_INT(scene_rules(text), 0);
	scene_request(packet);
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	build();
}

static bool
option_is(uint8_t code, const void *want, size_t want_len)
{
	size_t len;
	const uint8_t *v = dhcp_get(&reply, code, &len);

	return v && len == want_len && memcmp(v, want, len) == 0;
}

static void
boots(const char *file, uint32_t from)
{
	char addr[NUM_IP4_TEXT];

	CHECK_STR(reply.file, file);
	CHECK(option_is(DHCP_BOOT_FILE, file, strlen(file) + 1));
	CHECK_INT(reply.siaddr, from);
	num_ip4_text(from, addr);
	if (client.pxe.client != PXE_CLIENT_HTTP)
		CHECK(option_is(DHCP_TFTP_NAME, addr, strlen(addr)));
}

static void
server_mode(void)
{
	ask(SERVER BOOT, "dhcp-edk2-discover.hex");
	boots("shimx64.efi", own_addr);
	CHECK_INT(reply.yiaddr, IP(10, 77, 0, 50));
	CHECK(!dhcp_has(&reply, DHCP_CLASS)); /* with it EDK2 would ask on 4011 */
	CHECK(!dhcp_has(&reply, DHCP_VENDOR));
	CHECK(dhcp_has(&reply, DHCP_UUID));
	CHECK(option_is(DHCP_DOMAIN, "a.lan", 5));
	CHECK(option_is(DHCP_LEASE_TIME, "\0\0\x02\x58", 4));
	ask(SERVER BOOT, "dhcp-bios-discover.hex");
	boots("undionly.kpxe", own_addr);
	CHECK(!dhcp_has(&reply, DHCP_CLASS));
	ask(SERVER BOOT, "dhcp-ipxe-discover.hex");
	boots("http://10.77.0.1/boot.ipxe", own_addr);
	CHECK(option_is(DHCP_IPXE, "\xb0\x01\x01", 3));
	CHECK(dhcp_has(&reply, DHCP_CLIENT_ID));
	ask(SERVER BOOT, "dhcp-http-discover.hex");
	boots("http://10.77.0.1/ipxe.efi", own_addr);
	CHECK(option_is(DHCP_CLASS, "HTTPClient", 10));
	ask(SERVER BOOT, "dhcp-uboot-discover.hex");
	boots("boot.scr", own_addr);
	ask(SERVER BOOT, "dhcp-rpi-discover.hex");
	CHECK(option_is(DHCP_CLASS, "PXEClient", 9));
	CHECK(dhcp_has(&reply, DHCP_VENDOR));
}

static void
proxy_mode(void)
{
	ask(PROXY BOOT, "dhcp-edk2-discover.hex");
	CHECK_INT(answer.type, DHCP_OFFER);
	CHECK_INT(reply.yiaddr, 0);
	CHECK(option_is(DHCP_CLASS, "PXEClient", 9));
	CHECK(!dhcp_has(&reply, DHCP_VENDOR)); /* tianocore/edk2#6944 */
	CHECK(!dhcp_has(&reply, DHCP_LEASE_TIME));
	CHECK(!dhcp_has(&reply, DHCP_NETMASK));
	CHECK(!dhcp_has(&reply, DHCP_ROUTER));
	CHECK_INT(reply.siaddr, own_addr);
	ask(PROXY BOOT, "dhcp-bios-discover.hex");
	boots("undionly.kpxe", own_addr);
	CHECK(option_is(DHCP_VENDOR, "\x06\x01\x08\xff", 4));
	ask(PROXY BOOT, "dhcp-ipxe-discover.hex");
	boots("http://10.77.0.1/boot.ipxe", own_addr);
	CHECK(!dhcp_has(&reply, DHCP_IPXE));
	ask(PROXY BOOT, "dhcp-http-discover.hex");
	boots("http://10.77.0.1/ipxe.efi", own_addr);
	CHECK(option_is(DHCP_CLASS, "HTTPClient", 10));
	ask(PROXY BOOT, "dhcp-uboot-discover.hex");
	boots("boot.scr", own_addr);
	CHECK_INT(scene_rules(PROXY BOOT), 0);
	scene_request("dhcp-bootp-request.hex");
	CHECK_INT(scene_ask(1000), SERVER_IGNORED);
}

/* RFC 1542, section 2.1: as long as the client's own message. */
static void
bootp_gets_what_it_sent(void)
{
	static const char text[] =
	    "subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.90 bootp=dynamic domain=a.lan\n"
	    "option 17 text=/this/is/the/root/path/of/it\noption 209 text=pxelinux.cfg/default\n";

	ask(text, "dhcp-bootp-request.hex");
	CHECK_INT(reply_len, 300);
	CHECK(!dhcp_has(&reply, 209));
	request.len = 400;
	build();
	CHECK(reply_len > 300 && reply_len <= 400);
	CHECK(option_is(209, "pxelinux.cfg/default", 20));
	request.len = 65000;
	build();
	CHECK(reply_len <= REPLY_MAX - 28);
}

/* Over what we would say in option 43, as over all else. */
static void
option_43_lines_win(void)
{
	ask(PROXY BOOT "option 43 hex=060107ff\n", "dhcp-bios-discover.hex");
	CHECK(option_is(DHCP_VENDOR, "\x06\x01\x07\xff", 4));
	ask(PROXY BOOT "option 43.6 u8=7\noption 43.6 u8=5\n", "dhcp-bios-discover.hex");
	CHECK(option_is(DHCP_VENDOR, "\x06\x01\x07\xff", 4));
	ask(PROXY BOOT "option 43.77 u8=1\n", "dhcp-bios-discover.hex");
	CHECK(option_is(DHCP_VENDOR, "\x4d\x01\x01\x06\x01\x08\xff", 7));
	ask(PROXY BOOT "option 43 hex=060107ff\noption 43.6 u8=7\n", "dhcp-edk2-discover.hex");
	CHECK(option_is(DHCP_VENDOR, "\x06\x01\x07\xff", 4)); /* for firmware that takes it; EDK2 does not */
	ask(PROXY BOOT "option 43.6 u8=8 arch=efi-arm64\noption 43.6 u8=7 client=http\n", "dhcp-edk2-discover.hex");
	CHECK(!dhcp_has(&reply, DHCP_VENDOR)); /* tianocore/edk2#6944 */
	ask(PROXY BOOT "option 43.6 u8=8 arch=efi-x64\n", "dhcp-edk2-discover.hex");
	CHECK(option_is(DHCP_VENDOR, "\x06\x01\x08\xff", 4));
	ask(PROXY BOOT "option 43.6 u8=8 client=http\n", "dhcp-http-discover.hex");
	CHECK(option_is(DHCP_VENDOR, "\x06\x01\x08\xff", 4));
	ask(PROXY "menu prompt=P timeout=1\nmenu item=Disk local\noption 43.10 hex=0551\n", "dhcp-bios-discover.hex");
	CHECK(option_is(DHCP_VENDOR, "\x0a\x02\x05\x51\x06\x01\x03\x09\x07\0\0\4Disk\xff", 17));
}

static void
binl(const char *text, const char *packet)
{
	CHECK_INT(scene_rules(text), 0);
	scene_request(packet);
	request.dport = 4011;
	request.sport = 4011;
	request.src = IP(10, 77, 0, 100);
	request.dst = own_addr;
	request.unicast = true;
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	build();
}

static void
port_4011(void)
{
	struct target to;

	binl(PROXY BOOT, "dhcp-edk2-binl.hex");
	CHECK_INT(answer.type, DHCP_ACK);
	boots("shimx64.efi", own_addr);
	CHECK_INT(reply.hlen, 16);
	CHECK(option_is(DHCP_CLASS, "PXEClient", 9));
	CHECK(!dhcp_has(&reply, DHCP_VENDOR));
	reply_target(&answer, true, &to);
	CHECK_INT(to.way, TARGET_ROUTED);
	CHECK_INT(to.addr, IP(10, 77, 0, 100));
	CHECK_INT(to.port, 4011);
	/* also where the addresses are ours, and for a relayed link */
	binl(SERVER BOOT, "dhcp-edk2-binl.hex");
	boots("shimx64.efi", own_addr);
}

static void
tftp_server_elsewhere(void)
{
	static const char text[] = PROXY "boot arch=efi-x64 file=a.efi server=10.77.0.9\n";

	ask(text, "dhcp-edk2-discover.hex");
	CHECK_INT(reply.siaddr, own_addr); /* whom it asks on port 4011 */
	CHECK_STR(reply.file, "");
	binl(text, "dhcp-edk2-binl.hex");
	boots("a.efi", IP(10, 77, 0, 9));
	ask(SERVER "boot arch=bios file={server}/{mac-}/{arch} server=10.77.0.9\n", "dhcp-bios-discover.hex");
	boots("10.77.0.9/52-54-00-12-34-56/bios", IP(10, 77, 0, 9));
}

static void
menus(void)
{
	static const char text[] = PROXY "menu prompt=Press timeout=10\n"
	                                 "menu item=A file=a.0\nmenu item=Disk local\n";
	static const uint8_t want[] = { 6, 1, 3, 10, 6, 10, 'P', 'r', 'e', 's', 's', 8, 7, 0x80, 2, 1, 10, 77, 0, 1, 9,
		11, 0x80, 2, 1, 'A', 0, 0, 4, 'D', 'i', 's', 'k', 255 };

	ask(text, "dhcp-bios-discover.hex");
	CHECK(option_is(DHCP_VENDOR, want, sizeof(want)));
	CHECK(option_is(DHCP_CLASS, "PXEClient", 9));
	CHECK_INT(reply.siaddr, own_addr);
	binl(PROXY "menu prompt=P\nmenu item=A file=a.0\noption 43 hex=0601ff\noption 43.71 u8=1\n",
	    "dhcp-menu-choice.hex");
	CHECK(option_is(DHCP_VENDOR, "\x47\x04\x80\x02\0\0\xff", 7));
	binl(text, "dhcp-menu-choice.hex");
	boots("a.0", own_addr);
	CHECK(option_is(DHCP_VENDOR, "\x47\x04\x80\x02\0\0\xff", 7));
	/* UEFI takes no option 43 from a proxy */
	CHECK_INT(scene_rules(text), 0);
	scene_request("dhcp-edk2-discover.hex");
	CHECK_INT(scene_ask(1000), SERVER_NO_BOOT);
}

static enum server_result
choice(const char *text, uint16_t port)
{
	CHECK_INT(scene_rules(text), 0);
	scene_request("dhcp-menu-choice.hex"); /* of type 0x8002 */
	request.dport = port;
	request.src = IP(10, 77, 0, 100);
	return scene_ask(1000);
}

/* Beside another boot server, which has a menu too. */
static void
only_items_of_our_menu_can_be_chosen(void)
{
	static const char one[] = PROXY "boot file=b.0\nmenu item=A file=a.0\n";
	static const char url[] = PROXY "boot file=b.0\nmenu item=A file=a.0\nmenu item=B file=http://{server}/b\n";
	static const char two[] = PROXY "boot file=b.0\nmenu item=A file=a.0\nmenu item=B file=c.0\n";

	CHECK_INT(choice(one, DHCP_PORT_BINL), SERVER_NO_BOOT);
	CHECK_INT(choice(one, DHCP_PORT_SERVER), SERVER_OTHER_SERVER);
	CHECK_INT(choice(url, DHCP_PORT_BINL), SERVER_NO_BOOT); /* a ROM takes no URL, */
	CHECK_INT(choice(two, DHCP_PORT_BINL), SERVER_ANSWER);
	CHECK_STR(answer.boot.file, "c.0");
	CHECK_INT(choice(two, DHCP_PORT_SERVER), SERVER_ANSWER);
	CHECK_STR(answer.boot.file, "c.0");
	/* without a menu of ours: who asks us alone gets our boot file */
	CHECK_INT(choice(PROXY "boot file=b.0\n", DHCP_PORT_BINL), SERVER_ANSWER);
	CHECK_STR(answer.boot.file, "b.0");
	CHECK_INT(choice(PROXY "boot file=b.0\n", DHCP_PORT_SERVER), SERVER_OTHER_SERVER);
	/* and is not shown it */
	ask(url, "dhcp-bios-discover.hex");
	CHECK(!memmem(bytes, reply_len,
	    "\x01"
	    "B",
	    2));
}

static void
menu_that_is_too_long(void)
{
	char text[4096] = PROXY;
	unsigned left_out;

	for (int i = 0; i < 20; i++)
		snprintf(text + strlen(text), 100, "menu item=\"Operating system number %d\" file=f%d\n", i, i);
	CHECK_INT(scene_rules(text), 0);
	scene_request("dhcp-bios-discover.hex");
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	reply_len = reply_write(&answer, bytes, &left_out);
	CHECK(left_out > 0);
	CHECK_INT(dhcp_parse(bytes, reply_len, &reply), DHCP_OK);
	CHECK(dhcp_has(&reply, DHCP_VENDOR));
}

/* Adds an option that holds an address, the n-th so added. */
static void
add_addr(uint8_t code, uint32_t addr, unsigned n)
{
	const size_t at = sizeof(request.msg.store) - 4 * (n + 1); /* no packet of tests/data is so long */
	struct wr w = wr_open(request.msg.store + at, 4);

	wr_u32(&w, addr);
	request.msg.option[code].at = (uint16_t)at;
	request.msg.option[code].len = 4;
}

/* The boot file of the next message in a row; "" without.  A REQUEST is one for what
 * was offered. */
static const char *
asks(const char *packet, enum dhcp_type type, int64_t now)
{
	uint32_t offered = answer.yiaddr;

	scene_request(packet);
	request.msg.type = type;
	if (type == DHCP_REQUEST) {
		add_addr(DHCP_REQUESTED_ADDR, offered, 0);
		add_addr(DHCP_SERVER_ID, own_addr, 1);
	}
	if (scene_ask(now) != SERVER_ANSWER)
		return "no answer";
	build();
	return reply.file;
}

/* Many an iPXE has a script inside and does not ask for a file again; so only the
 * very same iPXE that comes back is kept from loading itself for ever. */
static void
only_a_real_loop_of_ipxe_is_broken(void)
{
	static const char rom[] = "dhcp-edk2-discover.hex", a[] = "dhcp-ipxe-efirom-discover.hex",
	                  b[] = "dhcp-ipxe-efi-discover.hex";

	CHECK_INT(scene_rules(SERVER "boot file=ipxe.efi server=10.77.0.9\n"), 0);
	CHECK_STR(asks(rom, DHCP_DISCOVER, 1000), "ipxe.efi");
	CHECK_STR(asks(a, DHCP_DISCOVER, 1000), "ipxe.efi");
	CHECK_STR(asks(a, DHCP_DISCOVER, 1001), "ipxe.efi"); /* the offer was lost */
	CHECK_STR(asks(a, DHCP_REQUEST, 1002), "ipxe.efi");
	CHECK_STR(asks(a, DHCP_REQUEST, 1003), "ipxe.efi");  /* the ACK was lost */
	CHECK_STR(asks(b, DHCP_DISCOVER, 1010), "ipxe.efi"); /* another iPXE */
	CHECK_STR(asks(b, DHCP_REQUEST, 1011), "ipxe.efi");
	CHECK_STR(asks(b, DHCP_DISCOVER, 1020), ""); /* itself */
	CHECK_INT(answer.boot.refused->where.line, 2);
	CHECK_INT(reply.siaddr, IP(10, 77, 0, 9)); /* which a script may need */
	CHECK(!dhcp_has(&reply, DHCP_BOOT_FILE));
	CHECK_STR(asks(b, DHCP_REQUEST, 1021), "");
	CHECK_STR(asks(b, DHCP_DISCOVER, 1072), "ipxe.efi"); /* much later */
}

static void
a_line_for_ipxe_comes_before_a_plain_one(void)
{
	static const char a[] = "dhcp-ipxe-discover.hex";

	CHECK_INT(
	    scene_rules(SERVER "boot arch=bios file=undionly.kpxe\nboot file=x.0\nboot client=ipxe file=a.ipxe\n"), 0);
	CHECK_STR(asks(a, DHCP_DISCOVER, 1000), "a.ipxe");
	CHECK_INT(scene_rules(SERVER "boot arch=bios file=undionly.kpxe\nmenu item=a file=http://{server}/a\n"), 0);
	CHECK_STR(asks(a, DHCP_DISCOVER, 1000), "");
	CHECK(answer.boot.menu);
	/* those that mean it */
	for (const char *const *line = (const char *const[]){ "client=ipxe", "user-class=iPXE", "chain", NULL }; *line;
	     line++) {
		char text[200];

		snprintf(
		    text, sizeof(text), SERVER "boot file=undionly.kpxe %s\nboot client=ipxe file=a.ipxe\n", *line);
		CHECK_INT(scene_rules(text), 0);
		for (int i = 0; i < 6; i++)
			CHECK_STR(asks(a, i % 2 ? DHCP_REQUEST : DHCP_DISCOVER, 1000), "undionly.kpxe");
	}
}

/* Telephones and switches load from URLs; whoever names them knows that. */
static void
a_url_goes_to_who_is_named(void)
{
	static const uint8_t mac[6] = { 0x28, 0x99, 0x3a, 0, 0, 1 };
	static const uint8_t options[] = { DHCP_CLASS, 13, 'A', 'r', 'i', 's', 't', 'a', ';', 'D', 'C', 'S', '-', '7',
		'0' };

	CHECK_INT(scene_rules(SERVER "boot file=http://h/all\nboot vendor=!Arista* file=http://h/b\n"
	                             "boot vendor=Arista* file=http://{server}/ztp\n"),
	    0);
	scene_make(DHCP_DISCOVER, mac, options, sizeof(options));
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	build();
	boots("http://10.77.0.1/ztp", own_addr);
	CHECK_STR(asks("dhcp-bios-discover.hex", DHCP_DISCOVER, 1000), ""); /* loads by TFTP alone */
}

/* A telephone that names its maker. */
static void
telephone(const char *text, const char *maker)
{
	static const uint8_t mac[6] = { 0, 4, 0xf2, 0, 0, 1 };
	uint8_t options[64] = { DHCP_CLASS, (uint8_t)strlen(maker) };

	memcpy(options + 2, maker, strlen(maker));
	CHECK_INT(scene_rules(text), 0);
	scene_make(DHCP_DISCOVER, mac, options, 2 + strlen(maker));
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	build();
}

static void
the_server_alone(void)
{
	static const char text[] = SERVER "boot vendor=Polycom* server=10.77.0.9\nboot vendor=Snom* "
	                                  "server=https://prov.example.net/s\nboot file=pxelinux.0\n";

	telephone(text, "Polycom-VVX");
	CHECK_INT(reply.siaddr, IP(10, 77, 0, 9));
	CHECK(option_is(DHCP_TFTP_NAME, "10.77.0.9", 9));
	CHECK(!dhcp_has(&reply, DHCP_BOOT_FILE));
	CHECK_STR(reply.file, "");
	CHECK_STR(reply.sname, "");
	telephone(text, "Snom D785");
	CHECK_INT(reply.siaddr, own_addr);
	CHECK(option_is(DHCP_TFTP_NAME, "https://prov.example.net/s", 26));
	/* a machine that boots and has no file has nothing to boot beside another server, */
	CHECK_INT(scene_rules(PROXY "boot server=10.77.0.9\n"), 0);
	scene_request("dhcp-bios-discover.hex");
	CHECK_INT(scene_ask(1000), SERVER_NO_BOOT);
	/* unless it knows the names */
	ask(PROXY "boot arch=rpi server=10.77.0.9\n", "dhcp-rpi-discover.hex");
	CHECK_INT(reply.siaddr, IP(10, 77, 0, 9));
	CHECK(memmem(bytes, reply_len, "Raspberry Pi Boot", 17));
	/* HTTP Boot takes no less than a URL */
	ask(SERVER "boot server=10.77.0.9\nboot file=http://h/a.efi\n", "dhcp-http-discover.hex");
	boots("http://h/a.efi", own_addr);
}

/* Option 66 has the name; siaddr an address, of which ours is the best that we know. */
static void
a_server_by_its_name(void)
{
	static const char text[] = SERVER "boot file={server}/a server=Boot.example.net\noption 150 ip={server}\n"
	                                  "option 210 text={server}\n";
	struct names_entry entry = { (char[]){ "boot.example.net" }, IP(10, 77, 0, 9) };
	const struct names names = { &entry, 1 };

	telephone(text, "x");
	CHECK_INT(reply.siaddr, own_addr);
	CHECK(option_is(DHCP_TFTP_NAME, "Boot.example.net", 16));
	CHECK_STR(reply.sname, "Boot.example.net");
	CHECK_STR(reply.file, "Boot.example.net/a");
	CHECK(option_is(150, "\x0a\x4d\0\1", 4));
	CHECK(option_is(210, "Boot.example.net", 16));
	rules.names = &names;
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	build();
	CHECK_INT(reply.siaddr, IP(10, 77, 0, 9));
	CHECK(option_is(DHCP_TFTP_NAME, "Boot.example.net", 16));
	CHECK(option_is(150, "\x0a\x4d\0\x09", 4));
	binl(PROXY "menu item=A file={server}/a.0\nmenu item=B file={server}/b.0 server=tftp.example.net\n",
	    "dhcp-menu-choice.hex");
	CHECK_STR(reply.file, "tftp.example.net/b.0");
	CHECK_INT(reply.siaddr, own_addr);
	CHECK(option_is(DHCP_TFTP_NAME, "tftp.example.net", 16));
}

static void
option_lines(void)
{
	ask(SERVER BOOT "option 209 text=cfg/{mac-}\noption 209 text=second\noption 3 ip=10.77.0.254\n"
	                "option 175.8 u8=1\noption 175.176 u8=0\noption 210 text=x client=http\n",
	    "dhcp-ipxe-discover.hex");
	CHECK(option_is(209, "cfg/52-54-00-12-34-56", 21));
	CHECK(option_is(DHCP_ROUTER, "\x0a\x4d\0\xfe", 4));
	CHECK(option_is(DHCP_IPXE, "\x08\x01\x01\xb0\x01\0", 6));
	CHECK(!dhcp_has(&reply, 210));
	/* a proxy leaves the network to the other server */
	ask(PROXY BOOT "option 209 text=cfg\noption 3 ip=10.77.0.254\noption 43.64 u8=1\n", "dhcp-edk2-discover.hex");
	CHECK(option_is(209, "cfg", 3));
	CHECK(!dhcp_has(&reply, DHCP_ROUTER));
	CHECK(option_is(DHCP_VENDOR, "\x40\x01\x01\xff", 4));
	ask(SERVER BOOT "option 43.64 u8=1\n", "dhcp-edk2-discover.hex");
	CHECK(option_is(DHCP_VENDOR, "\x40\x01\x01\xff", 4));
}

static void
size_and_order(void)
{
	char text[4096] = SERVER BOOT;
	unsigned left_out;
	size_t at = 240;

	for (int i = 0; i < 3; i++)
		snprintf(text + strlen(text), 600, "option %d hex=%0400d\n", 224 + i, 0);
	CHECK_INT(scene_rules(text), 0);
	scene_request("dhcp-rpi-discover.hex"); /* no option 57: 576 with its headers */
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	reply_len = reply_write(&answer, bytes, &left_out);
	CHECK(reply_len <= 576 - 28);
	CHECK_INT(left_out, 3);
	CHECK_INT(dhcp_parse(bytes, reply_len, &reply), DHCP_OK);
	scene_request("dhcp-edk2-discover.hex"); /* 57 says 1472 */
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	reply_len = reply_write(&answer, bytes, &left_out);
	CHECK_INT(left_out, 0);
	CHECK(reply_len > 576 && reply_len <= 1472 - 28);
	ask(SERVER, "dhcp-uboot-discover.hex");
	CHECK_INT(reply_len, 300);
	/* 53 first, no pads before the end */
	CHECK_INT(bytes[240], DHCP_MESSAGE_TYPE);
	while (at < reply_len && bytes[at] != DHCP_END) {
		CHECK(bytes[at] != DHCP_PAD);
		at += 2u + bytes[at + 1];
	}
}

static void
long_names(void)
{
	char text[600], name[300];

	memset(name, 'x', sizeof(name));
	name[200] = '\0';
	snprintf(text, sizeof(text), SERVER "boot file=%s\n", name);
	ask(text, "dhcp-edk2-discover.hex");
	CHECK_STR(reply.file, ""); /* 127 bytes is all it holds */
	CHECK(option_is(DHCP_BOOT_FILE, name, 201));
	name[200] = 'x';
	name[245] = '\0';
	snprintf(text, sizeof(text), SERVER "boot file=%s{mac}\n", name);
	ask(text, "dhcp-edk2-discover.hex");
	CHECK(!dhcp_has(&reply, DHCP_BOOT_FILE));
	CHECK(answer.boot.too_long != NULL);
}

static void
copies_of_the_request(void)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	static const uint8_t options[] = { 82, 3, 1, 1, 'p', 61, 3, 0, 1, 2 };
	struct target to;

	CHECK_INT(scene_rules(SERVER), 0);
	scene_make(DHCP_DISCOVER, mac, options, sizeof(options));
	request.msg.giaddr = IP(10, 77, 0, 3);
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	build();
	CHECK(option_is(DHCP_RELAY_INFO, "\x01\x01p", 3));
	CHECK(option_is(DHCP_CLIENT_ID, "\0\x01\x02", 3));
	CHECK_INT(reply.giaddr, IP(10, 77, 0, 3));
	reply_target(&answer, true, &to);
	CHECK_INT(to.way, TARGET_ROUTED);
	CHECK_INT(to.addr, IP(10, 77, 0, 3));
	CHECK_INT(to.port, 67);
	/* a NAK by a relay has to be broadcast at its end */
	scene_make(DHCP_REQUEST, mac, (const uint8_t *)"\x32\x04\x0a\x4e\0\x01", 6);
	request.msg.giaddr = IP(10, 77, 0, 3);
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	build();
	CHECK_INT(reply.type, DHCP_NAK);
	CHECK(reply.flags & DHCP_BROADCAST);
	CHECK(dhcp_has(&reply, DHCP_MESSAGE));
}

static void
where_it_goes(void)
{
	struct target to;

	ask(SERVER BOOT, "dhcp-bios-discover.hex");
	reply_target(&answer, true, &to);
	CHECK_INT(to.way, TARGET_FRAME);
	CHECK_INT(to.addr, answer.yiaddr);
	reply_target(&answer, false, &to);
	CHECK_INT(to.way, TARGET_BROADCAST);
	request.msg.flags = DHCP_BROADCAST;
	reply_target(&answer, true, &to);
	CHECK_INT(to.way, TARGET_BROADCAST);
	request.msg.flags = 0;
	/* who asks for an address has none yet, whatever ciaddr says */
	request.msg.ciaddr = IP(10, 77, 0, 90);
	reply_target(&answer, true, &to);
	CHECK_INT(to.way, TARGET_FRAME);
	CHECK_INT(to.addr, answer.yiaddr);
	reply_target(&answer, false, &to);
	CHECK_INT(to.way, TARGET_BROADCAST);
	request.msg.flags = DHCP_BROADCAST;
	reply_target(&answer, true, &to);
	CHECK_INT(to.way, TARGET_BROADCAST);
	request.msg.flags = 0;
	/* one that has an address: a frame on our link, the kernel's way elsewhere */
	request.msg.type = DHCP_REQUEST;
	reply_target(&answer, true, &to);
	CHECK(to.way == TARGET_FRAME && to.addr == IP(10, 77, 0, 90) && to.port == 68);
	reply_target(&answer, false, &to);
	CHECK(to.way == TARGET_ROUTED && to.addr == IP(10, 77, 0, 90));
	request.unicast = true;
	request.dst = own_addr;
	reply_target(&answer, true, &to);
	CHECK_INT(to.way, TARGET_FRAME);
	request.msg.ciaddr = own_addr; /* this host itself */
	reply_target(&answer, true, &to);
	CHECK_INT(to.way, TARGET_ROUTED);
	request.msg.ciaddr = IP(10, 5, 0, 50); /* behind a router */
	reply_target(&answer, true, &to);
	CHECK(to.way == TARGET_ROUTED && to.port == 68);
	ask(PROXY BOOT, "dhcp-edk2-discover.hex");
	reply_target(&answer, true, &to);
	CHECK_INT(to.way, TARGET_BROADCAST);
	ask("subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59 broadcast=always\n" BOOT, "dhcp-bios-discover.hex");
	CHECK_INT(reply.flags, DHCP_BROADCAST);
	reply_target(&answer, true, &to);
	CHECK_INT(to.way, TARGET_BROADCAST);
	request.msg.ciaddr = IP(10, 77, 0, 50);
	reply_target(&answer, true, &to);
	CHECK_INT(to.way, TARGET_FRAME);
}

static void
bootp(void)
{
	CHECK_INT(
	    scene_rules("subnet 10.77.0.0/24 bootp=dynamic range=10.77.0.50-10.77.0.51 router=10.77.0.1\n" BOOT), 0);
	scene_request("dhcp-bootp-request.hex");
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	build();
	CHECK_INT(reply_len, 300);
	CHECK_STR(reply.file, "undionly.kpxe");
	CHECK(!dhcp_has(&reply, DHCP_MESSAGE_TYPE));
	CHECK(!dhcp_has(&reply, DHCP_SERVER_ID));
	CHECK(!dhcp_has(&reply, DHCP_LEASE_TIME));
	CHECK(dhcp_has(&reply, DHCP_ROUTER));
}

/* Cut anywhere, a packet is refused or answered, never read past its end. */
static void
cut_at_every_length(void)
{
	static const char *const packets[] = { "dhcp-edk2-discover.hex", "dhcp-edk2-binl.hex", "dhcp-http-discover.hex",
		"dhcp-ipxe-discover.hex", "dhcp-bios-discover.hex", "dhcp-uboot-discover.hex", "dhcp-rpi-discover.hex",
		"dhcp-bootp-request.hex", "dhcp-menu-choice.hex" };
	size_t answered = 0;

	CHECK_INT(scene_rules(SERVER BOOT), 0);
	for (size_t p = 0; p < sizeof(packets) / sizeof(packets[0]); p++) {
		uint8_t whole[2048];
		size_t len = packet_bytes(packets[p], whole, sizeof(whole));

		for (size_t n = 0; n < len; n++) {
			uint8_t *cut = malloc(n ? n : 1);
			unsigned left_out;

			memcpy(cut, whole, n);
			scene_request(packets[p]);
			if (dhcp_parse(cut, n, &request.msg) == DHCP_OK && scene_ask(1000) == SERVER_ANSWER) {
				CHECK(reply_write(&answer, bytes, &left_out) >= 300);
				answered++;
			}
			free(cut);
		}
	}
	CHECK(answered > 20); /* what is cut off there is padding */
}

int
main(void)
{
	RUN(server_mode);
	RUN(proxy_mode);
	RUN(bootp_gets_what_it_sent);
	RUN(option_43_lines_win);
	RUN(port_4011);
	RUN(tftp_server_elsewhere);
	RUN(menus);
	RUN(only_items_of_our_menu_can_be_chosen);
	RUN(menu_that_is_too_long);
	RUN(only_a_real_loop_of_ipxe_is_broken);
	RUN(a_line_for_ipxe_comes_before_a_plain_one);
	RUN(a_url_goes_to_who_is_named);
	RUN(the_server_alone);
	RUN(a_server_by_its_name);
	RUN(option_lines);
	RUN(size_and_order);
	RUN(long_names);
	RUN(copies_of_the_request);
	RUN(where_it_goes);
	RUN(bootp);
	RUN(cut_at_every_length);
	scene_end();
	return TEST_EXIT();
}

#include "scene.h"
#include "test.h"

#include "ipxe.h"
#include "match.h"

static void
globs(void)
{
	static const struct {
		const char *pattern, *text;
		bool fits;
	} t[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "abc", "abc", true },
		{ "abc", "abcd", false },
		{ "abc", "ab", false },
		{ "a*c", "abbbc", true },
		{ "a*c", "abbb", false },
		{ "*c", "abcabc", true },
		{ "a**b", "ab", true },
		{ "*a*b*", "xxaxxbxx", true },
		{ "*a*b*", "xxbxxaxx", false },
		{ "52:54:00:*", "52:54:00:12:34:56", true },
		{ "52:54:00:*", "52:54:01:12:34:56", false },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (match_glob(t[i].pattern, t[i].text, strlen(t[i].text)) != t[i].fits) {
			CHECK(!"the glob");
			printf("# %s %s\n", t[i].pattern, t[i].text);
		}
	CHECK(match_glob("a*", "a\0b", 3));
	CHECK(!match_glob("a", "a\0b", 3));
}

/* Does `boot KEY=... file=x` fit the client of the packet? */
static bool
fits(const char *packet, const char *keys)
{
	char text[600];

	snprintf(text, sizeof(text),
	    "subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59\n"
	    "host mac=52:54:00:12:34:56 tag=a,b\nboot %s file=x\n",
	    keys);
	CHECK_INT(scene_rules(text), 0);
	scene_request(packet);
	client_read(&request.msg, &client);
	hosts_find(&hosts, &client);
	client.subnet = match_subnet(&rules, &request, &client);
	return match_fits(rules_line(&rules, RULE_BOOT, 0)->match, &client);
}

static void
every_key(void)
{
	static const struct {
		const char *packet, *keys;
		bool fits;
	} t[] = {
		{ "dhcp-edk2-discover.hex", "", true },
		{ "dhcp-edk2-discover.hex", "client=pxe", true },
		{ "dhcp-edk2-discover.hex", "client=http,ipxe", false },
		{ "dhcp-edk2-discover.hex", "arch=efi-x64", true },
		{ "dhcp-edk2-discover.hex", "arch=bios,efi-x64", true },
		{ "dhcp-edk2-discover.hex", "arch=7", true },
		{ "dhcp-edk2-discover.hex", "arch=9", false },
		{ "dhcp-edk2-discover.hex", "arch=0x7", true },
		{ "dhcp-edk2-discover.hex", "arch=0X0010,0x07", true },
		{ "dhcp-edk2-discover.hex", "arch=0x10", false },
		{ "dhcp-edk2-discover.hex", "arch=bios", false },
		{ "dhcp-edk2-discover.hex", "mac=52:54:00:12:34:56", true },
		{ "dhcp-edk2-discover.hex", "mac=52-54-00-*", true },
		{ "dhcp-edk2-discover.hex", "mac=52:54:01:*", false },
		{ "dhcp-edk2-discover.hex", "vendor=PXEClient:Arch:00007:*", true },
		{ "dhcp-edk2-discover.hex", "vendor=PXEClient", false },
		{ "dhcp-edk2-discover.hex", "subnet=10.77.0.0/24", true },
		{ "dhcp-edk2-discover.hex", "subnet=10.0.0.0/8", true },
		{ "dhcp-edk2-discover.hex", "tag=b", true },
		{ "dhcp-edk2-discover.hex", "tag=c,a", true },
		{ "dhcp-edk2-discover.hex", "tag=c", false },
		{ "dhcp-edk2-discover.hex", "host=known", true },
		{ "dhcp-edk2-discover.hex", "host=unknown", false },
		{ "dhcp-edk2-discover.hex", "user-class=*", false },
		{ "dhcp-edk2-discover.hex", "circuit-id=*", false },
		{ "dhcp-edk2-discover.hex", "uuid=30c1a5e0-f1b2-c3d4-*", true },
		{ "dhcp-edk2-discover.hex", "uuid=e1*", false },
		{ "dhcp-http-discover.hex", "client=http arch=efi-x64", true },
		{ "dhcp-http-discover.hex", "arch=7", false },
		{ "dhcp-http-discover.hex", "arch=16", true },
		{ "dhcp-ipxe-discover.hex", "client=ipxe", true },
		{ "dhcp-ipxe-discover.hex", "client=pxe", false },
		{ "dhcp-ipxe-discover.hex", "user-class=iPXE", true },
		{ "dhcp-ipxe-discover.hex", "user-class=i*E", true },
		{ "dhcp-bios-discover.hex", "arch=bios client=pxe", true },
		{ "dhcp-uboot-discover.hex", "client=other arch=uboot-arm64", true },
		{ "dhcp-rpi-discover.hex", "arch=rpi", true },
		{ "dhcp-rpi-discover.hex", "arch=bios", true },
		{ "dhcp-rpi-discover.hex", "host=unknown", true },
		{ "dhcp-bootp-request.hex", "client=bootp arch=bios", true },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (fits(t[i].packet, t[i].keys) != t[i].fits) {
			CHECK(!"the line");
			printf("# %s %s\n", t[i].packet, t[i].keys);
		}
}

static void
relay_and_class_options(void)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	static const uint8_t options[] = { 82, 8, 1, 6, 0, 4, 'p', 'o', 'r', 't', 77, 6, 1, 'a', 3, 'b', 'c', 'd' };
	struct match m = { .circuit_id = "00:04:70:*" };

	scene_make(DHCP_DISCOVER, mac, options, sizeof(options));
	client_read(&request.msg, &client);
	CHECK(match_fits(&m, &client));
	m.circuit_id = "*port";
	CHECK(match_fits(&m, &client));
	m.circuit_id = "port";
	CHECK(!match_fits(&m, &client));
	m = (struct match){ .user_class = "bcd" };
	CHECK(match_fits(&m, &client));
	m.user_class = "a";
	CHECK(match_fits(&m, &client));
	m.user_class = "abcd";
	CHECK(!match_fits(&m, &client));
}

static void
templates(void)
{
	struct template_values v = { .of = { [TEMPLATE_SERVER] = "10.0.0.1", [TEMPLATE_MAC_DASHES] = "52-54" } };
	char out[32], bad[16];

	CHECK(template_expand("http://{server}/{mac-}/x", &v, out, sizeof(out)));
	CHECK_STR(out, "http://10.0.0.1/52-54/x");
	CHECK(template_expand("{uuid}{serial}", &v, out, sizeof(out)));
	CHECK_STR(out, "");
	CHECK(template_expand("${net0/mac}{", &v, out, sizeof(out)));
	CHECK_STR(out, "${net0/mac}{");
	CHECK(!template_expand("{server}{server}{server}{server}", &v, out, sizeof(out)));
	CHECK(template_check("a{ip}{arch}{host}${x}", bad, sizeof(bad)));
	CHECK(!template_check("a{ip}{Arch}", bad, sizeof(bad)));
	CHECK_STR(bad, "{Arch}");
}

static void
names_of_ipxe(void)
{
	static const char *const yes[] = { "undionly.kpxe", "ipxe.efi", "x/snponly.efi", "IPXE.EFI", "ipxe-x86_64.efi",
		"netboot.xyz.efi", "netboot.xyz-undionly.kpxe", "ipxe.pxe", "http://h/ipxe.lkrn", "undionly.0",
		"http://h/a/IPXE.EFI?x=/1", "ipxe.krn", "gpxe.0" };
	static const char *const no[] = { "boot.ipxe", "pxelinux.0", "shimx64.efi", "ipxe/boot.cfg",
		"http://h/ipxe.php", "snapshot.efi", "menu.ipxe", "", "http://h/boot.php?f=/ipxe.efi" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		CHECK(ipxe_binary(yes[i]));
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		CHECK(!ipxe_binary(no[i]));
}

static void
what_a_client_says_of_itself(void)
{
	scene_request("dhcp-rpi-discover.hex");
	client_read(&request.msg, &client);
	CHECK(client.rpi);
	CHECK_STR(client_arch(&client), "rpi");
	CHECK_STR(client.serial, "89abcdef");
	scene_request("dhcp-edk2-binl.hex");
	client_read(&request.msg, &client);
	CHECK(!client.has_mac);
	CHECK_STR(client.uuid_text, "e0a5c130-b2f1-d4c3-a5b6-c7d8e9f00112");
	CHECK(client_is_efi(&client));
	CHECK_INT(client.key_len, 0);
	scene_request("dhcp-ipxe-discover.hex");
	client_read(&request.msg, &client);
	CHECK(client.sent_id);
	CHECK_INT(client.key_len, 7);
	scene_request("dhcp-bios-discover.hex");
	client_read(&request.msg, &client);
	CHECK(!client.sent_id);
	CHECK_INT(client.key_len, 7); /* 01 and the MAC address: as iPXE's */
	CHECK_INT(client.key[0], 1);
	CHECK(!client.rpi);
	scene_request("dhcp-uboot-discover.hex");
	client_read(&request.msg, &client);
	CHECK_STR(client_arch(&client), "uboot-arm64");
}

int
main(void)
{
	RUN(globs);
	RUN(every_key);
	RUN(relay_and_class_options);
	RUN(templates);
	RUN(names_of_ipxe);
	RUN(what_a_client_says_of_itself);
	scene_end();
	return TEST_EXIT();
}

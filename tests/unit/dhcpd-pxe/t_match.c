#include "scene.h"
#include "test.h"

#include "match.h"

/* A line that fits is never passed over. */
static bool
first_boot_line_fits(void)
{
	bool fits = match_fits(rules_line(&rules, RULE_BOOT, 0)->match, &client);

	CHECK(!fits || match_next(&rules, RULE_BOOT, 0, &client) == 0);
	return fits;
}

static void
lines_that_cannot_fit_are_passed_over(void)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 }, options[] = { 60, 4, 'S', 'n', 'o', 'm' };

	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59\n"
	                      "boot opt=60:Aruba* file=a\nboot opt=82.1:* file=b\nboot client=pxe file=c\n"
	                      "boot ipxe=http file=d\nboot opt=!60:S* file=e\nboot file=f\n"),
	    0);
	scene_make(DHCP_DISCOVER, mac, options, sizeof(options));
	client_read(&request.msg, &client);
	CHECK_INT(match_next(&rules, RULE_BOOT, 0, &client), 4);
	CHECK_INT(match_next(&rules, RULE_BOOT, 5, &client), 5);
	CHECK_INT(match_next(&rules, RULE_BOOT, 6, &client), 6);
}

/* Does `boot KEY=... file=x` fit the client of the packet? */
static bool
fits(const char *packet, const char *keys)
{
	struct hosts_who who;
	char text[600];

	snprintf(text, sizeof(text),
	    "subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59\n"
	    "host mac=52:54:00:12:34:56 tag=a,b\nboot %s file=x\n",
	    keys);
	CHECK_INT(scene_rules(text), 0);
	scene_request(packet);
	client_read(&request.msg, &client);
	who = client_who(&client);
	hosts_find(&hosts, &who, NULL, &client.found);
	client.subnet = match_subnet(&rules, &request, &client);
	return first_boot_line_fits();
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

/* The same for a client whose message has just these options. */
static bool
options_fit(const uint8_t *options, size_t len, const char *keys)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	char text[600];

	snprintf(text, sizeof(text), "subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59\nboot %s file=x\n", keys);
	CHECK_INT(scene_rules(text), 0);
	scene_make(DHCP_DISCOVER, mac, options, len);
	client_read(&request.msg, &client);
	return first_boot_line_fits();
}

static void
conditions_on_options(void)
{
	static const uint8_t options[] = { 82, 13, 1, 6, 0, 4, 'p', 'o', 'r', 't', 2, 3, 'r', '1', 0, 77, 6, 1, 'a', 3,
		'b', 'c', 'd', 60, 5, 'S', 'n', 'o', 'm', 0, 12, 4, 'P', 'c', '-', '7', 175, 9, 19, 1, 1, 39, 1, 1, 24,
		1, 0 };
	static const char *const fit[] = { "circuit-id=00:04:70:*", "circuit-id=*port", "user-class=bcd",
		"user-class=a", "vendor=Snom", "vendor=!Snom300", "vendor=S*", "remote-id=r1", "remote-id=72:31:00",
		"name=pc-*", "name=!pc", "opt=60:Snom", "opt=60:hex:53:6e:*", "opt=82.2:r*", "opt=82.1:hex:0004:*",
		"opt=!93:*", "opt=!82.3:*", "opt=60:S* opt=12:P* opt=!82.1:x", "opt=175.19:hex:01", "ipxe=http",
		"ipxe=http,menu", "ipxe=!http,bzimage", "ipxe=19", "client=!bootp", "client=!pxe,http", "arch=!bios",
		"mac=!52:54:00:*", "uuid=!00*", "tag=!a", "host=!known", "user-class=!iPXE", "subnet=!10.77.0.0/24" };
	static const char *const unfit[] = { "circuit-id=port", "user-class=abcd", "vendor=!Snom", "vendor=snom",
		"name=!PC-7", "opt=60:snom", "opt=61:*", "opt=!60:*", "opt=82.3:*", "opt=12:P* opt=!60:S*",
		"opt=60:hex:53:6e", "ipxe=bzimage", "ipxe=http,nfs", "ipxe=!http", "client=!ipxe", "mac=!02:*",
		"host=!unknown", "user-class=!a", "circuit-id=!*port" };

	for (size_t i = 0; i < sizeof(fit) / sizeof(fit[0]); i++)
		if (!options_fit(options, sizeof(options), fit[i])) {
			CHECK(!"the condition holds");
			printf("# %s\n", fit[i]);
		}
	for (size_t i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++)
		if (options_fit(options, sizeof(options), unfit[i])) {
			CHECK(!"the condition does not hold");
			printf("# %s\n", unfit[i]);
		}
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
	RUN(every_key);
	RUN(conditions_on_options);
	RUN(lines_that_cannot_fit_are_passed_over);
	RUN(what_a_client_says_of_itself);
	scene_end();
	return TEST_EXIT();
}

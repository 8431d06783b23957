#include "scene.h"

static const char plain[] = "subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1003 dns=fd00:77::53 domain=lab.example "
                            "lease=10m preference=7\n"
                            "boot client=ipxe file=http://{server}/boot.ipxe\n"
                            "boot client=http file=http://{server}/{arch}.efi\n"
                            "boot client=pxe file=/x64.efi\n";

static void
an_address_is_advertised_and_given(void)
{
	struct dhcp6_ia ia;
	struct dhcp6_iaaddr a;
	struct lease *lease;

	scene_rules(plain);
	begin(DHCP6_SOLICIT, 1);
	want(7, NULL);
	dhcp6_put(&ask, DHCP6_ORO, "\0\x17\0\x18", 4);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_INT(got.type, DHCP6_ADVERTISE);
	CHECK_INT(got.xid, 0x123456);
	CHECK_STR(got_addr(), "fd00:77::1000");
	CHECK_INT(dhcp6_find(got.options, DHCP6_CLIENT_ID).len, 10);
	CHECK_INT(dhcp6_find(got.options, DHCP6_DNS).len, 16);
	CHECK_INT(dhcp6_find(got.options, DHCP6_DOMAIN).len, 13);
	CHECK_INT(dhcp6_find(got.options, DHCP6_PREFERENCE).at[0], 7);
	CHECK(!dhcp6_has(got.options, DHCP6_BOOT_URL)); /* it does not boot */
	begin(DHCP6_REQUEST, 1);
	to_us();
	want(7, "fd00:77::1000");
	CHECK_INT(send_at(1001), SERVER_ANSWER);
	CHECK_INT(got.type, DHCP6_REPLY);
	CHECK(!dhcp6_has(got.options, DHCP6_PREFERENCE) && !dhcp6_has(got.options, DHCP6_DNS));
	CHECK(dhcp6_read_ia(dhcp6_find(got.options, DHCP6_IA_NA), &ia));
	CHECK(ia.iaid == 7 && ia.t1_s == 300 && ia.t2_s == 480);
	CHECK(dhcp6_read_iaaddr(dhcp6_find(ia.options, DHCP6_IAADDR), &a));
	CHECK(a.valid_s == 600 && a.preferred_s == 600);
	lease = leases6_at(&leases, &a.addr);
	CHECK(lease && lease->state == LEASE_BOUND && lease->expiry == 1601 && lease->iaid == 7);
}

static void
firmware_is_told_what_to_boot(void)
{
	scene_rules(plain);
	begin(DHCP6_SOLICIT, 1);
	want(7, NULL);
	boots(7, "PXEClient:Arch:00007:UNDI:003000");
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_STR(got_text(DHCP6_BOOT_URL), "tftp://[fd00:77::1]/x64.efi");
	CHECK(!dhcp6_has(got.options, DHCP6_VENDOR_CLASS));
	CHECK(!dhcp6_has(got.options, DHCP6_BOOT_PARAM));
	begin(DHCP6_SOLICIT, 2);
	want(7, NULL);
	boots(16, "HTTPClient:Arch:00016:UNDI:003000");
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_STR(got_text(DHCP6_BOOT_URL), "http://[fd00:77::1]/efi-x64.efi");
	CHECK_INT(dhcp6_find(got.options, DHCP6_VENDOR_CLASS).len, 16);
	CHECK(memcmp(dhcp6_find(got.options, DHCP6_VENDOR_CLASS).at, "\0\0\x01\x57\0\x0aHTTPClient", 16) == 0);
	begin(DHCP6_SOLICIT, 3);
	want(7, NULL);
	boots(7, "PXEClient:Arch:00007:UNDI:003010");
	dhcp6_put(&ask, DHCP6_USER_CLASS, "\0\4iPXE", 6);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_STR(got_text(DHCP6_BOOT_URL), "http://[fd00:77::1]/boot.ipxe");
}

/* An iPXE that was sent iPXE and asks again, the same, has loaded itself. */
static void
loops_are_broken(void)
{
	scene_rules("subnet fd00:77::/64 range=fd00:77::1000-fd00:77::10ff\nboot file=ipxe.efi\n");
	for (int turn = 0; turn < 2; turn++) {
		for (int type = DHCP6_SOLICIT; type <= DHCP6_REQUEST; type += 2) {
			begin((enum dhcp6_type)type, 1);
			if (type == DHCP6_REQUEST)
				to_us();
			want(1, NULL);
			boots(7, "PXEClient:Arch:00007:UNDI:003010");
			dhcp6_put(&ask, DHCP6_USER_CLASS, "\0\4iPXE", 6);
			CHECK_INT(send_at(1000 + turn), SERVER_ANSWER);
			CHECK_STR(got_text(DHCP6_BOOT_URL), turn ? "" : "tftp://[fd00:77::1]/ipxe.efi");
		}
	}
	CHECK(answer.boot.refused != NULL);
}

static void
only_those_that_boot_are_answered(void)
{
	scene_rules(
	    "subnet fd00:77::/64 netboot range=fd00:77::1000-fd00:77::1000 lease=5m\nboot arch=efi-x64 file=a\n");
	begin(DHCP6_SOLICIT, 1);
	want(1, NULL);
	CHECK_INT(send_at(1000), SERVER_NOT_BOOTING);
	begin(DHCP6_SOLICIT, 1);
	want(2, NULL);
	boots(11, "PXEClient:Arch:00011");
	CHECK_INT(send_at(1000), SERVER_NO_BOOT);
	leases6_end(&leases, leases6_at(&leases, &(struct in6_addr){ { { 0xfd, 0, 0, 0x77, [14] = 0x10 } } }), 1000);
	begin(DHCP6_SOLICIT, 1);
	want(2, NULL);
	boots(7, "PXEClient:Arch:00007");
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	begin(DHCP6_SOLICIT, 2);
	want(2, NULL);
	boots(7, "PXEClient:Arch:00007");
	CHECK_INT(send_at(1000), SERVER_NO_ADDRESS);
	begin(DHCP6_REQUEST, 1);
	to_us();
	want(2, "fd00:77::1000");
	boots(7, "PXEClient:Arch:00007");
	CHECK_INT(send_at(1001), SERVER_ANSWER);
	/* without a word of booting, and twice */
	for (int i = 0; i < 2; i++) {
		begin(DHCP6_RELEASE, 1);
		to_us();
		want(2, "fd00:77::1000");
		CHECK_INT(send_at(1002), SERVER_ANSWER);
		CHECK_INT(got_status(0), DHCP6_SUCCESS);
		CHECK_INT(got_status(DHCP6_IA_NA), i == 0 ? -2 : DHCP6_NO_BINDING);
	}
}

static void
what_cannot_be_is_refused(void)
{
	size_t mark;

	scene_rules(plain);
	begin(DHCP6_SOLICIT, 1);
	to_us();
	CHECK_INT(send_at(1000), SERVER_BAD_IDS);
	begin(DHCP6_REQUEST, 1);
	CHECK_INT(send_at(1000), SERVER_BAD_IDS);
	begin(DHCP6_REQUEST, 1);
	dhcp6_put(&ask, DHCP6_SERVER_ID, "\0\4other!", 8);
	CHECK_INT(send_at(1000), SERVER_OTHER_SERVER);
	begin(DHCP6_REPLY, 1);
	CHECK_INT(send_at(1000), SERVER_NOT_REQUEST);
	begin(DHCP6_INFORMATION_REQUEST, 1);
	want(1, NULL);
	CHECK_INT(send_at(1000), SERVER_BAD_IDS);
	/* no prefixes, no temporary addresses; the rest of the message is answered */
	begin(DHCP6_SOLICIT, 1);
	mark = dhcp6_open_ia(&ask, DHCP6_IA_PD, 9, (uint32_t[]){ 0, 0 });
	dhcp6_close(&ask, mark);
	dhcp6_put(&ask, DHCP6_IA_TA, "\0\0\0\5", 4);
	want(1, NULL);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_INT(got_status(DHCP6_IA_PD), DHCP6_NO_PREFIX);
	CHECK_INT(dhcp6_find(got.options, DHCP6_IA_TA).at[3], 5);
	CHECK_STR(got_addr(), "fd00:77::1000");
}

static void
ranges_end(void)
{
	scene_rules("subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1003 offers=9\n");
	for (uint8_t i = 1; i <= 5; i++) {
		begin(DHCP6_SOLICIT, i);
		want(1, NULL);
		CHECK_INT(send_at(1000), SERVER_ANSWER);
		CHECK_INT(got_status(DHCP6_IA_NA), i < 5 ? -1 : DHCP6_NO_ADDRS);
	}
	/* offers that nobody took up */
	begin(DHCP6_SOLICIT, 5);
	want(1, NULL);
	CHECK_INT(send_at(1000 + LEASES_OFFER_S), SERVER_ANSWER);
	CHECK_STR(got_addr(), "fd00:77::1000");
}

static void
limits_are_kept(void)
{
	scene_rules("subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1fff max-leases=2\n");
	for (uint8_t i = 1; i <= 3; i++) {
		begin(DHCP6_SOLICIT, i);
		want(1, NULL);
		CHECK_INT(send_at(1000), SERVER_ANSWER);
		CHECK_INT(got_status(DHCP6_IA_NA), i < 3 ? -1 : DHCP6_NO_ADDRS);
	}
	begin(DHCP6_SOLICIT, 2); /* it has one */
	want(1, NULL);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_STR(got_addr(), "fd00:77::1001");
	scene_rules("subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1fff offers=2\n");
	for (uint8_t i = 1; i <= 3; i++) {
		begin(DHCP6_SOLICIT, i);
		want(1, NULL);
		CHECK_INT(send_at(1000), SERVER_ANSWER);
		CHECK_INT(got_status(DHCP6_IA_NA), i < 3 ? -1 : DHCP6_NO_ADDRS);
	}
	begin(DHCP6_REQUEST, 2); /* one that is taken up does not count */
	to_us();
	want(1, "fd00:77::1001");
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	begin(DHCP6_SOLICIT, 3);
	want(1, NULL);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_STR(got_addr(), "fd00:77::1002");
	/* half of a range at once, and all of it in four minutes */
	scene_rules("subnet fd00:77::/64 range=fd00:77::1000-fd00:77::100f\n");
	for (uint8_t i = 1; i <= 9; i++) {
		begin(DHCP6_SOLICIT, i);
		want(1, NULL);
		CHECK_INT(send_at(1000), SERVER_ANSWER);
		CHECK_INT(got_status(DHCP6_IA_NA), i < 9 ? -1 : DHCP6_NO_ADDRS);
	}
	begin(DHCP6_SOLICIT, 9);
	want(1, NULL);
	CHECK_INT(send_at(1015), SERVER_ANSWER);
	CHECK_INT(got_status(DHCP6_IA_NA), -1);
}

static void
leases_are_renewed(void)
{
	scene_rules(plain);
	begin(DHCP6_SOLICIT, 1);
	want(1, "fd00:77::1002");
	dhcp6_put(&ask, DHCP6_RAPID_COMMIT, NULL, 0);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_INT(got.type, DHCP6_REPLY);
	CHECK(dhcp6_has(got.options, DHCP6_RAPID_COMMIT));
	CHECK_STR(got_addr(), "fd00:77::1002"); /* as it wished */
	begin(DHCP6_RENEW, 1);
	to_us();
	want(1, "fd00:77::1002");
	CHECK_INT(send_at(1300), SERVER_ANSWER);
	CHECK_STR(got_addr(), "fd00:77::1002");
	CHECK_INT(leases6_of(&leases, alloc6_key(&client, 1))->expiry, 1900);
	/* a second address of the same IA goes: it gets no life */
	begin(DHCP6_REBIND, 1);
	want(1, "fd00:77::1003");
	CHECK_INT(send_at(1400), SERVER_ANSWER);
	CHECK_STR(got_addr(), "fd00:77::1002");
	/* we have lost the file: whose it is nobody else says */
	leases6_forget(&leases, leases6_of(&leases, alloc6_key(&client, 1)));
	begin(DHCP6_RENEW, 1);
	to_us();
	want(1, "fd00:77::1002");
	CHECK_INT(send_at(1500), SERVER_ANSWER);
	CHECK_STR(got_addr(), "fd00:77::1002");
	/* one that is another machine's now */
	begin(DHCP6_RENEW, 2);
	to_us();
	want(1, "fd00:77::1002");
	CHECK_INT(send_at(1500), SERVER_ANSWER);
	CHECK_INT(got_status(DHCP6_IA_NA), -1);
	CHECK_STR(got_addr(), "fd00:77::1002");
	CHECK_INT(answer.ia[0].gones, 1); /* with no life left */
	CHECK(!answer.ia[0].given);
	/* not ours at all: another server's */
	begin(DHCP6_REBIND, 3);
	want(1, "fd00:77::9999");
	CHECK_INT(send_at(1500), SERVER_NO_RECORD);
	begin(DHCP6_RENEW, 3);
	to_us();
	want(1, "fd00:77::9999");
	CHECK_INT(send_at(1500), SERVER_ANSWER);
	CHECK_INT(got_status(DHCP6_IA_NA), DHCP6_NO_BINDING);
}

static void
moves_are_noticed(void)
{
	scene_rules(plain);
	begin(DHCP6_CONFIRM, 1);
	want(1, "fd00:77::1000");
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_INT(got_status(0), DHCP6_SUCCESS);
	begin(DHCP6_CONFIRM, 1);
	want(1, "fd00:77::1000");
	want(2, "fd00:99::1000");
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_INT(got_status(0), DHCP6_NOT_ON_LINK);
	begin(DHCP6_CONFIRM, 1);
	want(1, NULL);
	CHECK_INT(send_at(1000), SERVER_NO_RECORD);
	begin(DHCP6_REQUEST, 1);
	to_us();
	want(1, "fd00:99::1000");
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_INT(got_status(DHCP6_IA_NA), DHCP6_NOT_ON_LINK);
}

static void
declined_addresses_rest(void)
{
	scene_rules("subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1000 decline=5m\n");
	begin(DHCP6_SOLICIT, 1);
	want(1, NULL);
	dhcp6_put(&ask, DHCP6_RAPID_COMMIT, NULL, 0);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	/* not another's to decline */
	begin(DHCP6_DECLINE, 2);
	to_us();
	want(1, "fd00:77::1000");
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_INT(got_status(DHCP6_IA_NA), DHCP6_NO_BINDING);
	begin(DHCP6_DECLINE, 1);
	to_us();
	want(1, "fd00:77::1000");
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_INT(got_status(0), DHCP6_SUCCESS);
	CHECK_INT(answer.ends, 1);
	begin(DHCP6_SOLICIT, 1);
	want(1, NULL);
	CHECK_INT(send_at(1299), SERVER_ANSWER);
	CHECK_INT(got_status(DHCP6_IA_NA), DHCP6_NO_ADDRS);
	begin(DHCP6_SOLICIT, 1);
	want(1, NULL);
	CHECK_INT(send_at(1300), SERVER_ANSWER);
	CHECK_STR(got_addr(), "fd00:77::1000");
}

/* One address for a machine, whichever of its programs asks. */
static void
hosts_have_their_addresses(void)
{
	scene_rules("subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1001\n"
	            "host mac=52:54:00:00:00:01 addr=fd00:77::1000 name=one\n"
	            "host duid=00:03:00:01:52:54:00:00:00:02 addr=fd00:77::20\n");
	begin(DHCP6_SOLICIT, 3); /* not what is reserved */
	want(1, NULL);
	dhcp6_put(&ask, DHCP6_RAPID_COMMIT, NULL, 0);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_STR(got_addr(), "fd00:77::1001");
	begin(DHCP6_SOLICIT, 2); /* outside the range */
	want(1, NULL);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_STR(got_addr(), "fd00:77::20");
	begin(DHCP6_SOLICIT, 1);
	want(1, NULL);
	dhcp6_put(&ask, DHCP6_RAPID_COMMIT, NULL, 0);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_STR(got_addr(), "fd00:77::1000");
	CHECK_STR(server6_lease_name(&client), "one");
	/* its system, with a DUID-LLT, before the firmware's lease is over */
	ask = wr_open(question, sizeof(question));
	dhcp6_begin(&ask, DHCP6_SOLICIT, 0x123456);
	dhcp6_put(&ask, DHCP6_CLIENT_ID, "\0\1\0\1\x11\x22\x33\x44\x52\x54\0\0\0\1", 14);
	want(1, NULL);
	CHECK_INT(send_at(1010), SERVER_ANSWER);
	CHECK_STR(got_addr(), "fd00:77::1000");
}

/* iPXE in a machine without a UUID: the MAC address of its link-local address tells
 * it from the next one. */
static void
useless_duids_do_not_make_two_machines_one(void)
{
	scene_rules(plain);
	ask = wr_open(question, sizeof(question));
	dhcp6_begin(&ask, DHCP6_SOLICIT, 0x123456);
	dhcp6_put(&ask, DHCP6_CLIENT_ID, "\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 18);
	want(1, NULL);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_STR(client.mac_text, "52:54:00:00:00:99");
	CHECK_INT(client.key_len, 10);
	CHECK(memcmp(client.key, "\0\3\0\1\x52\x54\0\0\0\x99", 10) == 0);
	CHECK_INT(dhcp6_find(got.options, DHCP6_CLIENT_ID).len, 18); /* sent back as it is */
}

static void
relays_say_which_link(void)
{
	static uint8_t inner[500], outer[1000];
	size_t n, mark;
	struct in6_addr link = ip6("fd00:88::1"), peer = ip6("fe80::1234");
	struct wr w = wr_open(outer, sizeof(outer));

	scene_rules("subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1003\n"
	            "subnet fd00:88::/64 range=fd00:88::1000-fd00:88::1003\n");
	begin(DHCP6_SOLICIT, 1);
	want(1, NULL);
	n = wr_len(&ask);
	memcpy(inner, question, n);
	wr_u8(&w, DHCP6_RELAY_FORW);
	wr_u8(&w, 0);
	wr_bytes(&w, &link, 16);
	wr_bytes(&w, &peer, 16);
	dhcp6_put(&w, DHCP6_INTERFACE_ID, "eth7", 4);
	mark = dhcp6_open(&w, DHCP6_RELAY_MSG);
	wr_bytes(&w, inner, n);
	dhcp6_close(&w, mark);
	memcpy(question, outer, wr_len(&w));
	ask = w;
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK(got.relay[0].replies); /* and what a server sends to a relay is not for us */
	got.type = DHCP6_SOLICIT;
	CHECK_INT(server6_answer(&server, &(struct request){ .msg = got, .iface = &eth }, &client, 1000, &answer),
	    SERVER_NOT_REQUEST);
	CHECK_INT(got.relays, 1);
	CHECK_STR(got_addr(), "fd00:88::1000");
	CHECK_INT(dhcp6_find(got.relay[0].options, DHCP6_INTERFACE_ID).len, 4);
	CHECK_INT(request6_port(&request), DHCP6_PORT_SERVER);
}

static void
unicast_is_sent_back(void)
{
	scene_rules(plain);
	begin(DHCP6_RENEW, 1);
	to_us();
	want(1, "fd00:77::1000");
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	request.dst = ip6("fd00:77::1");
	CHECK_INT(server6_answer(&server, &request, &client, 1000, &answer), SERVER_ANSWER);
	CHECK_INT(answer.status, DHCP6_USE_MULTICAST);
	CHECK_INT(answer.ias, 0);
	/* what names no server is for all (RFC 8415, 16) */
	begin(DHCP6_SOLICIT, 1);
	want(1, NULL);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	request.dst = ip6("fd00:77::1");
	CHECK_INT(server6_answer(&server, &request, &client, 1000, &answer), SERVER_UNICAST);
}

/* Nothing is said of what another server of the link may have given. */
static void
beside_another_server_nothing_is_taken_away(void)
{
	scene_rules("subnet fd00:77::/64 netboot range=fd00:77::f000-fd00:77::f00f\nboot client=pxe file=x\n");
	begin(DHCP6_REBIND, 1);
	want(1, "fd00:99::5");
	CHECK_INT(send_at(1000), SERVER_NO_RECORD);
	begin(DHCP6_SOLICIT, 1);
	want(1, NULL);
	boots(7, "PXEClient:Arch:00007:UNDI:003000");
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	begin(DHCP6_REQUEST, 1);
	to_us();
	want(1, got_addr());
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	begin(DHCP6_REBIND, 1);
	want(1, got_addr());
	CHECK_INT(send_at(1100), SERVER_ANSWER);
	CHECK_STR(got_addr(), "fd00:77::f000");
}

/* The client goes on to look for a server that has an address. */
static void
rapid_commit_of_nothing_is_an_advertise(void)
{
	scene_rules("subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1000\n");
	for (uint8_t machine = 1; machine <= 2; machine++) {
		begin(DHCP6_SOLICIT, machine);
		want(1, NULL);
		dhcp6_put(&ask, DHCP6_RAPID_COMMIT, NULL, 0);
		CHECK_INT(send_at(1000), SERVER_ANSWER);
		CHECK_INT(got.type, machine == 1 ? DHCP6_REPLY : DHCP6_ADVERTISE);
		CHECK_INT(dhcp6_has(got.options, DHCP6_RAPID_COMMIT), machine == 1);
	}
	CHECK_INT(got_status(DHCP6_IA_NA), DHCP6_NO_ADDRS);
	CHECK(!answer.commit);
}

/* An IA that is known is not of NoBinding because of an address that is not its own
 * (RFC 8415, 18.3.7). */
static void
release_of_a_wrong_address_is_passed_over(void)
{
	scene_rules(plain);
	begin(DHCP6_SOLICIT, 1);
	want(1, NULL);
	dhcp6_put(&ask, DHCP6_RAPID_COMMIT, NULL, 0);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	for (uint32_t iaid = 1; iaid <= 2; iaid++) {
		begin(DHCP6_RELEASE, 1);
		to_us();
		want(iaid, "fd00:77::1003");
		CHECK_INT(send_at(1000), SERVER_ANSWER);
		CHECK_INT(answer.ends, 0);
		CHECK_INT(dhcp6_has(got.options, DHCP6_IA_NA), iaid == 2);
	}
}

static void
option_lines_are_followed(void)
{
	scene_rules("subnet fd00:77::/64 dns=fd00:77::53\n"
	            "option6 23 ip=fd00:77::9,{server}\n"
	            "option6 56 hex=00 when=asked\n"
	            "option6 41 text={mac}\n"
	            "option6 41 text=second\n");
	begin(DHCP6_INFORMATION_REQUEST, 1);
	CHECK_INT(send_at(1000), SERVER_ANSWER);
	CHECK_INT(dhcp6_find(got.options, DHCP6_DNS).len, 32);
	CHECK_STR(got_text(41), "52:54:00:00:00:01");
	CHECK(!dhcp6_has(got.options, 56));
}

int
main(void)
{
	RUN(an_address_is_advertised_and_given);
	RUN(firmware_is_told_what_to_boot);
	RUN(loops_are_broken);
	RUN(only_those_that_boot_are_answered);
	RUN(what_cannot_be_is_refused);
	RUN(ranges_end);
	RUN(limits_are_kept);
	RUN(leases_are_renewed);
	RUN(moves_are_noticed);
	RUN(declined_addresses_rest);
	RUN(hosts_have_their_addresses);
	RUN(useless_duids_do_not_make_two_machines_one);
	RUN(relays_say_which_link);
	RUN(unicast_is_sent_back);
	RUN(beside_another_server_nothing_is_taken_away);
	RUN(rapid_commit_of_nothing_is_an_advertise);
	RUN(release_of_a_wrong_address_is_passed_over);
	RUN(option_lines_are_followed);
	scene_end();
	return TEST_EXIT();
}

/* The MAC address of a client that has only its UUID to show. */
#include "scene.h"
#include "test.h"

#define NOW 1000000

static const uint8_t mac_a[6] = { 2, 0, 0, 0, 0, 0xa }, mac_b[6] = { 2, 0, 0, 0, 0, 0xb };
static const uint8_t mac_host[6] = { 0x52, 0x54, 0, 0, 0, 0x31 };

/* EDK2 on port 4011: the UUID as hardware address, and no MAC address. */
static enum server_result
ask_4011(const uint8_t *options, size_t len, int64_t now)
{
	scene_make(DHCP_REQUEST, mac_a, options, len);
	request.msg.hlen = 16;
	memcpy(request.msg.chaddr, options + 3, 16);
	request.msg.ciaddr = request.src = IP(10, 77, 0, 200);
	request.dst = own_addr;
	request.unicast = true;
	request.sport = request.dport = 4011;
	return scene_ask(now);
}

static void
a_uuid_stands_for_its_mac_address(void)
{
	static const uint8_t efi[] = { 97, 17, 0, 0x30, 0xc1, 0xa5, 0xe0, 0xf1, 0xb2, 0xc3, 0xd4, 0xa5, 0xb6, 0xc7,
		0xd8, 0xe9, 0xf0, 1, 0x12, 93, 2, 0, 7, 60, 9, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't' };

	CHECK_INT(scene_rules("subnet 10.77.0.0/24 proxy\nhost mac=52:54:00:00:00:31\n"
	                      "deny host=unknown\nboot arch=efi-x64 mac=52:54:00:* file=shimx64.efi\n"),
	    0);
	CHECK_INT(ask_4011(efi, sizeof(efi), NOW), SERVER_DENIED);
	scene_make(DHCP_DISCOVER, mac_host, efi, sizeof(efi));
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK_INT(ask_4011(efi, sizeof(efi), NOW + 60), SERVER_ANSWER);
	CHECK_STR(client.mac_text, "52:54:00:00:00:31");
	CHECK_STR(answer.boot.file, "shimx64.efi");
	CHECK_INT(ask_4011(efi, sizeof(efi), NOW + UUIDS_AGE_S + 1), SERVER_DENIED);
	/* a board with the same UUID */
	scene_make(DHCP_DISCOVER, mac_b, efi, sizeof(efi));
	CHECK_INT(scene_ask(NOW), SERVER_DENIED);
	CHECK_INT(ask_4011(efi, sizeof(efi), NOW), SERVER_DENIED);
}

static void
uuids_are_bounded(void)
{
	uint8_t uuid[16] = { 1 }, got[6];

	for (int i = 0; i < 100000; i++) {
		memcpy(uuid + 4, &i, sizeof(i));
		uuids_learn(&uuids, uuid, mac_a, NOW + i / 1000);
		CHECK(uuids_find(&uuids, uuid, NOW + i / 1000, got));
	}
	CHECK(memcmp(got, mac_a, 6) == 0);
	CHECK(!uuids_find(&uuids, uuid, NOW - 1000, got));
}

int
main(void)
{
	RUN(a_uuid_stands_for_its_mac_address);
	RUN(uuids_are_bounded);
	scene_end();
	return TEST_EXIT();
}

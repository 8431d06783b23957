#include <arpa/inet.h>

#include "dhcp6.h"
#include "num.h"
#include "test.h"

/* The SOLICIT of OVMF's PXE over IPv6: 1, 8, 3, 6, 62, 61, 16. */
static const char solicit[] = "01 0a0b0c "
                              "0001 000e 0001 0001 2c3d4e5f 525400123456 "
                              "0008 0002 0000 "
                              "0003 000c 11223344 00000000 00000000 "
                              "0006 0008 003b 003c 0017 0010 "
                              "003e 0003 01 03 10 "
                              "003d 0002 0007 "
                              "0010 0027 00000157 0021 "
                              "505845436c69656e743a417263683a30303030373a554e44493a303033303030 31";

static size_t
bytes_of(const char *text, uint8_t *out, size_t size)
{
	size_t n = 0;

	for (; *text; text++) {
		if (*text == ' ')
			continue;
		if (n == size)
			return 0;
		out[n++] = (uint8_t)num_hex_byte(text++);
	}
	return n;
}

static struct in6_addr
addr6(const char *text)
{
	struct in6_addr a;

	CHECK_INT(inet_pton(AF_INET6, text, &a), 1);
	return a;
}

static struct dhcp6_bytes
duid_of(const char *text)
{
	static uint8_t bytes[4][200];
	static unsigned at;
	uint8_t *b = bytes[at++ % 4];

	return (struct dhcp6_bytes){ b, bytes_of(text, b, 200) };
}

static void
a_solicit_is_read(void)
{
	uint8_t b[300], mac[6];
	size_t n = bytes_of(solicit, b, sizeof(b));
	struct dhcp6_msg m;
	struct dhcp6_ia ia;
	struct dhcp6_bytes v;
	struct rd r;

	CHECK_INT(dhcp6_parse(b, n, &m), DHCP6_OK);
	CHECK_STR(dhcp6_type_name(m.type), "SOLICIT");
	CHECK_INT(m.xid, 0x0a0b0c);
	CHECK_INT(m.relays, 0);
	CHECK(dhcp6_asks(m.options, DHCP6_BOOT_URL));
	CHECK(!dhcp6_asks(m.options, DHCP6_DOMAIN));
	CHECK(dhcp6_has(m.options, DHCP6_ELAPSED) && !dhcp6_has(m.options, DHCP6_SERVER_ID));
	CHECK(dhcp6_read_ia(dhcp6_find(m.options, DHCP6_IA_NA), &ia));
	CHECK_INT(ia.iaid, 0x11223344);
	CHECK_INT(ia.options.len, 0);
	CHECK(dhcp6_duid_mac(dhcp6_find(m.options, DHCP6_CLIENT_ID), mac));
	CHECK(memcmp(mac, "\x52\x54\x00\x12\x34\x56", 6) == 0);
	v = dhcp6_find(m.options, DHCP6_VENDOR_CLASS);
	r = rd_open(v.at, v.len);
	CHECK_INT(rd_u32(&r), DHCP6_ENTERPRISE_INTEL);
	CHECK(dhcp6_next_item(&r, &v));
	CHECK_INT(v.len, 33);
	CHECK(memcmp(v.at, "PXEClient:Arch:00007:UNDI:003000", 32) == 0);
	CHECK(!dhcp6_next_item(&r, &v) && !r.bad);
}

/* Cut anywhere, it is no message, but where an option happens to end. */
static void
cut_messages_are_refused(void)
{
	uint8_t b[300];
	size_t n = bytes_of(solicit, b, sizeof(b)), whole = 0;
	struct dhcp6_msg m;

	for (size_t i = 0; i < n; i++)
		whole += dhcp6_parse(b, i, &m) == DHCP6_OK;
	CHECK_INT(whole, 7); /* without any option, or with 1 to 6 */
	CHECK_INT(dhcp6_parse(b, 0, &m), DHCP6_SHORT);
	CHECK_INT(dhcp6_parse(b, 3, &m), DHCP6_SHORT);
	CHECK_INT(dhcp6_parse(b, n - 1, &m), DHCP6_BAD_OPTIONS);
	b[0] = 0;
	CHECK_INT(dhcp6_parse(b, n, &m), DHCP6_BAD_TYPE);
	b[0] = 14;
	CHECK_INT(dhcp6_parse(b, n, &m), DHCP6_BAD_TYPE);
}

/* The SOLICIT, through a relay that knows the link, and one above it that does not. */
static size_t
relayed_twice(uint8_t *out, size_t size, const struct in6_addr *link, const struct in6_addr *peer)
{
	uint8_t inner[300];
	size_t n = bytes_of(solicit, inner, sizeof(inner)), outer, nested;
	struct wr w = wr_open(out, size);

	wr_u8(&w, DHCP6_RELAY_FORW);
	wr_u8(&w, 1);
	wr_bytes(&w, &in6addr_any, 16);
	wr_bytes(&w, link, 16);
	dhcp6_put(&w, DHCP6_RELAY_PORT, "\x04\x00", 2);
	outer = dhcp6_open(&w, DHCP6_RELAY_MSG);
	wr_u8(&w, DHCP6_RELAY_FORW);
	wr_u8(&w, 0);
	wr_bytes(&w, link, 16);
	wr_bytes(&w, peer, 16);
	dhcp6_put(&w, DHCP6_INTERFACE_ID, "vlan7", 5);
	dhcp6_put(&w, DHCP6_LINK_ADDR, "\0\1\x52\x54\0\x12\x34\x56", 8);
	nested = dhcp6_open(&w, DHCP6_RELAY_MSG);
	wr_bytes(&w, inner, n);
	dhcp6_close(&w, nested);
	dhcp6_close(&w, outer);
	CHECK(!w.full);
	return wr_len(&w);
}

static size_t
reply_to(const struct dhcp6_msg *m, uint8_t *out, size_t size, bool *full)
{
	struct wr w = wr_open(out, size);
	size_t mark[DHCP6_RELAYS];

	dhcp6_open_relays(&w, m, mark);
	dhcp6_begin(&w, DHCP6_REPLY, m->xid);
	dhcp6_put_status(&w, DHCP6_SUCCESS, "released");
	dhcp6_close_relays(&w, m, mark);
	*full = w.full;
	return wr_len(&w);
}

static void
relays_are_taken_off_and_put_back(void)
{
	uint8_t b[1000], out[1000], small[1000], mac[6];
	struct in6_addr link = addr6("fd00:77::1"), peer = addr6("fe80::5054:ff:fe12:3456");
	size_t n = relayed_twice(b, sizeof(b), &link, &peer), len;
	struct dhcp6_msg m, again;
	bool full;

	CHECK_INT(dhcp6_parse(b, n, &m), DHCP6_OK);
	CHECK_INT(m.type, DHCP6_SOLICIT);
	CHECK_INT(m.relays, 2);
	CHECK_INT(m.relay[0].hops, 1);
	CHECK(IN6_ARE_ADDR_EQUAL(&m.relay[1].link, &link));
	CHECK(dhcp6_link_addr_mac(dhcp6_find(m.relay[1].options, DHCP6_LINK_ADDR), mac));
	CHECK(memcmp(mac, "\x52\x54\x00\x12\x34\x56", 6) == 0);
	CHECK(dhcp6_eui64_mac(&m.relay[1].peer, mac));
	CHECK(memcmp(mac, "\x52\x54\x00\x12\x34\x56", 6) == 0);

	len = reply_to(&m, out, sizeof(out), &full);
	CHECK(!full);
	CHECK_INT(dhcp6_parse(out, len, &again), DHCP6_OK);
	CHECK_INT(again.type, DHCP6_REPLY);
	CHECK_INT(again.xid, m.xid);
	CHECK_INT(again.relays, 2);
	CHECK_INT(out[0], DHCP6_RELAY_REPL);
	CHECK(IN6_ARE_ADDR_EQUAL(&again.relay[1].peer, &peer));
	CHECK_INT(dhcp6_find(again.relay[1].options, DHCP6_INTERFACE_ID).len, 5);
	CHECK(!dhcp6_has(again.relay[1].options, DHCP6_LINK_ADDR)); /* not to be sent back (RFC 6939, 6) */
	CHECK(dhcp6_has(again.relay[0].options, DHCP6_RELAY_PORT));
	for (size_t size = 0; size < len; size++) {
		reply_to(&m, small, size, &full);
		CHECK(full);
	}
}

static void
relays_have_a_limit(void)
{
	static uint8_t b[2000], whole[2000];
	size_t n = 0;
	struct dhcp6_msg m;

	memcpy(whole, "\x01\0\0\1", 4);
	n = 4;
	for (int depth = 1; depth <= 12; depth++) {
		struct wr w = wr_open(b, sizeof(b));
		size_t mark;

		wr_u8(&w, DHCP6_RELAY_FORW);
		wr_u8(&w, (uint8_t)(depth - 1));
		wr_reserve(&w, 32);
		mark = dhcp6_open(&w, DHCP6_RELAY_MSG);
		wr_bytes(&w, whole, n);
		dhcp6_close(&w, mark);
		n = wr_len(&w);
		memcpy(whole, b, n);
		CHECK_INT(dhcp6_parse(whole, n, &m), depth <= DHCP6_RELAYS ? DHCP6_OK : DHCP6_DEEP);
	}
	CHECK_INT(dhcp6_parse("\x0c\0aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb", 34, &m), DHCP6_NO_MESSAGE);
	CHECK_INT(dhcp6_parse("\x0c\0aaaaaaaaaaaaaaaabbbbbbbbbbbbbbb", 33, &m), DHCP6_SHORT);
}

static void
duids_say_who(void)
{
	uint8_t mac[6], uuid[16];
	const char *uuid_duid = "0004 00112233445566778899aabbccddeeff";

	CHECK(dhcp6_duid_mac(duid_of("0003 0001 525400123456"), mac));
	CHECK(!dhcp6_duid_mac(duid_of("0003 0020 525400123456"), mac)); /* not Ethernet */
	CHECK(!dhcp6_duid_mac(duid_of("0003 0001 000000000000"), mac));
	CHECK(!dhcp6_duid_mac(duid_of("0003 0001 5254001234"), mac));
	CHECK(!dhcp6_duid_mac(duid_of("0003 0001 52540012345678"), mac));
	CHECK(!dhcp6_duid_mac(duid_of(uuid_duid), mac));
	CHECK(dhcp6_duid_uuid(duid_of(uuid_duid), uuid) && uuid[15] == 0xff);
	CHECK(!dhcp6_duid_uuid(duid_of("0004 00000000000000000000000000000000"), uuid));
	CHECK(!dhcp6_duid_is_useless(duid_of(uuid_duid)));
	CHECK(!dhcp6_duid_is_useless(duid_of("0002 00000009 0cc084d303000912")));
	/* iPXE under QEMU without -uuid; a card without an address */
	CHECK(dhcp6_duid_is_useless(duid_of("0004 00000000000000000000000000000000")));
	CHECK(dhcp6_duid_is_useless(duid_of("0003 0001 000000000000")));
	CHECK(dhcp6_duid_is_useless(duid_of("0001 0001 2c3d4e5f 000000000000")));
	CHECK(dhcp6_duid_is_useless(duid_of("0003")));
	CHECK(dhcp6_duid_is_useless((struct dhcp6_bytes){ NULL, 0 }));
}

static void
link_local_addresses_say_who(void)
{
	uint8_t mac[6];
	struct in6_addr a = addr6("fe80::200:ff:fe00:1"), random_id = addr6("fe80::1c5a:b3ff:1234:1"),
	                global = addr6("fd00:77::5054:ff:fe12:3456");

	CHECK(dhcp6_eui64_mac(&a, mac));
	CHECK(memcmp(mac, "\0\0\0\0\0\1", 6) == 0);
	CHECK(!dhcp6_eui64_mac(&random_id, mac));
	CHECK(!dhcp6_eui64_mac(&global, mac));
}

static void
addresses_are_written(void)
{
	uint8_t b[200];
	struct wr w = wr_open(b, sizeof(b));
	const struct dhcp6_iaaddr a = { addr6("fd00:77::1000"), 300, 600 };
	struct dhcp6_iaaddr got;
	struct dhcp6_msg m;
	struct dhcp6_ia ia;
	size_t mark;

	dhcp6_begin(&w, DHCP6_ADVERTISE, 0x123456);
	mark = dhcp6_open_ia(&w, DHCP6_IA_NA, 7, (uint32_t[]){ 150, 240 });
	dhcp6_put_iaaddr(&w, &a);
	dhcp6_close(&w, mark);
	dhcp6_put_u8(&w, DHCP6_PREFERENCE, 255);
	CHECK_INT(dhcp6_parse(b, wr_len(&w), &m), DHCP6_OK);
	CHECK(dhcp6_read_ia(dhcp6_find(m.options, DHCP6_IA_NA), &ia));
	CHECK(ia.iaid == 7 && ia.t1_s == 150 && ia.t2_s == 240);
	CHECK(dhcp6_read_iaaddr(dhcp6_find(ia.options, DHCP6_IAADDR), &got));
	CHECK(memcmp(&got, &a, sizeof(a)) == 0);
	for (size_t n = 0; n < 24; n++)
		CHECK(!dhcp6_read_iaaddr((struct dhcp6_bytes){ b, n }, &got));
	CHECK(!dhcp6_read_ia((struct dhcp6_bytes){ b, 11 }, &ia));
}

int
main(void)
{
	RUN(a_solicit_is_read);
	RUN(cut_messages_are_refused);
	RUN(relays_are_taken_off_and_put_back);
	RUN(relays_have_a_limit);
	RUN(duids_say_who);
	RUN(link_local_addresses_say_who);
	RUN(addresses_are_written);
	return TEST_EXIT();
}

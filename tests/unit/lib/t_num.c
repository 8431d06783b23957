/* Numbers and addresses as people write them: taken whole, or not at all. */
#include "num.h"

#include "test.h"

static void
numbers(void)
{
	static const char *const bad[] = { "", " 1", "1 ", "+1", "-1", "0x1", "1.0", "18446744073709551616",
		"99999999999999999999" };
	uint64_t v = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!num_uint(bad[i], 0, UINT64_MAX, &v));
	CHECK(!num_uint("4", 5, 9, &v));
	CHECK(!num_uint("10", 5, 9, &v));
	CHECK_INT(v, 7);
	CHECK(num_uint("5", 5, 9, &v) && v == 5);
	CHECK(num_uint("9", 5, 9, &v) && v == 9);
	CHECK(num_uint("007", 0, 9, &v) && v == 7);
	CHECK(num_uint("18446744073709551615", 0, UINT64_MAX, &v) && v == UINT64_MAX);
}

static void
seconds(void)
{
	static const char *const bad[] = { "", "m", "10x", "10mm", "1m1", "-1s", "4294967296", "49711d", "1193047h" };
	uint32_t v = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!num_seconds(bad[i], &v));
	CHECK_INT(v, 7);
	CHECK(num_seconds("90", &v) && v == 90);
	CHECK(num_seconds("90s", &v) && v == 90);
	CHECK(num_seconds("10m", &v) && v == 600);
	CHECK(num_seconds("12h", &v) && v == 43200);
	CHECK(num_seconds("2d", &v) && v == 172800);
	CHECK(num_seconds("4294967295", &v) && v == UINT32_MAX);
}

static void
bytes(void)
{
	static const char *const bad[] = { "", "k", "1kk", "1p", "1 k", "18446744073709551616", "18014398509481984k",
		"16777216t" };
	uint64_t v = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!num_bytes(bad[i], &v));
	CHECK_INT(v, 7);
	CHECK(num_bytes("512", &v) && v == 512);
	CHECK(num_bytes("64k", &v) && v == 65536);
	CHECK(num_bytes("10M", &v) && v == 10485760);
	CHECK(num_bytes("2G", &v) && v == UINT64_C(2147483648));
	CHECK(num_bytes("1t", &v) && v == UINT64_C(1) << 40);
	CHECK(num_bytes("0k", &v) && v == 0);
}

static void
addresses(void)
{
	static const char *const bad[] = { "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "256.0.0.1", "1.2.3.4 ",
		"01.2.3.4", "1.2.3.010", "1..2.3", "0x1.2.3.4", "1.2.3.4/8" };
	char text[NUM_IP4_TEXT];
	uint32_t v = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!num_ip4(bad[i], &v));
	CHECK_INT(v, 7);
	CHECK(num_ip4("10.9.0.255", &v) && v == 0x0a0900ff);
	CHECK(num_ip4("255.255.255.255", &v) && v == UINT32_MAX);
	CHECK_STR(num_ip4_text(UINT32_MAX, text), "255.255.255.255");
	CHECK_STR(num_ip4_text(0x0a000001, text), "10.0.0.1");
}

static void
networks(void)
{
	static const char *const bad[] = { "10.9.0.0", "10.9.0.0/", "10.9.0.0/33", "10.9.0.1/16", "10.9.0.0/ 8",
		"10.9.0/16", "10.9.0.0/16/" };
	uint32_t net = 7;
	uint8_t prefix = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!num_net4(bad[i], &net, &prefix));
	CHECK(net == 7 && prefix == 7);
	CHECK(num_net4("10.9.0.0/16", &net, &prefix) && net == 0x0a090000 && prefix == 16);
	CHECK(num_net4("0.0.0.0/0", &net, &prefix) && net == 0 && prefix == 0);
	CHECK(num_net4("10.9.0.1/32", &net, &prefix) && net == 0x0a090001 && prefix == 32);
	CHECK_INT(num_mask4(0), 0);
	CHECK_INT(num_mask4(1), 0x80000000u);
	CHECK_INT(num_mask4(24), 0xffffff00u);
	CHECK_INT(num_mask4(32), UINT32_MAX);
}

static void
macs(void)
{
	static const char *const bad[] = { "", "52:54:00:19:93", "52:54:00:19:93:5b:00", "52:54:00:19:93:5",
		"52:54-00:19:93:5b", "525400199350", "52.54.00.19.93.5b", "52:54:00:19:93:5g", "52:54:00:19:93:5b " };
	uint8_t mac[6] = { 7 };
	char text[NUM_MAC_TEXT];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!num_mac(bad[i], mac));
	CHECK_INT(mac[0], 7);
	CHECK(num_mac("52:54:00:19:93:5B", mac));
	CHECK(memcmp(mac, "\x52\x54\x00\x19\x93\x5b", 6) == 0);
	CHECK_STR(num_mac_text(mac, ':', text), "52:54:00:19:93:5b");
	CHECK(num_mac("52-54-00-19-93-5b", mac));
	CHECK_STR(num_mac_text(mac, '-', text), "52-54-00-19-93-5b");
}

/* The first three fields are little-endian on the wire (SMBIOS, PXE 2.1). */
static void
uuids(void)
{
	static const uint8_t wire[16] = { 0x03, 0x02, 0x01, 0x00, 0x05, 0x04, 0x07, 0x06, 0x08, 0x09, 0x0a, 0x0b, 0x0c,
		0x0d, 0x0e, 0x0f };
	static const char *const bad[] = { "", "00010203-0405-0607-0809-0a0b0c0d0e",
		"00010203-0405-0607-0809-0a0b0c0d0e0f0", "000102030405060708090a0b0c0d0e0f",
		"00010203-0405-0607-0809_0a0b0c0d0e0f", "{0010203-0405-0607-0809-0a0b0c0d0e0f" };
	uint8_t uuid[16] = { 7 };
	char text[NUM_UUID_TEXT];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!num_uuid(bad[i], uuid));
	CHECK_INT(uuid[0], 7);
	CHECK(num_uuid("00010203-0405-0607-0809-0A0B0C0D0E0F", uuid));
	CHECK(memcmp(uuid, wire, sizeof(wire)) == 0);
	CHECK_STR(num_uuid_text(uuid, text), "00010203-0405-0607-0809-0a0b0c0d0e0f");
}

static void
hex(void)
{
	uint8_t out[4];

	CHECK_INT(num_hex("", out, sizeof(out)), 0);
	CHECK_INT(num_hex("01fF", out, sizeof(out)), 2);
	CHECK(out[0] == 1 && out[1] == 255);
	CHECK_INT(num_hex("01:02:03", out, sizeof(out)), 3);
	CHECK_INT(num_hex("01020304", out, sizeof(out)), 4);
	CHECK_INT(num_hex("0102030405", out, sizeof(out)), -1);
	CHECK_INT(num_hex("012", out, sizeof(out)), -1);
	CHECK_INT(num_hex(":01", out, sizeof(out)), -1);
	CHECK_INT(num_hex("01:", out, sizeof(out)), -1);
	CHECK_INT(num_hex("01::02", out, sizeof(out)), -1);
	CHECK_INT(num_hex("0g", out, sizeof(out)), -1);
	CHECK_INT(num_hex_byte("fF0"), 255);
	CHECK_INT(num_hex_byte("00"), 0);
	CHECK_INT(num_hex_byte("1"), -1);
	CHECK_INT(num_hex_byte("1g"), -1);
	CHECK_INT(num_hex_byte(""), -1);
}

int
main(void)
{
	RUN(numbers);
	RUN(seconds);
	RUN(bytes);
	RUN(addresses);
	RUN(networks);
	RUN(macs);
	RUN(uuids);
	RUN(hex);
	return TEST_EXIT();
}

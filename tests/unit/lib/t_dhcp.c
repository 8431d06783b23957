#include "test.h"

#include <stdlib.h>

#include "dhcp.h"

static uint8_t bytes[4096];
static struct dhcp_msg msg;

static struct wr
begin(void)
{
	struct dhcp_msg m = { .op = BOOTREQUEST,
		.htype = 1,
		.hlen = 6,
		.hops = 1,
		.xid = 0x01020304,
		.secs = 5,
		.flags = DHCP_BROADCAST,
		.ciaddr = 0x0a000001,
		.yiaddr = 0x0a000002,
		.siaddr = 0x0a000003,
		.giaddr = 0x0a000004,
		.chaddr = { 1, 2, 3, 4, 5, 6 },
		.sname = "server",
		.file = "file" };
	struct wr w = wr_open(bytes, sizeof(bytes));

	dhcp_begin(&w, &m);
	return w;
}

/* Raw bytes behind the cookie, without END or padding. */
static enum dhcp_error
parse(const void *options, size_t len)
{
	struct wr w = begin();

	wr_bytes(&w, options, len);
	return dhcp_parse(bytes, wr_len(&w), &msg);
}
#define PARSE(s) parse(s, sizeof(s) - 1)

static void
what_is_written_is_read(void)
{
	struct wr w = begin();
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	size_t len;

	dhcp_put_u8(&w, DHCP_MESSAGE_TYPE, DHCP_DISCOVER);
	dhcp_put_u16(&w, DHCP_MAX_SIZE, 1472);
	dhcp_put_u32(&w, DHCP_REQUESTED_ADDR, 0x0a000009);
	dhcp_put_str(&w, DHCP_CLASS, "PXEClient");
	dhcp_put(&w, DHCP_IPXE, NULL, 0);
	dhcp_end(&w);
	CHECK(!w.full);
	CHECK_INT(wr_len(&w), DHCP_MIN);
	CHECK_INT(dhcp_parse(bytes, wr_len(&w), &msg), DHCP_OK);
	CHECK_INT(msg.op, BOOTREQUEST);
	CHECK_INT(msg.hops, 1);
	CHECK_INT(msg.xid, 0x01020304);
	CHECK_INT(msg.secs, 5);
	CHECK_INT(msg.flags, DHCP_BROADCAST);
	CHECK_INT(msg.ciaddr, 0x0a000001);
	CHECK_INT(msg.yiaddr, 0x0a000002);
	CHECK_INT(msg.siaddr, 0x0a000003);
	CHECK_INT(msg.giaddr, 0x0a000004);
	CHECK_INT(msg.chaddr[5], 6);
	CHECK_STR(msg.sname, "server");
	CHECK_STR(msg.file, "file");
	CHECK_INT(msg.type, DHCP_DISCOVER);
	CHECK(dhcp_get_u16(&msg, DHCP_MAX_SIZE, &u16) && u16 == 1472);
	CHECK(dhcp_get_u32(&msg, DHCP_REQUESTED_ADDR, &u32) && u32 == 0x0a000009);
	CHECK(dhcp_get_addr(&msg, DHCP_REQUESTED_ADDR, &u32) && u32 == 0x0a000009);
	CHECK_STR((const char *)dhcp_get(&msg, DHCP_CLASS, &len), "PXEClient");
	CHECK_INT(len, 9);
	CHECK(dhcp_get(&msg, DHCP_IPXE, &len) != NULL);
	CHECK_INT(len, 0);
	CHECK(!dhcp_has(&msg, DHCP_ROUTER));
	CHECK(dhcp_get(&msg, DHCP_ROUTER, &len) == NULL);
	u8 = 7;
	CHECK(!dhcp_get_u8(&msg, DHCP_MAX_SIZE, &u8)); /* of another length */
	CHECK_INT(u8, 7);
}

static void
long_options_are_split_and_joined(void)
{
	struct wr w = begin();
	uint8_t value[600];
	size_t len;
	const uint8_t *v;

	for (size_t i = 0; i < sizeof(value); i++)
		value[i] = (uint8_t)i;
	dhcp_put(&w, 224, value, sizeof(value));
	dhcp_end(&w);
	CHECK_INT(wr_len(&w), 240 + 600 + 3 * 2 + 1);
	CHECK_INT(dhcp_parse(bytes, wr_len(&w), &msg), DHCP_OK);
	v = dhcp_get(&msg, 224, &len);
	CHECK(v && len == sizeof(value) && memcmp(v, value, len) == 0);
	/* in parts that do not stand side by side (RFC 3396, section 5) */
	CHECK_INT(PARSE("\x0c\x02"
	                "ab"
	                "\x0f\x01"
	                "x"
	                "\x0c\x01"
	                "c"
	                "\xff"),
	    DHCP_OK);
	CHECK_STR((const char *)dhcp_get(&msg, DHCP_HOSTNAME, &len), "abc");
	CHECK_INT(len, 3);
	CHECK_STR((const char *)dhcp_get(&msg, DHCP_DOMAIN, &len), "x");
}

static void
overload(void)
{
	struct wr w = begin();

	dhcp_put_u8(&w, DHCP_OVERLOAD, 3);
	dhcp_put_u8(&w, DHCP_MESSAGE_TYPE, DHCP_REQUEST);
	dhcp_end(&w);
	memset(bytes + 44, 0, 192);
	memcpy(bytes + 44, "\x0f\x02xy\xff", 5);  /* sname */
	memcpy(bytes + 108, "\x0c\x02pc\xff", 5); /* file */
	CHECK_INT(dhcp_parse(bytes, wr_len(&w), &msg), DHCP_OK);
	CHECK_INT(msg.overload, 3);
	CHECK_STR(msg.file, "");
	CHECK_STR(msg.sname, "");
	CHECK(dhcp_has(&msg, DHCP_HOSTNAME));
	CHECK(dhcp_has(&msg, DHCP_DOMAIN));
	/* a length that leads out of the field */
	memcpy(bytes + 108 + 120, "\x0c\x20", 2);
	memset(bytes + 108, 0, 120);
	CHECK_INT(dhcp_parse(bytes, wr_len(&w), &msg), DHCP_OK);
	CHECK(msg.cut && !dhcp_has(&msg, DHCP_HOSTNAME) && dhcp_has(&msg, DHCP_DOMAIN));
}

static void
what_is_refused(void)
{
	CHECK_INT(dhcp_parse(bytes, 0, &msg), DHCP_SHORT);
	begin();
	for (size_t n = 0; n < DHCP_FIXED; n++)
		CHECK_INT(dhcp_parse(bytes, n, &msg), DHCP_SHORT);
	bytes[0] = 3;
	CHECK_INT(dhcp_parse(bytes, 240, &msg), DHCP_BAD_HEADER);
	begin();
	bytes[2] = 17;
	CHECK_INT(dhcp_parse(bytes, 240, &msg), DHCP_BAD_HEADER);
	CHECK_INT(PARSE("\x35\x01"), DHCP_BAD_OPTIONS);
	CHECK_INT(PARSE("\x35"), DHCP_BAD_OPTIONS);
	CHECK_INT(PARSE("\x0c\xff"
	                "abc"),
	    DHCP_BAD_OPTIONS);
	CHECK_INT(PARSE("\x35\x01\x09\xff"), DHCP_BAD_TYPE);
	CHECK_INT(PARSE("\x35\x01\x00\xff"), DHCP_BAD_TYPE);
	CHECK_INT(PARSE("\x35\x02\x01\x01\xff"), DHCP_BAD_TYPE);
}

/* As dnsmasq does: what stands before a broken option counts. */
static void
what_stands_before_a_broken_option_is_read(void)
{
	CHECK_INT(PARSE("\x35\x01\x01\x0c\x02pc\x3d\x09"
	                "ab"),
	    DHCP_OK);
	CHECK(msg.cut);
	CHECK_INT(msg.type, DHCP_DISCOVER);
	CHECK(dhcp_has(&msg, DHCP_HOSTNAME) && !dhcp_has(&msg, DHCP_CLIENT_ID));
	CHECK_INT(PARSE("\x35\x01\x01\x3d"), DHCP_OK);
	CHECK(msg.cut);
	CHECK_INT(PARSE("\x35\x01\x01\xff\x3d"), DHCP_OK);
	CHECK(!msg.cut);
	CHECK_INT(PARSE("\x0c\x02pc\x3d\x09"), DHCP_BAD_OPTIONS); /* not BOOTP */
}

static void
what_is_taken(void)
{
	CHECK_INT(PARSE(""), DHCP_OK); /* no END */
	CHECK_INT(msg.type, DHCP_BOOTP);
	CHECK_INT(PARSE("\0\0\x35\x01\x01"), DHCP_OK);
	CHECK_INT(msg.type, DHCP_DISCOVER);
	CHECK_INT(PARSE("\xff\x35\x01\x09"), DHCP_OK); /* behind END: nothing */
	begin();
	CHECK_INT(dhcp_parse(bytes, DHCP_FIXED, &msg), DHCP_OK); /* of before the cookie */
	memcpy(bytes + DHCP_FIXED, "abcd", 4);
	CHECK_INT(dhcp_parse(bytes, 300, &msg), DHCP_OK);
	CHECK_INT(msg.type, DHCP_BOOTP);
}

static void
names_fill_their_fields(void)
{
	begin();
	memset(bytes + 44, 'x', 192);
	CHECK_INT(dhcp_parse(bytes, 240, &msg), DHCP_OK);
	CHECK_INT(strlen(msg.sname), DHCP_SNAME);
	CHECK_INT(strlen(msg.file), DHCP_FILE);
}

/* Every option there can be, each once: the store has room for their NULs. */
static void
as_many_options_as_fit(void)
{
	struct wr w = begin();

	for (int code = 1; code < 255; code++)
		if (code != DHCP_OVERLOAD && code != DHCP_MESSAGE_TYPE)
			dhcp_put(&w, (uint8_t)code, "abc", code % 4);
	dhcp_end(&w);
	CHECK_INT(dhcp_parse(bytes, wr_len(&w), &msg), DHCP_OK);
	for (int code = 1; code < 255; code++)
		CHECK_INT(dhcp_has(&msg, (uint8_t)code), code != DHCP_OVERLOAD && code != DHCP_MESSAGE_TYPE);
}

static void
a_reply_that_does_not_fit_says_so(void)
{
	uint8_t small[250];
	struct wr w = wr_open(small, sizeof(small));

	dhcp_begin(&w, &(struct dhcp_msg){ .op = BOOTREPLY });
	CHECK(!w.full);
	dhcp_put_str(&w, DHCP_DOMAIN, "a-longer-name");
	dhcp_end(&w);
	CHECK(w.full);
}

static void
texts(void)
{
	CHECK_STR(dhcp_type_name(DHCP_INFORM), "INFORM");
	CHECK_STR(dhcp_type_name(DHCP_BOOTP), "BOOTP");
	for (int e = DHCP_OK; e <= DHCP_BAD_TYPE; e++)
		CHECK(strlen(dhcp_error_text((enum dhcp_error)e)) > 3);
}

int
main(void)
{
	RUN(what_is_written_is_read);
	RUN(long_options_are_split_and_joined);
	RUN(overload);
	RUN(what_is_refused);
	RUN(what_stands_before_a_broken_option_is_read);
	RUN(what_is_taken);
	RUN(names_fill_their_fields);
	RUN(as_many_options_as_fit);
	RUN(a_reply_that_does_not_fit_says_so);
	RUN(texts);
	return TEST_EXIT();
}

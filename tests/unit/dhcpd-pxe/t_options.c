/* Options that a client asks for, that a relay adds, and that have a form of
 * their own on the wire. */
#include "scene.h"
#include "test.h"

#include "reply.h"

static uint8_t bytes[REPLY_MAX];
static struct dhcp_msg reply;
static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };

/* The reply to a message with these options under these rules. */
static void
ask(const char *text, const uint8_t *options, size_t len)
{
	unsigned left_out;
	size_t reply_len;

	if (text)
		CHECK_INT(scene_rules(text), 0);
	scene_make(DHCP_DISCOVER, mac, options, len);
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	reply_len = reply_write(&answer, bytes, &left_out);
	CHECK_INT(left_out, 0);
	CHECK_INT(dhcp_parse(bytes, reply_len, &reply), DHCP_OK);
}

static bool
is(uint8_t code, const char *want, size_t want_len)
{
	size_t len;
	const uint8_t *v = dhcp_get(&reply, code, &len);

	return v && len == want_len && memcmp(v, want, len) == 0;
}

#define SUBNET "subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.90 lease=10m "

static void
renewal_times_for_those_who_ask(void)
{
	static const uint8_t wants[] = { 55, 3, 58, 1, 59 };
	uint32_t t1 = 0, t2 = 0;

	ask(SUBNET "\n", wants, sizeof(wants));
	CHECK(dhcp_get_u32(&reply, DHCP_T1, &t1) && dhcp_get_u32(&reply, DHCP_T2, &t2));
	CHECK_INT(t1, 300);
	CHECK_INT(t2, 525);
	ask(NULL, NULL, 0);
	CHECK(!dhcp_has(&reply, DHCP_T1) && !dhcp_has(&reply, DHCP_T2));
	ask(SUBNET "\noption 58 u32=7\n", NULL, 0);
	CHECK(dhcp_get_u32(&reply, DHCP_T1, &t1));
	CHECK_INT(t1, 7);
}

static void
only_for_those_who_ask(void)
{
	static const uint8_t wants[] = { 55, 2, 1, 108 };
	const char *text = SUBNET "\noption 108 u32=1800 when=asked\noption 42 ip=10.77.0.9 when=always\n";

	ask(text, NULL, 0);
	CHECK(!dhcp_has(&reply, 108));
	CHECK(dhcp_has(&reply, DHCP_NTP));
	ask(text, wants, sizeof(wants));
	CHECK(is(108, "\0\0\x07\x08", 4));
}

/* Telephones take 66, switches 67, Juniper's 43.0, whether there is a boot line or not. */
static void
what_phones_and_switches_read(void)
{
	static const uint8_t phone[] = { 60, 7, 's', 'n', 'o', 'm', '3', '2', '0' };
	static const uint8_t junos[] = { 60, 7, 'J', 'u', 'n', 'i', 'p', 'e', 'r', 55, 1, 43 };
	static const uint8_t pxe[] = { 60, 9, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't' };
	const char *text = SUBNET "\noption 66 vendor=snom* text=http://{server}/snom.php\n"
	                          "option 67 vendor=Juniper* text=net.conf\n"
	                          "option 43.0 vendor=Juniper* text=junos.tgz\n"
	                          "option 150 ip={server},10.77.0.9\n"
	                          "boot client=pxe file=pxelinux.0\n";

	ask(text, phone, sizeof(phone));
	CHECK(is(66, "http://10.77.0.1/snom.php", 25));
	CHECK(is(150, "\x0a\x4d\x00\x01\x0a\x4d\x00\x09", 8));
	CHECK(!dhcp_has(&reply, DHCP_BOOT_FILE));
	ask(text, junos, sizeof(junos));
	CHECK(is(67, "net.conf", 8));
	CHECK(is(43, "\0\tjunos.tgz", 11));
	ask(text, pxe, sizeof(pxe));
	CHECK(is(67, "pxelinux.0", 11));
	CHECK(is(66, "10.77.0.1", 9));
	ask(SUBNET "\noption 66 text=tftp.example\nboot file=a\n", pxe, sizeof(pxe));
	CHECK(is(66, "tftp.example", 12));
}

static void
lease_times_between_least_and_most(void)
{
	static const struct {
		uint32_t asked, got;
	} t[] = { { 1, 300 }, { 299, 300 }, { 5000, 5000 }, { 7200, 7200 }, { 7201, 7200 }, { UINT32_MAX, 7200 } };
	const char *rules_text = "subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.90 lease=1h lease-min=5m lease-max=2h\n";

	CHECK_INT(scene_rules(rules_text), 0);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		uint8_t option[6];
		struct wr w = wr_open(option, sizeof(option));
		uint32_t got = 0;

		wr_u16(&w, DHCP_LEASE_TIME << 8 | 4);
		wr_u32(&w, t[i].asked);
		ask(NULL, option, sizeof(option));
		CHECK(dhcp_get_u32(&reply, DHCP_LEASE_TIME, &got));
		CHECK_INT(got, t[i].got);
	}
	ask(NULL, NULL, 0);
	CHECK_INT(answer.lease_s, 3600);
}

static void
times_must_not_fall(void)
{
	static const char *const bad[] = { "lease=1h lease-min=2h", "lease=1h lease-max=10m",
		"lease-min=1d lease-max=1h" };
	static const struct {
		const char *text;
		uint32_t least, usual, most;
	} good[] = {
		{ "lease-max=10m", 120, 600, 600 },
		{ "lease-min=1d", 86400, 86400, 86400 },
		{ "lease-max=1d", 120, 3600, 86400 },
		{ "lease=60", 60, 60, 60 },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[200];

		snprintf(text, sizeof(text), "subnet 10.77.0.0/24 %s\n", bad[i]);
		CHECK_INT(scene_rules(text), 1);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct subnet *s;
		char text[200];

		snprintf(text, sizeof(text), "subnet 10.77.0.0/24 %s\n", good[i].text);
		CHECK_INT(scene_rules(text), 0);
		s = rules_line(&rules, RULE_SUBNET, 0)->subnet;
		CHECK_INT(s->lease_min_s, good[i].least);
		CHECK_INT(s->lease_s, good[i].usual);
		CHECK_INT(s->lease_max_s, good[i].most);
	}
}

static void
a_full_name_is_answered(void)
{
	/* flags, two codes, the name: as text with S, then in the form of DNS */
	static const uint8_t text[] = { 81, 7, 1, 0, 0, 'h', 'o', 's', 't' };
	static const uint8_t dns[] = { 81, 12, 5, 0, 0, 4, 'h', 'o', 's', 't', 1, 'x', 0, 0 };
	static const uint8_t part[] = { 81, 8, 4, 0, 0, 4, 'p', 'a', 'r', 't' };
	static const uint8_t both[] = { 12, 5, 'o', 't', 'h', 'e', 'r', 81, 7, 1, 0, 0, 'h', 'o', 's', 't' };
	static const uint8_t lies[] = { 81, 5, 4, 0, 0, 99, 'h' };
	static const uint8_t lacks[] = { 81, 2, 4, 0 };

	ask(SUBNET "domain=a.lan\n", text, sizeof(text));
	CHECK(is(DHCP_FQDN, "\x0a\xff\xffhost.a.lan", 13));
	CHECK_STR(client.name, "host");
	ask(NULL, dns, sizeof(dns));
	CHECK_STR(client.name, "host");
	CHECK(is(DHCP_FQDN,
	    "\x0e\xff\xff\x04host\x01"
	    "a\x03lan\0",
	    15));
	ask(NULL, lies, sizeof(lies));
	CHECK_STR(client.name, "");
	CHECK(!dhcp_has(&reply, DHCP_FQDN));
	ask(NULL, lacks, sizeof(lacks));
	CHECK(!dhcp_has(&reply, DHCP_FQDN));
	/* the name of its host line wins */
	ask(SUBNET "\nhost mac=02:00:00:00:00:01 name=known\n", text, sizeof(text));
	CHECK(is(DHCP_FQDN, "\x0a\xff\xffknown", 8));
	CHECK(is(DHCP_HOSTNAME, "known", 5));
	ask(NULL, part, sizeof(part));
	CHECK(is(DHCP_FQDN, "\x0c\xff\xff\x05known", 9));
	/* without a domain of ours it keeps its own */
	ask(SUBNET "\n", dns, sizeof(dns));
	CHECK(is(DHCP_FQDN, "\x0e\xff\xff\x04host\x01x\0\0", 12));
	ask(NULL, part, sizeof(part));
	CHECK(is(DHCP_FQDN, "\x0c\xff\xff\x04part", 8));
	/* option 12 beside it does not count */
	ask(NULL, both, sizeof(both));
	CHECK_STR(client.name, "host");
}

/* RFC 2132, section 9.8: what is asked for finds room before what is not. */
static void
what_is_asked_for_comes_first(void)
{
	static const uint8_t wants[] = { 55, 2, 200, 43 };
	char text[2048];
	unsigned left_out;
	size_t len;

	snprintf(
	    text, sizeof(text), SUBNET "\noption 252 text=%0200d\noption 200 text=%0100d\noption 43.1 u8=7\n", 0, 0);
	CHECK_INT(scene_rules(text), 0);
	scene_make(DHCP_DISCOVER, mac, wants, sizeof(wants));
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	len = reply_write(&answer, bytes, &left_out);
	CHECK_INT(left_out, 1);
	CHECK_INT(dhcp_parse(bytes, len, &reply), DHCP_OK);
	CHECK(dhcp_has(&reply, 200) && dhcp_has(&reply, DHCP_VENDOR) && !dhcp_has(&reply, 252));
}

/* An identifier that would leave no room for the netmask is not sent back. */
static void
a_long_identifier_does_not_crowd_out_the_rest(void)
{
	uint8_t options[257] = { 61, 160 };
	unsigned left_out;
	size_t len;

	for (uint8_t n = 20; n <= 240; n += 20) {
		options[1] = n;
		CHECK_INT(scene_rules(SUBNET "router=10.77.0.1\nboot file=x.0\n"), 0);
		scene_make(DHCP_DISCOVER, mac, options, 2u + n);
		CHECK_INT(scene_ask(1000), SERVER_ANSWER);
		len = reply_write(&answer, bytes, &left_out);
		CHECK_INT(dhcp_parse(bytes, len, &reply), DHCP_OK);
		CHECK(dhcp_has(&reply, DHCP_NETMASK) && dhcp_has(&reply, DHCP_ROUTER) &&
		    dhcp_has(&reply, DHCP_BOOT_FILE));
		CHECK_INT(left_out, n <= 100 ? 0 : 1);
		CHECK_INT(dhcp_has(&reply, DHCP_CLIENT_ID), n <= 100);
	}
}

static void
a_relay_may_stand_for_us(void)
{
	/* RFC 5107: 82.11, and the REQUEST that the client then sends there */
	static const uint8_t from_relay[] = { 82, 6, 11, 4, 10, 77, 0, 254 };
	static const uint8_t request_to_it[] = { 54, 4, 10, 77, 0, 254, 50, 4, 10, 77, 0, 50, 82, 6, 11, 4, 10, 77, 0,
		254 };
	uint32_t id = 0;
	unsigned left_out;

	CHECK_INT(scene_rules(SUBNET "\n"), 0);
	scene_make(DHCP_DISCOVER, mac, from_relay, sizeof(from_relay));
	request.msg.giaddr = IP(10, 77, 0, 254);
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	CHECK_INT(dhcp_parse(bytes, reply_write(&answer, bytes, &left_out), &reply), DHCP_OK);
	CHECK(dhcp_get_addr(&reply, DHCP_SERVER_ID, &id));
	CHECK_INT(id, IP(10, 77, 0, 254));
	CHECK_INT(answer.self, own_addr);
	scene_make(DHCP_REQUEST, mac, request_to_it, sizeof(request_to_it));
	request.msg.giaddr = IP(10, 77, 0, 254);
	CHECK_INT(scene_ask(1000), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	/* without a relay nobody may say so */
	scene_make(DHCP_REQUEST, mac, request_to_it, sizeof(request_to_it));
	CHECK_INT(scene_ask(1000), SERVER_OTHER_SERVER);
}

static void
lists_in_their_own_form(void)
{
	static const char search[] = "\x01"
	                             "a\x07"
	                             "example\0\x03www\x01"
	                             "b\0";
	static const char routes[] =
	    "\0\x0a\x4d\0\1\x08\x0a\x0a\x4d\0\2\x14\x0a\x01\x10\x0a\x4d\0\3\x20\x0a\1\2\3\x0a\x4d\0\4";

	ask(SUBNET
	    "\noption 119 text=a.example,www.b\n"
	    "option 121 text=0.0.0.0/0,10.77.0.1,10.0.0.0/8,10.77.0.2,10.1.16.0/20,10.77.0.3,10.1.2.3/32,10.77.0.4\n",
	    NULL, 0);
	CHECK(is(DHCP_SEARCH, search, sizeof(search) - 1));
	CHECK(is(DHCP_ROUTES, routes, sizeof(routes) - 1));
	CHECK_INT(scene_rules(SUBNET "\noption 119 text=a..b\n"), 1);
	CHECK_INT(scene_rules(SUBNET "\noption 121 text=10.0.0.0/8\n"), 1);
	CHECK_INT(scene_rules(SUBNET "\noption 121 text=10.0.0.1/8,10.77.0.1\n"), 1);
	CHECK_INT(scene_rules(SUBNET "\noption 121 hex=00:0a:4d:00:01\n"), 0);
}

/* {host} of a client without a name, say; RFC 2132 wants one byte at least. */
static void
an_empty_text_is_not_sent(void)
{
	static const uint8_t named[] = { 12, 1, 'a' };
	static const char text[] = SUBNET "domain=a.lan\noption 209 text={host}\noption 175.81 text={host}\n"
	                                  "option 15 text=\"\" client=other\n";

	ask(text, NULL, 0);
	CHECK(!dhcp_has(&reply, DHCP_PXELINUX_CONFIG) && !dhcp_has(&reply, DHCP_IPXE));
	CHECK(!dhcp_has(&reply, DHCP_DOMAIN));
	ask(NULL, named, sizeof(named));
	CHECK(is(DHCP_PXELINUX_CONFIG, "a", 1));
	CHECK(is(DHCP_IPXE,
	    "\x51\1"
	    "a",
	    3));
}

/* {server} is where the client boots from, in an option as in a file. */
static void
the_server_is_that_of_the_boot_line(void)
{
	ask(SUBNET "\noption 210 text=http://{server}/\nboot file=x server=10.77.0.5\n", NULL, 0);
	CHECK(is(DHCP_PXELINUX_PREFIX, "http://10.77.0.5/", 17));
	ask(SUBNET "\noption 210 text=http://{server}/\nboot file=x client=pxe server=10.77.0.5\n", NULL, 0);
	CHECK(is(DHCP_PXELINUX_PREFIX, "http://10.77.0.1/", 17));
}

/* Those that booting and networks need, and any other by its number. */
static void
options_by_number(void)
{
	static const struct {
		uint8_t code;
		const char *line, *bytes;
		size_t len;
	} t[] = {
		{ 17, "option 17 text=iscsi:10.77.0.5::::iqn.2026-01.lan:{mac-}\n",
		    "iscsi:10.77.0.5::::iqn.2026-01.lan:02-00-00-00-00-01", 52 },
		{ DHCP_BROADCAST_ADDR, "option 28 ip=10.77.0.255\n", "\x0a\x4d\0\xff", 4 },
		{ DHCP_NTP, "option 42 ip=10.77.0.8,10.77.0.9\n", "\x0a\x4d\0\x08\x0a\x4d\0\x09", 8 },
		{ DHCP_CLASS, "option 60 text=PXEClient\n", "PXEClient", 9 },
		{ DHCP_TFTP_ADDRS, "option 150 ip=10.77.0.5\n", "\x0a\x4d\0\x05", 4 },
		{ DHCP_IPXE, "option 175.8 u8=1\noption 175.81 text=x\n", "\x08\1\1\x51\1x", 6 },
		{ DHCP_PXELINUX_MAGIC, "option 208 hex=f100747e\n", "\xf1\0\x74\x7e", 4 },
		{ DHCP_PXELINUX_CONFIG, "option 209 text=pxelinux.cfg/{mac-}\n", "pxelinux.cfg/02-00-00-00-00-01", 30 },
		{ DHCP_PXELINUX_PREFIX, "option 210 text=http://{server}/\n", "http://10.77.0.1/", 17 },
		{ DHCP_PXELINUX_REBOOT, "option 211 u32=60\n", "\0\0\0\x3c", 4 },
		{ 26, "option 26 u16=1400\n", "\x05\x78", 2 },
		{ 224, "option 224 u8=1,2,3\n", "\1\2\3", 3 },
		{ 254, "option 254 hex=0102\n", "\1\2", 2 },
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char text[400];

		snprintf(text, sizeof(text), SUBNET "\n%s", t[i].line);
		ask(text, NULL, 0);
		if (!is(t[i].code, t[i].bytes, t[i].len)) {
			CHECK(!"the bytes of the line");
			printf("# %s", t[i].line);
		}
	}
}

int
main(void)
{
	RUN(renewal_times_for_those_who_ask);
	RUN(only_for_those_who_ask);
	RUN(what_phones_and_switches_read);
	RUN(lease_times_between_least_and_most);
	RUN(times_must_not_fall);
	RUN(a_full_name_is_answered);
	RUN(what_is_asked_for_comes_first);
	RUN(a_long_identifier_does_not_crowd_out_the_rest);
	RUN(a_relay_may_stand_for_us);
	RUN(lists_in_their_own_form);
	RUN(an_empty_text_is_not_sent);
	RUN(the_server_is_that_of_the_boot_line);
	RUN(options_by_number);
	scene_end();
	return TEST_EXIT();
}

/* The DHCPv6 client of each persona: what it sends, which answer it takes, when it gives up. */
#include "addr6.h"
#include "dhcp6_client.h"
#include "test.h"

static struct dhcp6_client client;
static struct dhcp6_client_out out;
static struct dhcp6_msg sent;

static void
start(const char *persona, enum dhcp6_client_ask ask)
{
	struct dhcp6_client_want want = {
		.persona = persona_find(persona), .ask = ask, .iaid = 77, .patience_ms = 10000, .xid = 0x12345678
	};

	memcpy(want.id.mac, "\x52\x54\0\x12\x34\x56", 6);
	memcpy(want.id.uuid, "\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf\x10", 16);
	CHECK(want.persona && want.persona->dhcp6);
	dhcp6_client_start(&client, &want, 0);
}

static enum dhcp6_client_act
step(uint64_t now)
{
	enum dhcp6_client_act act = dhcp6_client_next(&client, now, &out);

	if (act == DHCP6_CLIENT_SEND)
		CHECK_INT(dhcp6_parse(out.bytes, out.len, &sent), DHCP6_OK);
	return act;
}

/* What a server answers to the message that was sent last. */
struct says {
	enum dhcp6_type type;
	uint8_t server;
	const char *addr, *url;
	bool params, class, nul;
	uint8_t preference;
};

static void
put_url(struct wr *w, const struct says *s)
{
	static const uint8_t class[] = { 0, 0, 1, 0x57, 0, 10, 'H', 'T', 'T', 'P', 'C', 'l', 'i', 'e', 'n', 't' };

	if (s->url)
		dhcp6_put(w, DHCP6_BOOT_URL, s->url, strlen(s->url) + s->nul);
	if (s->params)
		dhcp6_put(w, DHCP6_BOOT_PARAM, "\0\1a", 3);
	if (s->class)
		dhcp6_put(w, DHCP6_VENDOR_CLASS, class, sizeof(class));
}

static enum dhcp6_client_heard
hear(const struct says *s, uint64_t now)
{
	static const uint32_t times[2] = { 1800, 2880 };
	struct dhcp6_bytes id = dhcp6_find(sent.options, DHCP6_CLIENT_ID);
	struct dhcp6_iaaddr a = { .preferred_s = 3600, .valid_s = 7200 };
	uint8_t bytes[1024];
	struct wr w = wr_open(bytes, sizeof(bytes));
	struct ip6_udp u = { .sport = 547, .dport = 546, .data = bytes };
	size_t mark;

	dhcp6_begin(&w, s->type, sent.xid);
	dhcp6_put(&w, DHCP6_CLIENT_ID, id.at, id.len);
	dhcp6_put(&w, DHCP6_SERVER_ID, (const uint8_t[]){ 0, 3, 0, 1, 2, 2, 2, 2, 2, s->server }, 10);
	if (s->preference)
		dhcp6_put_u8(&w, DHCP6_PREFERENCE, s->preference);
	if (s->addr) {
		CHECK(addr6_parse(s->addr, &a.addr));
		mark = dhcp6_open_ia(&w, DHCP6_IA_NA, 77, times);
		dhcp6_put_iaaddr(&w, &a);
		dhcp6_close(&w, mark);
	}
	put_url(&w, s);
	u.len = wr_len(&w);
	return dhcp6_client_input(&client, &u, now);
}

static void
codes(const char *want)
{
	char got[80] = "";
	struct rd r = rd_open(sent.options.at, sent.options.len);
	struct dhcp6_opt o;

	while (dhcp6_next(&r, &o))
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%u", *got ? "," : "", o.code);
	CHECK_STR(got, want);
}

static void
what_firmware_sends(void)
{
	struct dhcp6_bytes v;

	start("efi-x64-v6", DHCP6_CLIENT_BOOT);
	CHECK_INT(step(0), DHCP6_CLIENT_SEND);
	CHECK_INT(sent.type, DHCP6_SOLICIT);
	codes("1,8,3,6,62,61,16");
	v = dhcp6_find(sent.options, DHCP6_ORO);
	CHECK(v.len == 8 && memcmp(v.at, "\0\73\0\74\0\27\0\20", 8) == 0);
	v = dhcp6_find(sent.options, DHCP6_VENDOR_CLASS);
	CHECK(v.len == 6 + 32 && memcmp(v.at, "\0\0\1\x57\0\40PXEClient:Arch:00007:UNDI:003000", 38) == 0);
	v = dhcp6_find(sent.options, DHCP6_ARCH);
	CHECK(v.len == 2 && v.at[1] == 7);
	start("efi-x64-v6", DHCP6_CLIENT_STACK);
	CHECK_INT(step(0), DHCP6_CLIENT_SEND);
	codes("1,8,3,6");
	start("http-x64-v6", DHCP6_CLIENT_BOOT);
	CHECK_INT(step(0), DHCP6_CLIENT_SEND);
	v = dhcp6_find(sent.options, DHCP6_VENDOR_CLASS);
	CHECK(v.len == 6 + 33 && memcmp(v.at + 6, "HTTPClient:Arch:00016:UNDI:003000", 33) == 0);
	start("ipxe-v6", DHCP6_CLIENT_BOOT);
	CHECK_INT(step(0), DHCP6_CLIENT_SEND);
	v = dhcp6_find(sent.options, DHCP6_USER_CLASS);
	CHECK(v.len == 6 && memcmp(v.at, "\0\4iPXE", 6) == 0);
	v = dhcp6_find(sent.options, DHCP6_CLIENT_ID);
	CHECK(v.len == 18 && memcmp(v.at, "\0\4\4\3\2\1\6\5\x8\7", 10) == 0);
	start("ipxe-v6", DHCP6_CLIENT_INFO);
	CHECK_INT(step(0), DHCP6_CLIENT_SEND);
	CHECK_INT(sent.type, DHCP6_INFORMATION_REQUEST);
	CHECK(!dhcp6_has(sent.options, DHCP6_IA_NA));
}

/* Of a server that knows nothing of booting and one that does, the second: after 5 s. */
static void
the_answer_with_a_url_is_taken(void)
{
	start("efi-x64-v6", DHCP6_CLIENT_BOOT);
	CHECK_INT(step(0), DHCP6_CLIENT_SEND);
	CHECK_INT(
	    hear(&(struct says){ .type = DHCP6_ADVERTISE, .server = 1, .addr = "fd00::1", .preference = 255 }, 10),
	    DHCP6_CLIENT_HAS_OFFER);
	CHECK_INT(
	    hear(&(struct says){ .type = DHCP6_ADVERTISE, .server = 1, .addr = "fd00::1" }, 11), DHCP6_CLIENT_NOTHING);
	CHECK_INT(hear(&(struct says){ .type = DHCP6_ADVERTISE, .server = 2, .url = "tftp://[fd00::1]/a" }, 12),
	    DHCP6_CLIENT_HAS_OFFER);
	CHECK_INT(hear(&(struct says){ .type = DHCP6_ADVERTISE,
	                   .server = 3,
	                   .addr = "fd00::2",
	                   .url = "tftp://[fd00::1]/b",
	                   .params = true },
	              13),
	    DHCP6_CLIENT_HAS_OFFER);
	CHECK_INT(
	    hear(&(struct says){ .type = DHCP6_ADVERTISE, .server = 4, .addr = "fd00::3", .url = "tftp://[fd00::1]/c" },
	        14),
	    DHCP6_CLIENT_HAS_OFFER);
	CHECK_INT(step(20), DHCP6_CLIENT_WAIT);
	CHECK_INT(out.deadline_ms, 1000);
	CHECK_INT(step(1000), DHCP6_CLIENT_SEND);
	CHECK_INT(step(3000), DHCP6_CLIENT_SEND);
	CHECK_INT(step(4999), DHCP6_CLIENT_WAIT);
	CHECK_INT(out.deadline_ms, 5000);
	CHECK_INT(step(5000), DHCP6_CLIENT_SEND);
	CHECK_INT(sent.type, DHCP6_REQUEST);
	codes("1,2,8,3,6,62,61,16");
	CHECK_INT(dhcp6_find(sent.options, DHCP6_SERVER_ID).at[9], 4);
	CHECK_INT(
	    hear(
	        &(struct says){
	            .type = DHCP6_REPLY, .server = 4, .addr = "fd00::3", .url = "tftp://[fd00::1]/c", .nul = true },
	        5010),
	    DHCP6_CLIENT_HAS_REPLY);
	CHECK_INT(step(5011), DHCP6_CLIENT_DONE);
	CHECK_INT(client.result, DHCP6_CLIENT_GOT);
	CHECK_STR(client.reply.url, "tftp://[fd00::1]/c");
	CHECK(client.reply.url_nul && client.leased);
	dhcp6_client_release(&client, 5, &out);
	CHECK_INT(dhcp6_parse(out.bytes, out.len, &sent), DHCP6_OK);
	CHECK_INT(sent.type, DHCP6_RELEASE);
	codes("1,2,8,3"); /* no 61 */
}

static void
http_boot_wants_its_class(void)
{
	struct says without = { .type = DHCP6_ADVERTISE, .server = 1, .addr = "fd00::2", .url = "http://[fd00::1]/b" },
	            with = without;

	start("http-x64-v6", DHCP6_CLIENT_BOOT);
	CHECK_INT(step(0), DHCP6_CLIENT_SEND);
	CHECK_INT(hear(&without, 10), DHCP6_CLIENT_HAS_OFFER);
	CHECK_INT(step(10), DHCP6_CLIENT_WAIT);
	CHECK_INT(step(10000), DHCP6_CLIENT_DONE);
	CHECK_INT(client.result, DHCP6_CLIENT_UNFIT);
	start("http-x64-v6", DHCP6_CLIENT_BOOT);
	CHECK_INT(step(0), DHCP6_CLIENT_SEND);
	with.class = true;
	CHECK_INT(hear(&with, 10), DHCP6_CLIENT_HAS_OFFER);
	CHECK_INT(step(5000), DHCP6_CLIENT_SEND);
	CHECK_INT(sent.type, DHCP6_REQUEST);
	CHECK_INT(step(15000), DHCP6_CLIENT_DONE);
	CHECK_INT(client.result, DHCP6_CLIENT_NO_REPLY);
}

static void
ipxe_takes_the_first(void)
{
	start("ipxe-v6", DHCP6_CLIENT_BOOT);
	CHECK_INT(step(0), DHCP6_CLIENT_SEND);
	CHECK_INT(
	    hear(&(struct says){ .type = DHCP6_ADVERTISE, .server = 1, .addr = "fd00::2", .url = "http://[fd00::1]/b" },
	        10),
	    DHCP6_CLIENT_HAS_OFFER);
	CHECK_INT(step(11), DHCP6_CLIENT_SEND);
	CHECK_INT(hear(&(struct says){ .type = DHCP6_REPLY, .server = 1 }, 20), DHCP6_CLIENT_HAS_REPLY);
	CHECK_INT(step(21), DHCP6_CLIENT_DONE);
	CHECK_INT(client.result, DHCP6_CLIENT_REFUSED);
	CHECK(!client.leased);
	/* though it names no file, and another one does; not one without an address */
	start("ipxe-v6", DHCP6_CLIENT_BOOT);
	CHECK_INT(step(0), DHCP6_CLIENT_SEND);
	hear(&(struct says){ .type = DHCP6_ADVERTISE, .server = 3, .url = "http://[fd00::1]/a" }, 9);
	hear(&(struct says){ .type = DHCP6_ADVERTISE, .server = 1, .addr = "fd00::2" }, 10);
	hear(
	    &(struct says){ .type = DHCP6_ADVERTISE, .server = 2, .addr = "fd00::3", .url = "http://[fd00::1]/b" }, 10);
	CHECK_INT(step(11), DHCP6_CLIENT_SEND);
	CHECK_INT(client.chosen, 1);
}

static void
silence_ends(void)
{
	int sends = 0;

	start("efi-arm64-v6", DHCP6_CLIENT_BOOT);
	for (uint64_t now = 0; now < 10000; now = out.deadline_ms)
		while (step(now) == DHCP6_CLIENT_SEND)
			sends++;
	CHECK_INT(sends, 4); /* at 0, 1, 3 and 7 s */
	CHECK_INT(step(10000), DHCP6_CLIENT_DONE);
	CHECK_INT(client.result, DHCP6_CLIENT_SILENT);
	/* what is another's, or comes late, is nothing */
	CHECK_INT(
	    hear(&(struct says){ .type = DHCP6_ADVERTISE, .server = 1, .addr = "fd00::2", .url = "tftp://[fd00::1]/b" },
	        10001),
	    DHCP6_CLIENT_NOTHING);
}

int
main(void)
{
	RUN(what_firmware_sends);
	RUN(the_answer_with_a_url_is_taken);
	RUN(http_boot_wants_its_class);
	RUN(ipxe_takes_the_first);
	RUN(silence_ends);
	return TEST_EXIT();
}

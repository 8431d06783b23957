/* The DHCP client of each firmware: what it sends when, and what it makes of
 * the answers. */
#include "test.h"

#include "dhcp_client.h"
#include "pxe.h"

#define SERVER 0x0a000001
#define PROXY 0x0a000002
#define ADDR 0x0a000010
#define XID 0x11111111
#define BINL_XID 0x22222222
#define PATIENCE 10000

static struct dhcp_client c;
static struct dhcp_client_out out;
static const uint8_t mac[6] = { 2, 0x50, 0x58, 1, 2, 3 };

static void
start(const char *persona)
{
	struct dhcp_client_want want = {
		.persona = persona_find(persona), .patience_ms = PATIENCE, .xid = XID, .binl_xid = BINL_XID
	};

	memcpy(want.id.mac, mac, 6);
	dhcp_client_start(&c, &want, 0);
}

/* One answer; from SERVER, to XID and as an OFFER unless it says otherwise. */
struct answer {
	enum dhcp_type type;
	bool bootp;
	uint32_t from, xid, yiaddr, siaddr, id; /* id: option 54, `from` unless set */
	const char *file, *class;
	const char *menu; /* option 43 */
	size_t menu_len;
	bool other_mac, request, lease_options;
	unsigned vlan;
};

static enum dhcp_client_heard
hear(uint64_t now, struct answer a)
{
	struct dhcp_msg head = { .op = a.request ? BOOTREQUEST : BOOTREPLY,
		.htype = 1,
		.hlen = 6,
		.xid = a.xid ? a.xid : XID,
		.yiaddr = a.yiaddr,
		.siaddr = a.siaddr };
	uint8_t bytes[DHCP_MAX];
	struct wr w = wr_open(bytes, sizeof(bytes));
	struct frame_udp u = { .src = a.from ? a.from : SERVER, .sport = a.xid == BINL_XID ? 4011 : 67, .data = bytes };

	memcpy(head.chaddr, mac, 6);
	head.chaddr[5] ^= a.other_mac;
	snprintf(head.file, sizeof(head.file), "%s", a.file ? a.file : "");
	dhcp_begin(&w, &head);
	if (!a.bootp) {
		dhcp_put_u8(&w, DHCP_MESSAGE_TYPE, (uint8_t)(a.type ? a.type : DHCP_OFFER));
		dhcp_put_u32(&w, DHCP_SERVER_ID, a.id ? a.id : u.src);
	}
	if (a.class)
		dhcp_put_str(&w, DHCP_CLASS, a.class);
	if (a.menu)
		dhcp_put(&w, DHCP_VENDOR, a.menu, a.menu_len);
	if (a.lease_options) {
		dhcp_put_u32(&w, DHCP_NETMASK, 0xffffff00);
		dhcp_put_u32(&w, DHCP_ROUTER, SERVER);
		dhcp_put_u32(&w, DHCP_DNS, PROXY);
	}
	dhcp_end(&w);
	u.len = wr_len(&w);
	return dhcp_client_input(&c, &u, a.vlan, now);
}

#define LEASE_WITH_FILE .yiaddr = ADDR, .siaddr = SERVER, .file = "a.0"
#define LEASE .yiaddr = ADDR
#define PROXY_OFFER .from = PROXY, .siaddr = PROXY, .class = "PXEClient"

/* It sends now: what, as a server reads it. */
static struct dhcp_msg
sends(uint64_t now, enum dhcp_type type)
{
	struct dhcp_msg m = { .op = 0 };

	CHECK_INT(dhcp_client_next(&c, now, &out), DHCP_CLIENT_SEND);
	CHECK_INT(dhcp_parse(out.udp.data, out.udp.len, &m), DHCP_OK);
	CHECK_INT(m.op, BOOTREQUEST);
	CHECK_INT(m.type, type);
	CHECK(memcmp(m.chaddr, mac, 6) == 0);
	return m;
}

static void
waits(uint64_t now, uint64_t until)
{
	CHECK_INT(dhcp_client_next(&c, now, &out), DHCP_CLIENT_WAIT);
	CHECK_INT(out.deadline_ms, until);
}

static void
ends(uint64_t now, enum dhcp_client_result result)
{
	CHECK_INT(dhcp_client_next(&c, now, &out), DHCP_CLIENT_DONE);
	CHECK_INT(c.result, result);
}

/* As far as the REQUEST of an ordinary client, which is sent at 600. */
static void
start_to_request(const char *persona)
{
	start(persona);
	sends(0, DHCP_DISCOVER);
	CHECK_INT(hear(100, (struct answer){ LEASE_WITH_FILE }), DHCP_CLIENT_HAS_OFFER);
	waits(100, 600);
	sends(600, DHCP_REQUEST);
}

static uint32_t
option_addr(const struct dhcp_msg *m, uint8_t code)
{
	uint32_t v = 0;

	dhcp_get_addr(m, code, &v);
	return v;
}

static void
nobody_answers(void)
{
	static const uint64_t at[] = { 0, 1000, 3000, 7000 };

	start("bios");
	for (size_t i = 0; i < 4; i++) {
		struct dhcp_msg m = sends(at[i], DHCP_DISCOVER);

		CHECK_INT(m.xid, XID);
		CHECK_INT(m.secs, at[i] / 1000);
		CHECK(out.udp.dst == 0xffffffff && out.udp.src == 0 && out.udp.sport == 68 && out.udp.dport == 67);
		waits(at[i], i < 3 ? at[i + 1] : PATIENCE);
		waits(i < 3 ? at[i + 1] - 1 : PATIENCE - 1, i < 3 ? at[i + 1] : PATIENCE);
	}
	ends(PATIENCE, DHCP_CLIENT_NO_CHOICE);
	CHECK_INT(c.fault, FAULT_NO_ANSWER);
	CHECK(!c.leased && c.offers == 0);
}

static void
an_ordinary_boot(void)
{
	struct dhcp_msg m;

	start("bios");
	sends(0, DHCP_DISCOVER);
	CHECK_INT(hear(100, (struct answer){ LEASE_WITH_FILE }), DHCP_CLIENT_HAS_OFFER);
	CHECK_INT(c.offer[0].ms, 100);
	waits(100, 600); /* a second server may still be seen */
	waits(599, 600);
	m = sends(600, DHCP_REQUEST);
	CHECK_INT(m.xid, XID);
	CHECK_INT(option_addr(&m, DHCP_REQUESTED_ADDR), ADDR);
	CHECK_INT(option_addr(&m, DHCP_SERVER_ID), SERVER);
	CHECK_INT(out.udp.dst, 0xffffffff);
	waits(600, 1600);
	sends(1600, DHCP_REQUEST);
	CHECK_INT(hear(1700, (struct answer){ LEASE_WITH_FILE, .type = DHCP_ACK, .lease_options = true }),
	    DHCP_CLIENT_HAS_ACK);
	CHECK(c.leased && c.addr == ADDR && c.mask == 0xffffff00 && c.router == SERVER);
	CHECK(c.dns_n == 1 && c.dns[0] == PROXY);
	CHECK_INT(dhcp_client_next(&c, 1700, &out), DHCP_CLIENT_BIND);
	ends(1700, DHCP_CLIENT_NAMED);
	CHECK_STR(c.boot.name, "a.0");
	CHECK_INT(c.boot.server, SERVER);
	ends(99999, DHCP_CLIENT_NAMED);
}

static void
the_offer_names_what_the_ack_does_not(void)
{
	start_to_request("bios");
	hear(700, (struct answer){ LEASE, .type = DHCP_ACK });
	CHECK_INT(dhcp_client_next(&c, 700, &out), DHCP_CLIENT_BIND);
	ends(700, DHCP_CLIENT_NAMED);
	CHECK_STR(c.boot.name, "a.0");
}

/* A lease of one server, the boot server of another, in either order. */
static void
a_proxy_is_asked_on_4011(void)
{
	const struct answer offers[] = { { LEASE }, { PROXY_OFFER } };

	for (size_t first = 0; first < 2; first++) {
		struct dhcp_msg m;

		start("efi-x64");
		sends(0, DHCP_DISCOVER);
		hear(100, offers[first]);
		waits(100, 4100); /* one of the two alone will not do */
		hear(200, offers[1 - first]);
		waits(200, 700);
		m = sends(700, DHCP_REQUEST);
		CHECK_INT(option_addr(&m, DHCP_SERVER_ID), SERVER);
		hear(800, (struct answer){ LEASE, .type = DHCP_ACK });
		CHECK_INT(dhcp_client_next(&c, 800, &out), DHCP_CLIENT_BIND);
		CHECK_INT(dhcp_client_next(&c, 800, &out), DHCP_CLIENT_RESOLVE);
		CHECK_INT(out.udp.dst, PROXY);
		m = sends(900, DHCP_REQUEST);
		CHECK(out.udp.src == ADDR && out.udp.dst == PROXY && out.udp.dport == 4011);
		CHECK_INT(m.ciaddr, ADDR);
		CHECK_INT(m.xid, BINL_XID);
		waits(900, 1900);
		CHECK_INT(
		    hear(1000, (struct answer){ .from = PROXY, .siaddr = PROXY, .file = "late.efi", .type = DHCP_ACK }),
		    DHCP_CLIENT_NOTHING); /* of the lease's transaction */
		CHECK_INT(hear(1000,
		              (struct answer){
		                  .from = PROXY, .siaddr = PROXY, .file = "b.efi", .type = DHCP_ACK, .xid = BINL_XID }),
		    DHCP_CLIENT_HAS_REPLY);
		CHECK(c.answer_from == PROXY && c.answer_port == 4011);
		ends(1000, DHCP_CLIENT_NAMED);
		CHECK_STR(c.boot.name, "b.efi");
	}
}

/* The first entry of a boot menu, which comes up when nobody touches a key. */
static void
a_menu_entry_is_asked_for(void)
{
	static const char menu[] = { PXE_BOOT_MENU, 5, 0x12, 0x34, 2, 'h', 'i', (char)PXE_END };
	struct dhcp_msg m;
	struct pxe_request r;

	start("bios");
	sends(0, DHCP_DISCOVER);
	hear(100,
	    (struct answer){
	        .yiaddr = ADDR, .siaddr = SERVER, .class = "PXEClient", .menu = menu, .menu_len = sizeof(menu) });
	sends(600, DHCP_REQUEST);
	hear(700, (struct answer){ LEASE, .type = DHCP_ACK });
	CHECK_INT(dhcp_client_next(&c, 700, &out), DHCP_CLIENT_BIND);
	CHECK_INT(dhcp_client_next(&c, 700, &out), DHCP_CLIENT_RESOLVE);
	m = sends(700, DHCP_REQUEST);
	pxe_read(&m, &r);
	CHECK(r.has_boot_item && r.boot_item == 0x1234);
}

static void
a_silent_4011(void)
{
	static const struct {
		const char *persona;
		bool lease_names, boots;
	} table[] = { { "efi-x64", true, false }, { "ipxe", true, true }, { "ipxe", false, false } };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		start(table[i].persona);
		sends(0, DHCP_DISCOVER);
		hear(100, (struct answer){ PROXY_OFFER });
		hear(200, table[i].lease_names ? (struct answer){ LEASE_WITH_FILE } : (struct answer){ LEASE });
		sends(700, DHCP_REQUEST);
		hear(800,
		    table[i].lease_names ? (struct answer){ LEASE_WITH_FILE, .type = DHCP_ACK } :
		                           (struct answer){ LEASE, .type = DHCP_ACK });
		CHECK_INT(dhcp_client_next(&c, 1000, &out), DHCP_CLIENT_BIND);
		CHECK_INT(dhcp_client_next(&c, 1000, &out), DHCP_CLIENT_RESOLVE);
		/* Looking for it took a while, and counts. */
		sends(4000, DHCP_REQUEST);
		sends(5000, DHCP_REQUEST);
		sends(7000, DHCP_REQUEST);
		waits(7000, 11000);
		ends(11000, table[i].boots ? DHCP_CLIENT_NAMED : DHCP_CLIENT_NO_REPLY);
		CHECK_INT(c.reply_missing, table[i].boots);
		CHECK_STR(c.boot.name, table[i].boots ? "a.0" : "");
		CHECK(c.leased);
	}
}

static void
the_server_refuses(void)
{
	start_to_request("bios");
	CHECK_INT(hear(700, (struct answer){ .type = DHCP_NAK, .from = PROXY }), DHCP_CLIENT_NOTHING);
	CHECK_INT(hear(700, (struct answer){ .type = DHCP_NAK }), DHCP_CLIENT_HAS_NAK);
	ends(700, DHCP_CLIENT_REFUSED);
	CHECK(!c.leased);
}

static void
the_request_is_not_answered(void)
{
	start_to_request("bios");
	sends(1600, DHCP_REQUEST);
	sends(3600, DHCP_REQUEST);
	sends(7600, DHCP_REQUEST);
	waits(7600, 10600);
	/* Another server's ACK, one that gives no address. */
	CHECK_INT(hear(8000, (struct answer){ LEASE, .from = PROXY, .type = DHCP_ACK }), DHCP_CLIENT_NOTHING);
	CHECK_INT(hear(8000, (struct answer){ .type = DHCP_ACK }), DHCP_CLIENT_NOTHING);
	ends(10600, DHCP_CLIENT_NO_ACK);
	CHECK_INT(c.server_id, SERVER);
}

static void
bootp_has_no_second_round(void)
{
	struct dhcp_client_out release;

	start("bootp");
	sends(0, DHCP_BOOTP);
	CHECK_INT(hear(100, (struct answer){ LEASE_WITH_FILE, .bootp = true }), DHCP_CLIENT_HAS_OFFER);
	CHECK_INT(dhcp_client_next(&c, 600, &out), DHCP_CLIENT_BIND);
	CHECK_INT(c.addr, ADDR);
	ends(600, DHCP_CLIENT_NAMED);
	CHECK_STR(c.boot.name, "a.0");
	CHECK(c.leased && !dhcp_client_release(&c, 7, &release));
}

/* What comes once the choice is made is noted, and changes nothing. */
static void
late_offers(void)
{
	start_to_request("bios");
	CHECK_INT(hear(900, (struct answer){ PROXY_OFFER }), DHCP_CLIENT_HAS_OFFER);
	CHECK(c.offers == 2 && c.on_time == 1 && c.offer[1].late && c.offer[1].ms == 900 && !c.offer[0].late);
	hear(1000, (struct answer){ LEASE_WITH_FILE, .type = DHCP_ACK });
	CHECK_INT(dhcp_client_next(&c, 1000, &out), DHCP_CLIENT_BIND);
	ends(1000, DHCP_CLIENT_NAMED);
	CHECK_INT(hear(5000, (struct answer){ LEASE, .from = 0x0a000003 }), DHCP_CLIENT_HAS_OFFER);
	CHECK(c.offers == 3 && c.offer[2].late && c.offer[2].ms == 5000);
	ends(5000, DHCP_CLIENT_NAMED);
	CHECK_STR(c.boot.name, "a.0");
}

static void
nobody_names_a_file(void)
{
	start("bios");
	sends(0, DHCP_DISCOVER);
	hear(100, (struct answer){ LEASE });
	waits(100, 4100);
	waits(4100, PATIENCE); /* the firmware has gone on; we listen */
	hear(5000, (struct answer){ LEASE, .from = 0x0a000003 });
	waits(5000, PATIENCE);
	ends(PATIENCE, DHCP_CLIENT_NO_CHOICE);
	CHECK_INT(c.fault, FAULT_NO_BOOT_INFO);
	CHECK(c.on_time == 2 && !c.leased);
}

static void
a_file_is_named_too_late(void)
{
	start("bios");
	sends(0, DHCP_DISCOVER);
	hear(100, (struct answer){ LEASE });
	waits(4100, PATIENCE);
	CHECK_INT(hear(6000, (struct answer){ PROXY_OFFER }), DHCP_CLIENT_HAS_OFFER);
	ends(6000, DHCP_CLIENT_TOO_LATE);
	CHECK(c.on_time == 2 && c.offer[1].source == PROXY && c.offer[1].ms == 6000 && !c.offer[1].late);
}

static void
a_proxy_alone_gives_no_address(void)
{
	start("bios");
	sends(0, DHCP_DISCOVER);
	hear(100, (struct answer){ PROXY_OFFER });
	waits(100, 4100);
	ends(4100, DHCP_CLIENT_NO_CHOICE);
	CHECK_INT(c.fault, FAULT_NO_ANSWER);
}

static void
what_is_not_for_it(void)
{
	struct frame_udp garbage = { .src = SERVER, .data = mac, .len = sizeof(mac) };

	start("bios");
	sends(0, DHCP_DISCOVER);
	CHECK_INT(dhcp_client_input(&c, &garbage, 0, 10), DHCP_CLIENT_NOTHING);
	CHECK_INT(hear(10, (struct answer){ LEASE_WITH_FILE, .other_mac = true }), DHCP_CLIENT_NOTHING);
	CHECK_INT(hear(10, (struct answer){ LEASE_WITH_FILE, .xid = 5 }), DHCP_CLIENT_NOTHING);
	CHECK_INT(hear(10, (struct answer){ LEASE_WITH_FILE, .request = true }), DHCP_CLIENT_NOTHING);
	CHECK_INT(hear(10, (struct answer){ LEASE_WITH_FILE, .type = DHCP_ACK }), DHCP_CLIENT_NOTHING);
	CHECK_INT(c.vlan, 0);
	CHECK_INT(hear(10, (struct answer){ LEASE_WITH_FILE, .vlan = 7 }), DHCP_CLIENT_NOTHING);
	CHECK_INT(c.vlan, 7);
	CHECK_INT(c.offers, 0);
	CHECK_INT(hear(20, (struct answer){ LEASE_WITH_FILE }), DHCP_CLIENT_HAS_OFFER);
	CHECK_INT(hear(30, (struct answer){ LEASE_WITH_FILE }), DHCP_CLIENT_NOTHING); /* again */
	for (uint32_t i = 0; i < 2 * OFFER_MAX; i++)
		hear(40, (struct answer){ LEASE, .from = 0x0a000100 + i });
	CHECK_INT(c.offers, OFFER_MAX);
}

static void
what_cannot_be_sent(void)
{
	start("bios");
	sends(0, DHCP_DISCOVER);
	dhcp_client_unsent(&c);
	ends(0, DHCP_CLIENT_UNSENT);
	start_to_request("bios");
	dhcp_client_unsent(&c);
	ends(600, DHCP_CLIENT_NO_ACK);
}

static void
as_a_relay_would(void)
{
	struct dhcp_client_want want = { .persona = persona_find("bios"), .patience_ms = PATIENCE, .xid = XID };
	struct dhcp_msg m;

	memcpy(want.id.mac, mac, 6);
	want.id.giaddr = 0x0a000009;
	dhcp_client_start(&c, &want, 0);
	m = sends(0, DHCP_DISCOVER);
	CHECK(m.giaddr == 0x0a000009 && out.udp.src == 0x0a000009 && out.udp.sport == 67 && out.udp.dport == 67);
}

static void
the_address_is_given_back(void)
{
	struct dhcp_msg m;

	start_to_request("bios");
	CHECK(!dhcp_client_release(&c, 7, &out));
	hear(700, (struct answer){ LEASE_WITH_FILE, .type = DHCP_ACK });
	CHECK(dhcp_client_release(&c, 7, &out));
	CHECK_INT(dhcp_parse(out.udp.data, out.udp.len, &m), DHCP_OK);
	CHECK(m.type == DHCP_RELEASE && m.xid == 7 && m.ciaddr == ADDR && option_addr(&m, DHCP_SERVER_ID) == SERVER);
	CHECK(out.udp.src == ADDR && out.udp.dst == SERVER && out.udp.sport == 68 && out.udp.dport == 67);
}

int
main(void)
{
	RUN(nobody_answers);
	RUN(an_ordinary_boot);
	RUN(the_offer_names_what_the_ack_does_not);
	RUN(a_proxy_is_asked_on_4011);
	RUN(a_menu_entry_is_asked_for);
	RUN(a_silent_4011);
	RUN(the_server_refuses);
	RUN(the_request_is_not_answered);
	RUN(bootp_has_no_second_round);
	RUN(late_offers);
	RUN(nobody_names_a_file);
	RUN(a_file_is_named_too_late);
	RUN(a_proxy_alone_gives_no_address);
	RUN(what_is_not_for_it);
	RUN(what_cannot_be_sent);
	RUN(as_a_relay_would);
	RUN(the_address_is_given_back);
	return TEST_EXIT();
}

/* Which offer each firmware takes, and what it then loads. */
#include "test.h"

#include "dhcp_check.h"
#include "offer.h"
#include "pxe.h"
#include "url.h"

#define DHCP_SRV 0x0a000001
#define PROXY 0x0a000002

struct make {
	uint32_t from, yiaddr, siaddr;
	const char *file, *opt67, *class;
	const char *vendor; /* option 43, hexadecimal pairs */
	const char *opt66;
	const char *ipxe; /* option 175, hexadecimal pairs */
	bool bootp, dns;
};

static void
put_hex(struct wr *w, uint8_t code, const char *hex)
{
	uint8_t bytes[64];
	size_t n = 0;
	unsigned b;

	for (; *hex && sscanf(hex, "%2x", &b) == 1; hex += 2)
		bytes[n++] = (uint8_t)b;
	dhcp_put(w, code, bytes, n);
}

static struct offer
offer(struct make m)
{
	struct dhcp_msg head = { .op = BOOTREPLY, .htype = 1, .hlen = 6, .yiaddr = m.yiaddr, .siaddr = m.siaddr };
	struct offer o = { .source = m.from };
	uint8_t bytes[1500];
	struct wr w = wr_open(bytes, sizeof(bytes));

	snprintf(head.file, sizeof(head.file), "%s", m.file ? m.file : "");
	dhcp_begin(&w, &head);
	if (!m.bootp) {
		dhcp_put_u8(&w, DHCP_MESSAGE_TYPE, DHCP_OFFER);
		dhcp_put_u32(&w, DHCP_SERVER_ID, m.from);
	}
	if (m.class)
		dhcp_put_str(&w, DHCP_CLASS, m.class);
	if (m.opt67)
		dhcp_put_str(&w, DHCP_BOOT_FILE, m.opt67);
	if (m.opt66)
		dhcp_put_str(&w, DHCP_TFTP_NAME, m.opt66);
	if (m.vendor)
		put_hex(&w, DHCP_VENDOR, m.vendor);
	if (m.ipxe)
		put_hex(&w, DHCP_IPXE, m.ipxe);
	if (m.dns)
		dhcp_put_u32(&w, DHCP_DNS, DHCP_SRV);
	dhcp_end(&w);
	CHECK_INT(dhcp_parse(bytes, wr_len(&w), &o.msg), DHCP_OK);
	return o;
}

#define PLAIN_FILE .from = DHCP_SRV, .yiaddr = 0x0a000010, .siaddr = DHCP_SRV, .file = "a.0"
#define PLAIN .from = DHCP_SRV, .yiaddr = 0x0a000010
#define BINL_PROXY .from = PROXY, .siaddr = PROXY, .class = "PXEClient"

static enum fault
choose(const char *persona, const struct offer *o, size_t n, struct choice *c)
{
	return offer_choose(persona_find(persona), o, n, c);
}

static void
plain_offer_with_a_file(void)
{
	struct offer o[] = { offer((struct make){ PLAIN_FILE }) };
	const char *names[] = { "bios", "efi-x64", "ipxe", "uboot", "bootp" };
	struct choice c;

	for (size_t i = 0; i < 5; i++) {
		CHECK_INT(choose(names[i], o, 1, &c), FAULT_NONE);
		CHECK_INT(c.lease, 0);
		CHECK_INT(c.boot, 0);
		CHECK(!c.ask);
	}
	CHECK_INT(choose("http-x64", o, 1, &c), FAULT_NO_BOOT_INFO);
}

static void
nobody_and_no_file(void)
{
	struct offer o[] = { offer((struct make){ PLAIN }) };
	struct choice c;

	CHECK_INT(choose("bios", o, 0, &c), FAULT_NO_ANSWER);
	CHECK_INT(choose("bios", o, 1, &c), FAULT_NO_BOOT_INFO);
	CHECK_INT(c.lease, 0);
	o[0] = offer((struct make){ BINL_PROXY });
	CHECK_INT(choose("efi-x64", o, 1, &c), FAULT_NO_ANSWER);
}

static void
proxy_without_43_is_asked_on_4011(void)
{
	struct offer o[] = { offer((struct make){ BINL_PROXY, .file = "b.efi" }), offer((struct make){ PLAIN }) };
	struct choice c;

	CHECK_INT(choose("efi-x64", o, 2, &c), FAULT_NONE);
	CHECK_INT(c.lease, 1);
	CHECK_INT(c.boot, 0);
	CHECK(c.ask);
	CHECK_INT(c.ask_server, PROXY);
	/* iPXE is content with siaddr and file. */
	CHECK_INT(choose("ipxe", o, 2, &c), FAULT_NONE);
	CHECK(!c.ask);
}

static void
edk2_asks_4011_even_with_a_file(void)
{
	struct offer o[] = { offer((struct make){ PLAIN_FILE, .class = "PXEClient" }) };
	struct choice c;

	CHECK_INT(choose("efi-x64", o, 1, &c), FAULT_NONE);
	CHECK(c.ask);
	CHECK_INT(choose("bios", o, 1, &c), FAULT_NONE);
	CHECK(c.ask);
	CHECK_INT(choose("uboot", o, 1, &c), FAULT_NONE);
	CHECK(!c.ask);
}

/* dnsmasq's vendor:PXEClient,6,2b, which is 2. */
static void
pxe_options_without_a_menu(void)
{
	struct offer o[] = { offer((struct make){ PLAIN_FILE, .class = "PXEClient", .vendor = "060102ff" }) };
	struct choice c;

	CHECK_INT(choose("bios", o, 1, &c), FAULT_NONE);
	CHECK_INT(c.boot, 0);
	CHECK(!c.ask);
	CHECK_INT(choose("efi-x64", o, 1, &c), FAULT_OPTION43_TO_UEFI);
	o[0] = offer((struct make){ PLAIN_FILE, .class = "PXEClient", .vendor = "06010aff" });
	CHECK_INT(choose("efi-x64", o, 1, &c), FAULT_NONE);
	CHECK(!c.ask);
	/* With servers to choose from it asks. */
	o[0] = offer((struct make){ PLAIN_FILE, .class = "PXEClient",
	    .vendor = "0601020807000001010a0000020905000001"
	              "0058ff" });
	CHECK_INT(choose("bios", o, 1, &c), FAULT_NONE);
	CHECK(c.ask);
}

static void
edk2_drops_a_proxy_with_43(void)
{
	struct offer o[] = { offer((struct make){ PLAIN }),
		offer((struct make){ BINL_PROXY, .file = "b.efi", .vendor = "060108ff" }) };
	struct choice c;

	CHECK_INT(choose("efi-x64", o, 2, &c), FAULT_OPTION43_TO_UEFI);
	CHECK_INT(choose("bios", o, 2, &c), FAULT_NONE);
	CHECK_INT(c.boot, 1);
	CHECK(!c.ask);
}

static void
menu_leads_to_its_first_entry(void)
{
	struct offer o[] = { offer((struct make){ PLAIN }),
		offer((struct make){ BINL_PROXY, .vendor = "06010209078001046465636bff" }) };
	struct choice c;

	CHECK_INT(choose("bios", o, 2, &c), FAULT_NONE);
	CHECK(c.ask && c.has_item);
	CHECK_INT(c.item, 0x8001);
}

/* dhcp_rx_offer: whoever says PXEClient is the proxy, the lease's own server too. */
static void
ipxe_asks_whom_it_takes_for_a_proxy(void)
{
	struct offer lease[] = { offer((struct make){ PLAIN, .class = "PXEClient" }) };
	struct offer with_file[] = { offer((struct make){ PLAIN_FILE, .class = "PXEClient" }) };
	struct offer two[] = { offer((struct make){ PLAIN_FILE }), offer((struct make){ BINL_PROXY }) };
	struct choice c;

	CHECK_INT(choose("ipxe", lease, 1, &c), FAULT_NONE);
	CHECK(c.ask && c.ask_server == DHCP_SRV);
	CHECK_INT(choose("ipxe", with_file, 1, &c), FAULT_NONE);
	CHECK(!c.ask && c.boot == 0);
	CHECK_INT(choose("ipxe", two, 2, &c), FAULT_NONE);
	CHECK(c.ask && c.boot == 1);
	/* 175.176: do not wait for a proxy. */
	two[0] = offer((struct make){ PLAIN_FILE, .ipxe = "b00101" });
	CHECK_INT(choose("ipxe", two, 2, &c), FAULT_NONE);
	CHECK(!c.ask && c.boot == 0);
}

static void
bootp_comes_last(void)
{
	struct offer o[] = { offer((struct make){ .bootp = true, PLAIN_FILE }),
		offer((struct make){ .from = PROXY, .yiaddr = 0x0a000020, .siaddr = PROXY, .file = "b.0" }) };
	struct choice c;

	CHECK_INT(choose("efi-x64", o, 2, &c), FAULT_NONE);
	CHECK_INT(c.lease, 1);
	CHECK_INT(choose("efi-x64", o, 1, &c), FAULT_NONE);
	CHECK_INT(c.lease, 0);
}

static void
an_address_is_enough_for_some(void)
{
	struct offer o[] = { offer((struct make){ PLAIN }) };
	const char *names[] = { "uboot", "grub" };
	struct choice c;
	struct boot b;

	for (size_t i = 0; i < 2; i++) {
		const struct persona *p = persona_find(names[i]);
		struct findings f = { .n = 0 };

		CHECK_INT(choose(names[i], o, 1, &c), FAULT_NONE);
		CHECK_INT(c.boot, 0);
		CHECK(offer_boot(p, &o[0].msg, &b));
		CHECK_INT(b.server, DHCP_SRV); /* option 54: siaddr is 0 */
		dhcp_check_boot(p, &o[0].msg, &b, &f);
		CHECK(!finding_error(&f));
	}
}

static void
http_prefers_an_address_to_a_name(void)
{
	struct offer o[] = { offer((struct make){
		                 PLAIN, .class = "HTTPClient", .opt67 = "http://boot.lan/a.efi", .dns = true }),
		offer((struct make){ PLAIN, .class = "HTTPClient", .opt67 = "http://10.0.0.1/a.efi" }) };
	struct choice c;

	CHECK_INT(choose("http-x64", o, 2, &c), FAULT_NONE);
	CHECK_INT(c.boot, 1);
	CHECK_INT(choose("http-x64", o, 1, &c), FAULT_NONE);
	o[0] = offer((struct make){ PLAIN, .class = "HTTPClient", .opt67 = "http://boot.lan/a.efi" });
	CHECK_INT(choose("http-x64", o, 1, &c), FAULT_URI_NEEDS_DNS);
	o[0] = offer((struct make){ PLAIN });
	o[1] = offer((struct make){ .from = PROXY, .class = "HTTPClient", .opt67 = "http://10.0.0.1/a.efi" });
	CHECK_INT(choose("http-x64", o, 2, &c), FAULT_NONE);
	CHECK_INT(c.lease, 0);
	CHECK_INT(c.boot, 1);
}

static void
names_come_from_where_each_looks(void)
{
	struct offer o = offer((struct make){ .yiaddr = 1, .from = DHCP_SRV, .file = "header", .opt67 = "option" });
	struct boot b;

	CHECK(offer_boot(persona_find("efi-x64"), &o.msg, &b));
	CHECK_STR(b.name, "option");
	CHECK_STR(b.server_from, "54");
	CHECK(offer_boot(persona_find("ipxe"), &o.msg, &b));
	CHECK_STR(b.name, "header");
	CHECK_INT(b.server, 0);
	o = offer((struct make){ .yiaddr = 1, .from = DHCP_SRV, .opt67 = "option" });
	CHECK(!offer_boot(persona_find("bootp"), &o.msg, &b));
	CHECK(offer_boot(persona_find("bios"), &o.msg, &b));
}

static void
uris_with_names(void)
{
	CHECK(url_needs_dns("http://boot.lan/x"));
	CHECK(!url_needs_dns("http://10.0.0.1:8080/x"));
	CHECK(!url_needs_dns("http://[fd00::1]/x"));
	CHECK(!url_needs_dns("x.efi"));
}

static void
lease_of(uint32_t addr, uint32_t mask, uint32_t router, struct findings *f)
{
	struct dhcp_msg head = { .op = BOOTREPLY, .hlen = 6, .yiaddr = addr };
	uint8_t bytes[1500];
	struct wr w = wr_open(bytes, sizeof(bytes));
	struct dhcp_msg m;

	dhcp_begin(&w, &head);
	dhcp_put_u8(&w, DHCP_MESSAGE_TYPE, DHCP_ACK);
	dhcp_put_u32(&w, DHCP_NETMASK, mask);
	if (router)
		dhcp_put_u32(&w, DHCP_ROUTER, router);
	dhcp_end(&w);
	dhcp_parse(bytes, wr_len(&w), &m);
	f->n = 0;
	dhcp_check_lease(&m, 0x0a000001, f);
}

static void
leases_are_checked(void)
{
	struct findings f = { .n = 0 };

	lease_of(0x0a000010, 0xffffff00, 0x0a000001, &f);
	CHECK_INT(f.n, 0);
	lease_of(0x0a000010, 0xfffffa00, 0, &f);
	CHECK_INT(f.n ? f.at[0].fault : 0, FAULT_BAD_NETMASK);
	lease_of(0x0a000110, 0xffffff00, 0, &f);
	CHECK_INT(f.n ? f.at[0].fault : 0, FAULT_ADDRESS_OUTSIDE);
	lease_of(0x0a000110, 0xffffff00, 0x0a000101, &f);
	CHECK_INT(f.n, 0);
	lease_of(0x0a0000ff, 0xffffff00, 0, &f);
	CHECK_INT(f.n ? f.at[0].fault : 0, FAULT_ADDRESS_OUTSIDE);
	lease_of(0x0a000010, 0xffffff00, 0x0a000101, &f);
	CHECK_INT(f.n ? f.at[0].fault : 0, FAULT_ROUTER_OUTSIDE);
}

static void
an_error_takes_a_warnings_place(void)
{
	struct findings f = { .n = 0 };

	finding_warn(&f, FAULT_NAK, "a");
	finding_add(&f, FAULT_NAK, "b");
	finding_warn(&f, FAULT_NAK, "c");
	CHECK_INT(f.n, 1);
	CHECK_STR(f.at[0].evidence, "b");
	CHECK(finding_error(&f) == &f.at[0]);
}

static const char *
late_text(const char *persona, const struct offer *o, size_t n, enum fault fault)
{
	static struct findings f;
	const struct persona *p = persona_find(persona);
	struct choice c;
	size_t chosen = 0;

	while (chosen < n && !o[chosen].late)
		chosen++;
	f.n = 0;
	offer_choose(p, o, chosen, &c);
	dhcp_check_late(p, o, n, &c, &f);
	for (size_t i = 0; i < f.n; i++)
		if (f.at[i].fault == fault && f.at[i].warning)
			return f.at[i].evidence;
	return "";
}

static void
late_answers(void)
{
	struct offer o[2] = { offer((struct make){ PLAIN_FILE }),
		offer((struct make){ .from = PROXY, .yiaddr = 0x0a000020, .siaddr = PROXY, .file = "b.0" }) };

	o[1].late = true;
	o[1].ms = 1200;
	CHECK_STR(late_text("bios", o, 2, FAULT_SERVERS_DISAGREE),
	    "10.0.0.1 says \"a.0\", 10.0.0.2 says \"b.0\", 1200 ms after the request");
	CHECK_STR(late_text("bios", o, 2, FAULT_TOO_SLOW), "");
	/* A proxy comes before a plain offer to a ROM, not to U-Boot. */
	o[1] = offer((struct make){ BINL_PROXY, .file = "b.0" });
	o[1].late = true;
	o[1].ms = 1200;
	CHECK_STR(late_text("bios", o, 2, FAULT_SERVERS_DISAGREE),
	    "10.0.0.2 answers 1200 ms after the request; a machine that waits for it, up to 4000 ms, boots what it says");
	CHECK_STR(late_text("uboot", o, 2, FAULT_SERVERS_DISAGREE), "");
	o[1].ms = 4300;
	CHECK_STR(late_text("bios", o, 2, FAULT_SERVERS_DISAGREE), "");
	CHECK_STR(late_text("bios", o, 2, FAULT_TOO_SLOW),
	    "the proxy 10.0.0.2 answers 4300 ms after the request; this client chooses after 4000 ms");
	CHECK_STR(late_text("uboot", o, 2, FAULT_TOO_SLOW), "");
}

static void
a_proxy_between_two_servers_hides_neither(void)
{
	struct offer o[3] = { offer((struct make){ BINL_PROXY, .file = "c.0" }), offer((struct make){ PLAIN_FILE }),
		offer((struct make){ .from = 0x0a000003, .yiaddr = 0x0a000020, .siaddr = 0x0a000003, .file = "b.0" }) };
	struct findings f = { .n = 0 };
	struct choice c;

	choose("bios", o, 3, &c);
	dhcp_check_offers(persona_find("bios"), o, 3, &c, &f);
	CHECK_INT(f.n, 1);
	CHECK_INT(f.at[0].fault, FAULT_SERVERS_DISAGREE);
	CHECK_STR(f.at[0].evidence, "10.0.0.1 says \"a.0\", 10.0.0.3 says \"b.0\"");
}

/* "Raspberry Pi Boot" */
#define PI_WORDS \
	"526173706265727279205069" \
	"20426f6f74"

static void
a_pi_wants_its_words(void)
{
	const struct persona *pi = persona_find("rpi");
	struct offer o[2] = { offer((struct make){ PLAIN_FILE }),
		offer((struct make){ .from = PROXY, .vendor = PI_WORDS "2020" }) };
	struct choice c;
	struct boot b;

	CHECK_INT(offer_choose(pi, o, 1, &c), FAULT_NO_BOOT_INFO);
	CHECK_INT(offer_choose(pi, o, 2, &c), FAULT_NONE);
	CHECK_INT(c.lease, 0);
	CHECK_INT(c.boot, 1);
	CHECK(!c.ask);
	CHECK(offer_boot(pi, &o[1].msg, &b) && b.server == PROXY);
	CHECK_STR(b.server_from, "54");
	o[0] = offer((struct make){ PLAIN, .opt66 = "10.0.0.9", .vendor = "0914000011" PI_WORDS });
	CHECK(offer_boot(pi, &o[0].msg, &b) && b.server == 0x0a000009);
	CHECK_STR(b.server_from, "66");
	o[0] = offer((struct make){ PLAIN_FILE, .opt66 = "10.0.0.9", .vendor = PI_WORDS });
	CHECK(offer_boot(pi, &o[0].msg, &b) && b.server == DHCP_SRV);
	CHECK_STR(b.server_from, "siaddr");
}

int
main(void)
{
	RUN(plain_offer_with_a_file);
	RUN(nobody_and_no_file);
	RUN(proxy_without_43_is_asked_on_4011);
	RUN(edk2_asks_4011_even_with_a_file);
	RUN(pxe_options_without_a_menu);
	RUN(edk2_drops_a_proxy_with_43);
	RUN(menu_leads_to_its_first_entry);
	RUN(ipxe_asks_whom_it_takes_for_a_proxy);
	RUN(bootp_comes_last);
	RUN(an_address_is_enough_for_some);
	RUN(http_prefers_an_address_to_a_name);
	RUN(names_come_from_where_each_looks);
	RUN(uris_with_names);
	RUN(a_pi_wants_its_words);
	RUN(leases_are_checked);
	RUN(an_error_takes_a_warnings_place);
	RUN(late_answers);
	RUN(a_proxy_between_two_servers_hides_neither);
	return TEST_EXIT();
}

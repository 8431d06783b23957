#include "scene.h"
#include "test.h"

/* RFC 2131 as a table: what comes in, in which state, what goes out. */

static const uint8_t mac_a[6] = { 2, 0, 0, 0, 0, 0xa }, mac_b[6] = { 2, 0, 0, 0, 0, 0xb };
static const uint8_t mac_host[6] = { 0x52, 0x54, 0, 0, 0, 0x31 };
static const uint8_t *mac = mac_a;

#define RULES \
	"subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.53 router=10.77.0.51 lease=10m\n" \
	"subnet 10.5.0.0/24 range=10.5.0.10-10.5.0.11 bootp=dynamic\n" \
	"host mac=52:54:00:00:00:31 addr=10.77.0.31 name=fixed\n" \
	"deny mac=02:ff:*\n"
#define NOW 1000000

/* Options by number: 50 and 54 as addresses, 0: not sent. */
static enum server_result
say(enum dhcp_type type, uint32_t server_id, uint32_t requested, uint32_t ciaddr)
{
	uint8_t options[64];
	struct wr w = wr_open(options, sizeof(options));

	if (server_id) {
		wr_u8(&w, DHCP_SERVER_ID);
		wr_u8(&w, 4);
		wr_u32(&w, server_id);
	}
	if (requested) {
		wr_u8(&w, DHCP_REQUESTED_ADDR);
		wr_u8(&w, 4);
		wr_u32(&w, requested);
	}
	scene_make(type, mac, options, wr_len(&w));
	request.msg.ciaddr = ciaddr;
	return scene_ask(NOW);
}

static enum server_result
say_unicast(enum dhcp_type type, uint32_t ciaddr)
{
	scene_make(type, mac, NULL, 0);
	request.msg.ciaddr = request.src = ciaddr;
	request.dst = own_addr;
	request.unicast = true;
	return scene_ask(NOW);
}

/* An exchange up to the lease; its address. */
static uint32_t
lease(const uint8_t *who)
{
	uint32_t addr;

	mac = who;
	CHECK_INT(say(DHCP_DISCOVER, 0, 0, 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_OFFER);
	CHECK(!answer.commit);
	addr = answer.yiaddr;
	CHECK_INT(say(DHCP_REQUEST, own_addr, addr, 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	CHECK_INT(answer.yiaddr, addr);
	CHECK(answer.commit);
	CHECK_INT(answer.lease_s, 600);
	CHECK_INT(answer.expiry, NOW + 600);
	CHECK(server_commit(&server, &answer) != NULL);
	return addr;
}

static void
four_messages_make_a_lease(void)
{
	CHECK_INT(scene_rules(RULES), 0);
	CHECK_INT(lease(mac_a), IP(10, 77, 0, 50));
	CHECK_INT(answer.self, own_addr);
	CHECK_INT(leases_at(&leases, IP(10, 77, 0, 50))->state, LEASE_BOUND);
	/* the router's address lies in the range and is passed over */
	CHECK_INT(lease(mac_b), IP(10, 77, 0, 52));
	/* sticky */
	CHECK_INT(lease(mac_a), IP(10, 77, 0, 50));
}

static void
a_host_line_has_its_address(void)
{
	CHECK_INT(scene_rules(RULES), 0);
	CHECK_INT(lease(mac_host), IP(10, 77, 0, 31));
	CHECK_STR(lease_name(leases_at(&leases, IP(10, 77, 0, 31))), "fixed");
	/* the name server may be such a host itself */
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.53 dns=10.77.0.31 lease=10m\n"
	                      "host mac=52:54:00:00:00:31 addr=10.77.0.31\n"),
	    0);
	CHECK_INT(lease(mac_host), IP(10, 77, 0, 31));
	CHECK_INT(scene_rules(RULES), 0);
	mac = mac_a;
	CHECK_INT(say(DHCP_DISCOVER, 0, IP(10, 77, 0, 31), 0), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, IP(10, 77, 0, 50));
}

/* A bond, or a laptop and its dock: one machine, whichever card asks. */
static void
both_cards_of_a_host_have_its_address(void)
{
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.53 lease=10m\n"
	                      "host mac=02:00:00:00:00:0a,02:00:00:00:00:0b addr=10.77.0.31\n"),
	    0);
	CHECK_INT(lease(mac_a), IP(10, 77, 0, 31));
	CHECK_INT(lease(mac_b), IP(10, 77, 0, 31));
	mac = mac_a;
	CHECK_INT(say_unicast(DHCP_REQUEST, IP(10, 77, 0, 31)), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	/* but not to another machine, nor while it is still another's */
	CHECK_INT(lease(mac_host), IP(10, 77, 0, 50));
}

static void
request_forms(void)
{
	CHECK_INT(scene_rules(RULES), 0);
	lease(mac_a);
	/* selecting another server; an offer that we made is free again */
	mac = mac_b;
	say(DHCP_DISCOVER, 0, 0, 0);
	CHECK_INT(say(DHCP_REQUEST, IP(10, 77, 0, 9), IP(10, 77, 0, 60), 0), SERVER_OTHER_SERVER);
	CHECK(lease_is_free(leases_at(&leases, IP(10, 77, 0, 52)), NOW));
	/* selecting us with somebody's address */
	CHECK_INT(say(DHCP_REQUEST, own_addr, IP(10, 77, 0, 50), 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_NAK);
	/* init-reboot: own, wrong network, somebody's, unknown */
	mac = mac_a;
	CHECK_INT(say(DHCP_REQUEST, 0, IP(10, 77, 0, 50), 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	CHECK_INT(say(DHCP_REQUEST, 0, IP(10, 78, 0, 50), 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_NAK);
	CHECK_INT(say(DHCP_REQUEST, 0, IP(10, 77, 0, 53), 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_NAK); /* it has another one here */
	mac = mac_b;
	CHECK_INT(say(DHCP_REQUEST, 0, IP(10, 77, 0, 50), 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_NAK);
	CHECK_INT(say(DHCP_REQUEST, 0, IP(10, 77, 0, 53), 0), SERVER_NO_RECORD);
	/* renewing, by unicast */
	mac = mac_a;
	CHECK_INT(say_unicast(DHCP_REQUEST, IP(10, 77, 0, 50)), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	/* rebinding, by broadcast */
	CHECK_INT(say(DHCP_REQUEST, 0, 0, IP(10, 77, 0, 50)), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	mac = mac_b;
	CHECK_INT(say(DHCP_REQUEST, 0, 0, IP(10, 77, 0, 53)), SERVER_NO_RECORD);
	/* it says that it has the lease from us: the file was lost, say */
	CHECK_INT(say_unicast(DHCP_REQUEST, IP(10, 77, 0, 53)), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	CHECK_INT(say(DHCP_REQUEST, 0, 0, 0), SERVER_IGNORED);
}

/* A client that selects an address never offered evades neither offers= nor ARP,
 * and has one address in the end. */
static void
what_was_not_offered_is_an_offer_too(void)
{
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.99 offers=2\n"), 0);
	mac = mac_b;
	CHECK_INT(say(DHCP_REQUEST, own_addr, IP(10, 77, 0, 53), 0), SERVER_ANSWER);
	CHECK(answer.type == DHCP_ACK && answer.fresh && answer.commit);
	CHECK(server_commit(&server, &answer) != NULL);
	CHECK_INT(say(DHCP_REQUEST, own_addr, IP(10, 77, 0, 54), 0), SERVER_ANSWER);
	CHECK(answer.type == DHCP_ACK && answer.fresh);
	/* asked for again, once ARP has answered */
	CHECK_INT(say(DHCP_REQUEST, own_addr, IP(10, 77, 0, 54), 0), SERVER_ANSWER);
	CHECK(answer.type == DHCP_ACK && !answer.fresh);
	CHECK(server_commit(&server, &answer) != NULL);
	CHECK(lease_is_free(leases_at(&leases, IP(10, 77, 0, 53)), NOW));
	/* taking it up gives nothing back */
	CHECK_INT(say(DHCP_REQUEST, own_addr, IP(10, 77, 0, 55), 0), SERVER_FLOOD);
	CHECK(leases_at(&leases, IP(10, 77, 0, 55)) == NULL);
	CHECK_INT(say(DHCP_REQUEST, own_addr, IP(10, 77, 0, 54), 0), SERVER_ANSWER);
	CHECK(answer.type == DHCP_ACK && !answer.fresh);
	/* its host line's is its without an offer */
	CHECK_INT(scene_rules(RULES), 0);
	mac = mac_host;
	CHECK_INT(say(DHCP_REQUEST, own_addr, IP(10, 77, 0, 31), 0), SERVER_ANSWER);
	CHECK(answer.type == DHCP_ACK && !answer.fresh);
}

/* Nor do those who say that they had it already, where all clients are ours or
 * they write to us alone. */
static void
claims_count_as_offers_do(void)
{
	static const uint8_t more[3][6] = { { 2, 1 }, { 2, 2 }, { 2, 3 } };

	for (int form = 0; form < 3; form++) {
		CHECK_INT(scene_rules("subnet 10.77.0.0/24 authoritative range=10.77.0.50-10.77.0.99 offers=2\n"), 0);
		for (uint32_t i = 0; i < 3; i++) {
			uint32_t addr = IP(10, 77, 0, 60) + i;

			mac = more[i];
			CHECK_INT(form == 0 ? say(DHCP_REQUEST, 0, addr, 0) :
			        form == 1   ? say_unicast(DHCP_REQUEST, addr) :
			                      say(DHCP_REQUEST, 0, 0, addr),
			    i < 2 ? SERVER_ANSWER : SERVER_FLOOD);
			if (i == 2)
				break;
			CHECK_INT(answer.type, DHCP_ACK);
			CHECK_INT(answer.fresh, form == 0); /* who renews would answer its own ARP */
			CHECK(server_commit(&server, &answer) != NULL);
		}
		CHECK(leases_at(&leases, IP(10, 77, 0, 62)) == NULL);
		/* who has it renews it at any time */
		mac = more[0];
		CHECK_INT(say_unicast(DHCP_REQUEST, IP(10, 77, 0, 60)), SERVER_ANSWER);
		CHECK(!answer.fresh);
	}
}

static void
a_renewal_without_a_name_keeps_it(void)
{
	CHECK_INT(scene_rules(RULES), 0);
	mac = mac_a;
	scene_make(DHCP_DISCOVER, mac, NULL, 0);
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	snprintf(client.name, sizeof(client.name), "%s", "myhost");
	CHECK(server_commit(&server, &answer) != NULL);
	CHECK_STR(lease_name(leases_at(&leases, IP(10, 77, 0, 50))), "myhost");
	CHECK_INT(say_unicast(DHCP_REQUEST, IP(10, 77, 0, 50)), SERVER_ANSWER);
	CHECK(server_commit(&server, &answer) != NULL);
	CHECK_STR(lease_name(leases_at(&leases, IP(10, 77, 0, 50))), "myhost");
}

static void
authoritative_takes_over(void)
{
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 authoritative range=10.77.0.50-10.77.0.53\n"), 0);
	mac = mac_a;
	CHECK_INT(say(DHCP_REQUEST, 0, IP(10, 77, 0, 53), 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	CHECK(answer.fresh); /* somebody else may use it by now */
	CHECK_INT(say(DHCP_REQUEST, 0, IP(10, 77, 0, 53), 0), SERVER_ANSWER);
	CHECK(!answer.fresh && answer.type == DHCP_ACK);
	CHECK_INT(say(DHCP_REQUEST, 0, IP(10, 77, 0, 99), 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_NAK);
}

static void
a_new_reservation_moves_its_client(void)
{
	CHECK_INT(scene_rules(RULES), 0);
	lease(mac_a);
	CHECK_INT(scene_rules(RULES "host mac=02:00:00:00:00:0a addr=10.77.0.40\n"), 0);
	mac = mac_a;
	CHECK_INT(say_unicast(DHCP_REQUEST, IP(10, 77, 0, 50)), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_NAK);
	CHECK_INT(lease(mac_a), IP(10, 77, 0, 40));
}

static void
decline_and_release(void)
{
	CHECK_INT(scene_rules(RULES), 0);
	lease(mac_a);
	CHECK_INT(say_unicast(DHCP_RELEASE, IP(10, 77, 0, 52)), SERVER_NO_RECORD);
	mac = mac_b;
	CHECK_INT(say_unicast(DHCP_RELEASE, IP(10, 77, 0, 50)), SERVER_NO_RECORD); /* not its own */
	CHECK_INT(say(DHCP_DECLINE, own_addr, IP(10, 77, 0, 50), 0), SERVER_NO_RECORD);
	mac = mac_a;
	CHECK_INT(say_unicast(DHCP_RELEASE, IP(10, 77, 0, 50)), SERVER_RELEASED);
	CHECK_INT(answer.yiaddr, IP(10, 77, 0, 50));
	CHECK_INT(answer.expiry, NOW);
	CHECK(lease_is_free(leases_at(&leases, IP(10, 77, 0, 50)), NOW));
	CHECK_INT(lease(mac_a), IP(10, 77, 0, 50));
	CHECK_INT(say(DHCP_DECLINE, IP(10, 77, 0, 9), IP(10, 77, 0, 50), 0), SERVER_OTHER_SERVER);
	CHECK_INT(say(DHCP_DECLINE, own_addr, IP(10, 77, 0, 50), 0), SERVER_DECLINED);
	CHECK_INT(leases_at(&leases, IP(10, 77, 0, 50))->state, LEASE_DECLINED);
	CHECK_INT(lease(mac_a), IP(10, 77, 0, 52));
}

static void
a_full_range_gives_nothing(void)
{
	static const uint8_t more[3][6] = { { 2, 1 }, { 2, 2 }, { 2, 3 } };

	CHECK_INT(scene_rules(RULES), 0);
	for (int i = 0; i < 3; i++)
		lease(more[i]);
	mac = mac_a;
	CHECK_INT(say(DHCP_DISCOVER, 0, 0, 0), SERVER_NO_ADDRESS);
	/* the longest unused one is next, once it is over */
	leases_at(&leases, IP(10, 77, 0, 52))->expiry = NOW;
	CHECK_INT(lease(mac_a), IP(10, 77, 0, 52));
}

/* Each is mended in another place, so each is said. */
static void
why_there_is_no_address(void)
{
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.50 lease=10m\n"), 0);
	lease(mac_a);
	mac = mac_b;
	CHECK_INT(say(DHCP_DISCOVER, 0, 0, 0), SERVER_NO_ADDRESS);
	mac = mac_a;
	CHECK_INT(say(DHCP_RELEASE, own_addr, 0, IP(10, 77, 0, 50)), SERVER_RELEASED);
	CHECK(alloc_conflict(&server.alloc, IP(10, 77, 0, 50), NOW) != NULL);
	CHECK_INT(say(DHCP_DISCOVER, 0, 0, 0), SERVER_ALL_REST);
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 lease=10m\nhost mac=52:54:00:00:00:31 addr=10.77.0.31\n"), 0);
	CHECK_INT(say(DHCP_DISCOVER, 0, 0, 0), SERVER_NO_RANGE);
	lease(mac_host);
	CHECK_INT(say(DHCP_DECLINE, own_addr, IP(10, 77, 0, 31), 0), SERVER_DECLINED);
	CHECK_INT(say(DHCP_DISCOVER, 0, 0, 0), SERVER_HOST_RESTS);
	CHECK_INT(
	    scene_rules("subnet 10.77.0.0/24\nsubnet 10.5.0.0/24\nhost mac=52:54:00:00:00:31 addr=10.5.0.31\n"), 0);
	CHECK_INT(say(DHCP_DISCOVER, 0, 0, 0), SERVER_HOST_ELSEWHERE);
	for (int i = 0; i < SERVER_RESULTS; i++)
		CHECK(server_result_text((enum server_result)i) != NULL);
}

static void
inform_gets_all_but_an_address(void)
{
	CHECK_INT(scene_rules(RULES), 0);
	mac = mac_a;
	CHECK_INT(say(DHCP_INFORM, 0, 0, IP(10, 77, 0, 200)), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	CHECK_INT(answer.yiaddr, 0);
	CHECK_INT(answer.lease_s, 0);
	CHECK(!answer.commit);
}

static void
bootp_is_static_unless_the_subnet_says_so(void)
{
	CHECK_INT(scene_rules(RULES), 0);
	mac = mac_a;
	CHECK_INT(say(DHCP_BOOTP, 0, 0, 0), SERVER_NO_HOST);
	mac = mac_host;
	CHECK_INT(say(DHCP_BOOTP, 0, 0, 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_BOOTP);
	CHECK_INT(answer.yiaddr, IP(10, 77, 0, 31));
	mac = mac_a;
	scene_make(DHCP_BOOTP, mac, NULL, 0);
	request.msg.giaddr = IP(10, 5, 0, 1);
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, IP(10, 5, 0, 10));
	CHECK_INT(answer.expiry, LEASES_FOREVER);
	CHECK(server_commit(&server, &answer) != NULL);
	CHECK(!lease_is_free(leases_at(&leases, IP(10, 5, 0, 10)), NOW * 1000));
}

static void
a_relay_names_the_link(void)
{
	static const uint8_t link[] = { 82, 6, 5, 4, 10, 5, 0, 0 };

	CHECK_INT(scene_rules(RULES), 0);
	scene_make(DHCP_DISCOVER, mac_b, NULL, 0);
	request.msg.giaddr = IP(10, 5, 0, 1);
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, IP(10, 5, 0, 10));
	request.msg.giaddr = IP(10, 6, 0, 1);
	CHECK_INT(scene_ask(NOW), SERVER_NO_SUBNET);
	scene_make(DHCP_DISCOVER, mac_b, link, sizeof(link)); /* RFC 3527 */
	request.msg.giaddr = IP(10, 6, 0, 1);
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, IP(10, 5, 0, 10));
}

/* RFC 3011: it asks for another through itself. */
static void
a_client_names_the_link(void)
{
	static const uint8_t wanted[] = { 118, 4, 10, 5, 0, 0 }, unknown[] = { 118, 4, 10, 7, 0, 0 };
	static const uint8_t both[] = { 118, 4, 10, 7, 0, 0, 82, 6, 5, 4, 10, 5, 0, 0 };

	CHECK_INT(scene_rules(RULES), 0);
	scene_make(DHCP_DISCOVER, mac_b, wanted, sizeof(wanted));
	request.msg.giaddr = IP(10, 6, 0, 1);
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, IP(10, 5, 0, 10));
	scene_make(DHCP_DISCOVER, mac_b, unknown, sizeof(unknown));
	request.msg.giaddr = IP(10, 5, 0, 1);
	CHECK_INT(scene_ask(NOW), SERVER_NO_SUBNET);
	scene_make(DHCP_DISCOVER, mac_b, both, sizeof(both)); /* the relay's word counts */
	request.msg.giaddr = IP(10, 6, 0, 1);
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, IP(10, 5, 0, 10));
	scene_make(DHCP_DISCOVER, mac_a, unknown, sizeof(unknown)); /* on the link nobody chooses */
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
}

static void
what_is_not_answered(void)
{
	static const uint8_t denied[6] = { 2, 0xff, 0, 0, 0, 1 };

	CHECK_INT(scene_rules(RULES), 0);
	mac = denied;
	CHECK_INT(say(DHCP_DISCOVER, 0, 0, 0), SERVER_DENIED);
	CHECK_INT(answer.boot.refused->where.line, 4);
	mac = mac_a;
	CHECK_INT(say(DHCP_OFFER, 0, 0, 0), SERVER_NOT_REQUEST);
	say(DHCP_DISCOVER, 0, 0, 0);
	request.msg.op = BOOTREPLY;
	CHECK_INT(scene_ask(NOW), SERVER_NOT_REQUEST);
	say(DHCP_DISCOVER, 0, 0, 0);
	request.msg.hlen = 16;
	CHECK_INT(scene_ask(NOW), SERVER_NO_KEY);
	CHECK_INT(scene_rules("subnet 10.99.0.0/24 proxy\n"), 0);
	CHECK_INT(say(DHCP_DISCOVER, 0, 0, 0), SERVER_NO_SUBNET);
}

static void
nobody_has_a_group_address(void)
{
	static const uint8_t bad[3][6] = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, { 1, 0, 0x5e, 0, 0, 1 }, { 0 } };
	static const uint8_t id[] = { 61, 4, 0, 'a', 'b', 'c' };

	CHECK_INT(scene_rules(RULES), 0);
	for (size_t i = 0; i < 3; i++) {
		mac = bad[i];
		CHECK_INT(say(DHCP_DISCOVER, 0, 0, 0), SERVER_BAD_MAC);
		CHECK_INT(say(DHCP_BOOTP, 0, 0, 0), SERVER_BAD_MAC);
	}
	scene_make(DHCP_DISCOVER, bad[2], id, sizeof(id));
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK(!client.has_mac);
}

static void
lease_times(void)
{
	static const struct {
		uint32_t asked, got;
	} t[] = { { 300, 300 }, { 600, 600 }, { 601, 600 }, { 0xffffffff, 600 }, { 1, 120 }, { 0, 120 } };

	CHECK_INT(scene_rules(RULES), 0);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		uint8_t option[6] = { DHCP_LEASE_TIME, 4, (uint8_t)(t[i].asked >> 24), (uint8_t)(t[i].asked >> 16),
			(uint8_t)(t[i].asked >> 8), (uint8_t)t[i].asked };

		scene_make(DHCP_DISCOVER, mac_a, option, sizeof(option));
		CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
		CHECK_INT(answer.lease_s, t[i].got);
	}
}

static void
a_rom_and_its_system_share_an_address(void)
{
	static const uint8_t id[] = { 61, 7, 1, 2, 0, 0, 0, 0, 0xa };
	uint32_t addr;

	CHECK_INT(scene_rules(RULES), 0);
	addr = lease(mac_a); /* without option 61 */
	scene_make(DHCP_DISCOVER, mac_a, id, sizeof(id));
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, addr);
}

/* A client is its option 61, whatever card it comes with; without, its MAC address. */
static void
a_client_is_known_by_its_identifier(void)
{
	static const uint8_t id[] = { 61, 5, 0, 'd', 'i', 's', 'k' }, other[] = { 61, 5, 0, 'd', 'u', 's', 'k' };
	uint32_t addr;

	CHECK_INT(scene_rules(RULES), 0);
	scene_make(DHCP_DISCOVER, mac_a, id, sizeof(id));
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	addr = answer.yiaddr;
	scene_make(DHCP_DISCOVER, mac_b, id, sizeof(id));
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, addr);
	scene_make(DHCP_DISCOVER, mac_b, other, sizeof(other));
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK(answer.yiaddr != addr);
}

static void
or_by_its_mac_address_alone(void)
{
	static const uint8_t id[] = { 61, 5, 0, 'd', 'i', 's', 'k' }, other[] = { 61, 5, 0, 'd', 'u', 's', 'k' };
	uint32_t addr;

	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.53 lease=10m key=mac\n"), 0);
	addr = lease(mac_a);
	scene_make(DHCP_DISCOVER, mac_a, id, sizeof(id));
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, addr);
	scene_make(DHCP_DISCOVER, mac_a, other, sizeof(other));
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, addr);
	CHECK(!leases_at(&leases, addr)->sent_id);
	scene_make(DHCP_DISCOVER, mac_b, id, sizeof(id));
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK(answer.yiaddr != addr);
}

/* One link with two networks: the second gives when the first is full, and each
 * answers with its own address. */
static void
two_networks_on_a_link(void)
{
	static const uint8_t more[3][6] = { { 2, 1 }, { 2, 2 }, { 2, 3 } };

	eth.addr[1] = (struct netif_addr){ IP(10, 78, 0, 1), 24 };
	eth.addrs = 2;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.51 lease=10m\n"
	                      "subnet 10.78.0.0/24 range=10.78.0.50-10.78.0.51 lease=20m\n"),
	    0);
	for (int i = 0; i < 2; i++)
		CHECK_INT(lease(more[i]), IP(10, 77, 0, 50) + (uint32_t)i);
	CHECK_INT(answer.self, own_addr);
	mac = more[2];
	CHECK_INT(say(DHCP_DISCOVER, 0, 0, 0), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, IP(10, 78, 0, 50));
	CHECK_INT(answer.self, IP(10, 78, 0, 1));
	CHECK_INT(answer.lease_s, 1200);
	CHECK_INT(say(DHCP_REQUEST, IP(10, 78, 0, 1), IP(10, 78, 0, 50), 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	/* a wish for either is granted, and neither is another network */
	CHECK_INT(say(DHCP_DISCOVER, 0, IP(10, 78, 0, 51), 0), SERVER_ANSWER);
	mac = more[0];
	CHECK_INT(say(DHCP_REQUEST, 0, IP(10, 77, 0, 50), 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	/* the reply comes from the address that was asked */
	say_unicast(DHCP_REQUEST, IP(10, 77, 0, 50));
	request.dst = IP(10, 78, 0, 1);
	CHECK_INT(scene_ask(NOW), SERVER_ANSWER);
	CHECK_INT(answer.self, IP(10, 78, 0, 1));
	eth.addrs = 1;
}

static void
subnet_lines_are_for_clients(void)
{
	CHECK_INT(scene_rules("host mac=02:00:00:00:00:0a tag=blue\n"
	                      "subnet 10.77.0.0/24 tag=blue range=10.77.0.10-10.77.0.19\n"
	                      "subnet 10.77.0.0/24 range=10.77.0.20-10.77.0.29\n"),
	    0);
	CHECK_INT((mac = mac_a, say(DHCP_DISCOVER, 0, 0, 0)), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, IP(10, 77, 0, 10));
	CHECK_INT((mac = mac_b, say(DHCP_DISCOVER, 0, 0, 0)), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, IP(10, 77, 0, 20));
}

static void
a_proxy_leaves_requests_alone(void)
{
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 proxy\nboot file=a\n"), 0);
	mac = mac_a;
	CHECK_INT(say(DHCP_REQUEST, IP(10, 77, 0, 9), IP(10, 77, 0, 50), 0), SERVER_OTHER_SERVER);
	CHECK_INT(say(DHCP_REQUEST, own_addr, IP(10, 77, 0, 50), 0), SERVER_IGNORED);
	CHECK_INT(say(DHCP_REQUEST, 0, IP(10, 77, 0, 50), 0), SERVER_IGNORED);
}

int
main(void)
{
	RUN(four_messages_make_a_lease);
	RUN(a_host_line_has_its_address);
	RUN(both_cards_of_a_host_have_its_address);
	RUN(request_forms);
	RUN(what_was_not_offered_is_an_offer_too);
	RUN(claims_count_as_offers_do);
	RUN(a_renewal_without_a_name_keeps_it);
	RUN(authoritative_takes_over);
	RUN(a_new_reservation_moves_its_client);
	RUN(decline_and_release);
	RUN(a_full_range_gives_nothing);
	RUN(why_there_is_no_address);
	RUN(inform_gets_all_but_an_address);
	RUN(bootp_is_static_unless_the_subnet_says_so);
	RUN(a_relay_names_the_link);
	RUN(a_client_names_the_link);
	RUN(what_is_not_answered);
	RUN(nobody_has_a_group_address);
	RUN(lease_times);
	RUN(a_rom_and_its_system_share_an_address);
	RUN(a_client_is_known_by_its_identifier);
	RUN(or_by_its_mac_address_alone);
	RUN(two_networks_on_a_link);
	RUN(subnet_lines_are_for_clients);
	RUN(a_proxy_leaves_requests_alone);
	scene_end();
	return TEST_EXIT();
}

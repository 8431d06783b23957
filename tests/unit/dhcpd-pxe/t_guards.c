/* What keeps a range from being emptied, an address from being given twice,
 * and a machine from being installed again. */
#include "scene.h"
#include "test.h"

#include "arpproxy.h"
#include "clockset.h"
#include "leaseline.h"
#include "pending.h"
#include "quota.h"
#include "rogue.h"

#define NOW 1000000

static int64_t now = NOW;

static enum server_result
say(enum dhcp_type type, uint32_t n, uint32_t requested)
{
	uint8_t mac[6] = { 2, 0, (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };
	uint8_t options[16];
	struct wr w = wr_open(options, sizeof(options));

	if (requested) {
		wr_u8(&w, DHCP_REQUESTED_ADDR);
		wr_u8(&w, 4);
		wr_u32(&w, requested);
	}
	if (type == DHCP_REQUEST || type == DHCP_DECLINE) {
		wr_u8(&w, DHCP_SERVER_ID);
		wr_u8(&w, 4);
		wr_u32(&w, own_addr);
	}
	scene_make(type, mac, options, wr_len(&w));
	return scene_ask(now);
}

static uint32_t
lease(uint32_t n)
{
	uint32_t addr;

	if (say(DHCP_DISCOVER, n, 0) != SERVER_ANSWER)
		return 0;
	addr = answer.yiaddr;
	CHECK_INT(say(DHCP_REQUEST, n, addr), SERVER_ANSWER);
	CHECK(answer.commit);
	CHECK(server_commit(&server, &answer) != NULL);
	return addr;
}

static void
made_up_clients_do_not_empty_a_range(void)
{
	uint32_t offered = 0, next = 1;

	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.209\n"), 0);
	while (say(DHCP_DISCOVER, next, 0) == SERVER_ANSWER) {
		CHECK(answer.fresh);
		next++;
		offered++;
	}
	CHECK_INT(offered, 100); /* half of 200 */
	CHECK_INT(say(DHCP_DISCOVER, next, 0), SERVER_FLOOD);
	/* for a whole minute: offers that nobody takes expire as others are made */
	for (int s = 0; s < 120; s++) {
		uint32_t taken = 0;

		now++;
		while (say(DHCP_DISCOVER, next++, 0) == SERVER_ANSWER)
			;
		for (uint32_t a = IP(10, 77, 0, 10); a <= IP(10, 77, 0, 209); a++)
			taken += leases_at(&leases, a) && !lease_is_free(leases_at(&leases, a), now);
		CHECK(taken <= 150);
	}
}

static void
offers_that_are_taken_up_make_room(void)
{
	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.209\n"), 0);
	for (uint32_t n = 1; n <= 200; n++)
		CHECK(lease(n) != 0);
	CHECK_INT(say(DHCP_DISCOVER, 201, 0), SERVER_NO_ADDRESS);
	/* known clients are not a flood */
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.209 offers=1\n"), 0);
	CHECK(lease(1) != 0);
	CHECK_INT(say(DHCP_DISCOVER, 2, 0), SERVER_ANSWER);
	CHECK_INT(say(DHCP_DISCOVER, 3, 0), SERVER_FLOOD);
	CHECK_INT(say(DHCP_DISCOVER, 1, 0), SERVER_ANSWER);
	CHECK(!answer.fresh);
	now += 1;
	CHECK_INT(say(DHCP_DISCOVER, 3, 0), SERVER_ANSWER);
	/* an offer that was forgotten and is asked for again is a new one */
	now += LEASES_OFFER_S;
	CHECK_INT(say(DHCP_DISCOVER, 4, 0), SERVER_ANSWER);
	CHECK_INT(say(DHCP_DISCOVER, 3, 0), SERVER_FLOOD);
}

static void
a_clock_that_jumps_does_no_harm(void)
{
	struct quotas q = { 0 };
	const struct subnet *s;

	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.209 offers=2\n"), 0);
	s = rules_line(&rules, RULE_SUBNET, 0)->subnet;
	CHECK_INT(quotas_bind(&q, &rules), 0);
	CHECK(quota_take(&q, s, NOW) && quota_take(&q, s, NOW) && !quota_take(&q, s, NOW));
	CHECK(!quota_take(&q, s, 5));
	CHECK(quota_take(&q, s, INT64_MAX) && quota_take(&q, s, INT64_MAX) && !quota_take(&q, s, INT64_MAX));
	quotas_free(&q);
}

static void
max_leases_counts_what_is_in_use(void)
{
	uint32_t a;

	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.209 max-leases=3 lease=10m\n"), 0);
	a = lease(1);
	CHECK(a && lease(2) && lease(3));
	CHECK_INT(say(DHCP_DISCOVER, 4, 0), SERVER_FULL);
	CHECK_INT(say(DHCP_DISCOVER, 4, IP(10, 77, 0, 100)), SERVER_FULL);
	CHECK_INT(lease(1), a); /* who has one keeps it */
	CHECK_INT(say(DHCP_RELEASE, 1, 0), SERVER_NO_RECORD);
	request.msg.ciaddr = a;
	CHECK_INT(scene_ask(now), SERVER_RELEASED);
	CHECK(lease(4) != 0);
	CHECK_INT(say(DHCP_DISCOVER, 1, 0), SERVER_FULL);
	now += 601; /* all are over */
	CHECK_INT(lease(1), a);
	CHECK(lease(5) && lease(6));
	CHECK_INT(say(DHCP_DISCOVER, 7, 0), SERVER_FULL);
	/* counted again from the leases, as after a start */
	CHECK_INT(leases_bind(&leases, &rules, now), 0);
	CHECK_INT(say(DHCP_DISCOVER, 7, 0), SERVER_FULL);
}

static void
a_declined_address_is_nobodys_for_a_while(void)
{
	char line[LEASELINE_MAX + 1] = "";
	struct leaseline l;
	uint32_t a;

	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.11 decline=1h\n"), 0);
	a = lease(1);
	CHECK_INT(say(DHCP_DECLINE, 1, a), SERVER_DECLINED);
	CHECK_INT(answer.resting, 1);
	CHECK(lease(1) != a);
	/* in the file it is nobody's */
	leaseline_write(leases_at(&leases, a), "", leases_at(&leases, a)->expiry, line);
	CHECK_STR(line, "1003600 00:00:00:00:00:00 10.77.0.10 * *\n");
	CHECK(leaseline_parse(line, strlen(line) - 1, &l));
	CHECK_INT(l.key_len, 0);
	now += 3600;
	CHECK_INT(say(DHCP_DISCOVER, 2, a), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, a);
	/* a client that sends an identifier keeps its line, whatever its MAC address */
	CHECK(leaseline_parse("5 00:00:00:00:00:00 10.0.0.1 * 00:61:62", 39, &l));
	CHECK_INT(l.key_len, 3);
}

/* One client that declines whatever it gets, for a day on end. */
static void
one_client_does_not_use_up_a_range_by_declining(void)
{
	size_t resting = 0;

	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.29 offers=1000\n"), 0);
	for (int i = 0; i < 1000; i++) {
		CHECK_INT(say(DHCP_DISCOVER, 1, 0), SERVER_ANSWER);
		CHECK_INT(say(DHCP_DECLINE, 1, answer.yiaddr), SERVER_DECLINED);
		resting = answer.resting > resting ? answer.resting : resting;
		now += i % 2;
	}
	CHECK_INT(resting, DECLINES_MOST);
	for (uint32_t n = 2; n < 18; n++)
		CHECK(lease(n) != 0);
	/* nothing else is free: the one that rests longest, then the next */
	for (uint32_t n = 18; n < 22; n++)
		CHECK(lease(n) != 0);
	CHECK_INT(leases_resting(&leases, now), 0);
	CHECK_INT(say(DHCP_DISCOVER, 22, 0), SERVER_NO_ADDRESS);
}

static void
what_rested_longest_is_tried_again(void)
{
	uint32_t a, b;

	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.11\n"), 0);
	a = lease(1);
	b = lease(2);
	CHECK_INT(say(DHCP_DECLINE, 2, b), SERVER_DECLINED);
	CHECK_INT(leases_at(&leases, b)->expiry, now + 600); /* the default */
	now++;
	CHECK_INT(say(DHCP_DECLINE, 1, a), SERVER_DECLINED);
	CHECK_INT(say(DHCP_DISCOVER, 3, 0), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, b);
	CHECK(answer.fresh); /* ARP is asked first */
	/* which has its answer: not again for some seconds, or one message would have us
	 * ask without end */
	CHECK(alloc_conflict(&server.alloc, b, now) != NULL);
	CHECK_INT(say(DHCP_DISCOVER, 3, 0), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, a);
	CHECK(alloc_conflict(&server.alloc, a, now) != NULL);
	CHECK_INT(say(DHCP_DISCOVER, 3, 0), SERVER_ALL_REST);
	now += LEASES_HEARD_S;
	CHECK_INT(say(DHCP_DISCOVER, 3, 0), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, b);
}

static void
a_reserved_address_is_back_after_seconds(void)
{
	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.19 decline=1d\n"
	                      "host mac=02:00:00:00:00:01 addr=10.77.0.5\n"),
	    0);
	CHECK_INT(lease(1), IP(10, 77, 0, 5));
	CHECK_INT(say(DHCP_DECLINE, 1, IP(10, 77, 0, 5)), SERVER_DECLINED);
	CHECK_INT(lease(1), IP(10, 77, 0, 10));
	now += 10; /* RFC 2131, section 3.1 */
	CHECK_INT(lease(1), IP(10, 77, 0, 5));
}

/* The clock of a board without a battery is set when NTP has answered. */
static void
leases_last_when_the_clock_is_set(void)
{
	struct clockset c = { 0 };
	uint32_t a, offered;

	CHECK_INT(clockset_by(&c, 5000, 100), 0);
	CHECK_INT(clockset_by(&c, 5060, 161), 0); /* rounding */
	CHECK_INT(clockset_by(&c, 5062, 163), 0);
	CHECK_INT(clockset_by(&c, 8662, 164), 3599);
	CHECK_INT(clockset_by(&c, 8663, 165), 0);
	CHECK_INT(clockset_by(&c, 63, 166), -8601);

	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.12 lease=1h\n"), 0);
	a = lease(1);
	CHECK_INT(say(DHCP_DISCOVER, 2, 0), SERVER_ANSWER);
	offered = answer.yiaddr;
	CHECK_INT(say(DHCP_DISCOVER, 3, 0), SERVER_ANSWER);
	CHECK_INT(say(DHCP_REQUEST, 3, answer.yiaddr), SERVER_ANSWER);
	CHECK(server_commit(&server, &answer) != NULL);
	CHECK_INT(say(DHCP_DECLINE, 3, answer.yiaddr), SERVER_DECLINED);
	for (int back = 0; back < 2; back++) { /* forward, then back */
		int64_t by = back ? -86400 : 86400;

		now += by;
		leases_shift(&leases, by, now + 3600);
		CHECK_INT(leases_at(&leases, a)->expiry, now + 3600);
		CHECK_INT(leases_at(&leases, offered)->expiry, now + LEASES_OFFER_S);
		CHECK_INT(leases_at(&leases, IP(10, 77, 0, 12))->expiry, now + 600);
		CHECK(!lease_is_free(leases_at(&leases, a), now));
	}
	/* one that was read from a file whose times were right: no longer than a lease lasts */
	leases_shift(&leases, 1000000000, NOW + 1000000000 + 60);
	CHECK_INT(leases_at(&leases, a)->expiry, NOW + 1000000000 + 60);
}

static void
our_former_address_is_nobody_elses(void)
{
	struct rogue rogue = { .fd = -1 };

	CHECK(!rogue_is_former(&rogue, own_addr));
	rogue_was_ours(&rogue, own_addr);
	CHECK(rogue_is_former(&rogue, own_addr));
	for (uint32_t i = 0; i < ROGUE_ENTRIES; i++)
		rogue_was_ours(&rogue, own_addr); /* takes one place */
	rogue_was_ours(&rogue, own_addr + 1);
	CHECK(rogue_is_former(&rogue, own_addr) && rogue_is_former(&rogue, own_addr + 1));
}

static struct arpprobe probe;

/* 192.0.2.0/24 is on no network: who answers for that answers for all. */
static void
proxy_arp_gives_itself_away(void)
{
	static struct arpproxy proxies;
	struct arpprobe_reply arp = { .ifindex = 2, .mac = { 2, 9 } };

	for (arp.addr = IP(10, 77, 0, 10); arp.addr < IP(10, 77, 0, 13); arp.addr++)
		CHECK(!arpproxy_shows(&proxies, &probe, &arp, 1000));
	arp.addr = arpproxy_nobodys(3);
	CHECK(!arpproxy_shows(&proxies, &probe, &arp, 1001));
	arp.addr = arpproxy_nobodys(2);
	CHECK(arpproxy_shows(&proxies, &probe, &arp, 1001));
	CHECK(arpproxy_find(&proxies, &arp, 1001)->is);
	CHECK_INT(arpproxy_find(&proxies, &arp, 1001)->addr[0], IP(10, 77, 0, 10));
	CHECK(arpproxy_find(&proxies, &arp, 1002 + ARPPROXY_AGE_MS) == NULL);
	arp.mac[0] = 4;
	CHECK(arpproxy_find(&proxies, &arp, 1001) == NULL);
}

/* A machine with many addresses answers for those, and a proxy without a route to
 * that network for all that are asked for. */
static void
many_addresses_are_no_proxy_while_others_are_silent(void)
{
	static struct arpproxy proxies;
	struct arpprobe_reply arp = { .ifindex = 2, .mac = { 2, 9 } };

	memset(&probe, 0, sizeof(probe));
	arpprobe_sent(&probe, IP(10, 77, 0, 99), 1000);
	for (arp.addr = IP(10, 77, 0, 10); arp.addr < IP(10, 77, 0, 30); arp.addr++)
		CHECK(!arpproxy_shows(&proxies, &probe, &arp, 1001)); /* too soon to say */
	CHECK(!arpproxy_shows(&proxies, &probe, &arp, 1500));
	arpprobe_forget(&probe, IP(10, 77, 0, 99));
	CHECK(arpproxy_shows(&proxies, &probe, &arp, 1501));
	memset(&probe, 0, sizeof(probe));
}

static void
an_address_in_use_elsewhere_is_declined(void)
{
	uint32_t a, ahead[4];

	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.12 dns=10.77.0.11\n"), 0);
	CHECK_INT(say(DHCP_DISCOVER, 1, 0), SERVER_ANSWER);
	CHECK(answer.fresh);
	a = answer.yiaddr;
	CHECK_INT(alloc_ahead(&server.alloc, &answer, now, ahead, 4), 1);
	CHECK_INT(ahead[0], IP(10, 77, 0, 12)); /* .11 is the name server's */
	CHECK(alloc_conflict(&server.alloc, a, now) != NULL);
	CHECK_INT(say(DHCP_DISCOVER, 1, 0), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, IP(10, 77, 0, 12));
	CHECK_INT(lease(1), IP(10, 77, 0, 12));
	CHECK(alloc_conflict(&server.alloc, IP(10, 77, 0, 12), now) == NULL);
}

/* Who takes a second address has given up the first, in the file too; and it is
 * the second that it gets back. */
static void
the_last_address_is_the_clients(void)
{
	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.209 lease=10m\n"), 0);
	CHECK_INT(say(DHCP_REQUEST, 1, IP(10, 77, 0, 60)), SERVER_ANSWER);
	CHECK(server_commit(&server, &answer) != NULL);
	CHECK_INT(answer.superseded, 0);
	now += 60;
	CHECK_INT(say(DHCP_REQUEST, 1, IP(10, 77, 0, 61)), SERVER_ANSWER);
	CHECK(server_commit(&server, &answer) != NULL);
	CHECK_INT(answer.superseded, IP(10, 77, 0, 60));
	CHECK(lease_is_free(leases_at(&leases, IP(10, 77, 0, 60)), now));
	/* however many there are: the tables grow, and turn around */
	for (uint32_t n = 2; n < 60; n++) {
		CHECK_INT(say(DHCP_DISCOVER, 1, 0), SERVER_ANSWER);
		CHECK_INT(answer.yiaddr, IP(10, 77, 0, 61));
		CHECK(lease(n) != 0);
	}
}

/* However many addresses a client takes, one after the other. */
static void
a_client_has_a_few_former_addresses(void)
{
	const uint32_t first = IP(10, 77, 0, 10);
	size_t n = 0;

	now = NOW;
	CHECK_INT(
	    scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.49 lease=10m max-leases=2 offers=100\n"), 0);
	for (uint32_t i = 0; i < 40; i++, now++) {
		CHECK_INT(say(DHCP_REQUEST, 1, first + i), SERVER_ANSWER);
		CHECK(server_commit(&server, &answer) != NULL);
	}
	for (const struct lease *l = leases_of(&leases, (struct lease_key){ client.key, client.key_len }); l;
	     l = leases_more(&leases, l))
		n++;
	CHECK_INT(n, 10); /* the one it has, the one before, and 8 */
	CHECK_INT(leases.by_addr.n, 40);
	CHECK_INT(leases.quotas.of[0].in_use, 1);
	CHECK_INT(say(DHCP_DISCOVER, 1, 0), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, first + 39);
	/* all others are somebody's again */
	CHECK_INT(say(DHCP_REQUEST, 2, first), SERVER_ANSWER);
	CHECK(server_commit(&server, &answer) != NULL);
	CHECK_INT(lease(3), 0); /* max-leases= */
}

static void
silence_counts_for_a_while(void)
{
	static struct arpprobe p;
	uint64_t due = 0;

	CHECK_INT(arpprobe_state(&p, 7, 100000, &due), ARPPROBE_UNKNOWN);
	arpprobe_sent(&p, 7, 100000);
	CHECK_INT(arpprobe_state(&p, 7, 100000, &due), ARPPROBE_WAITING);
	CHECK_INT(due, 100000 + ARPPROBE_WAIT_MS);
	CHECK_INT(arpprobe_state(&p, 7, due, &due), ARPPROBE_FREE);
	CHECK_INT(arpprobe_state(&p, 7 + ARPPROBE_ENTRIES, due, &due), ARPPROBE_UNKNOWN);
	CHECK_INT(arpprobe_state(&p, 7, 100001 + ARPPROBE_GOOD_MS, &due), ARPPROBE_UNKNOWN);
	CHECK_INT(arpprobe_ahead(&p, 100000), ARPPROBE_AHEAD);
	CHECK_INT(arpprobe_ahead(&p, 100001), 2 * ARPPROBE_AHEAD);
	for (int i = 0; i < 10; i++)
		arpprobe_ahead(&p, 100002);
	CHECK_INT(p.ahead, ARPPROBE_AHEAD_MOST);
	CHECK_INT(arpprobe_ahead(&p, 103000), ARPPROBE_AHEAD);
	arpprobe_forget(&p, 7);
	CHECK_INT(arpprobe_state(&p, 7, 100600, &due), ARPPROBE_UNKNOWN);
}

static void
pending_answers_leave_in_order(void)
{
	static struct net_out out;
	struct pending_queue q = { 0 };
	struct net_in in = { .data = (const uint8_t *)"abc", .len = 3 };
	uint64_t last = 0;
	struct pending *h;

	for (uint64_t i = 0; i < 100; i++) {
		h = pending_add(&q, i * 37 % 100 + 1, &out, &in);
		CHECK(h && memcmp(h->in.data, "abc", 3) == 0);
		if (h)
			h->probed = (uint32_t)(i + 1);
	}
	h = pending_take_probed(&q, 50);
	CHECK(h != NULL);
	free(h);
	CHECK(pending_take_probed(&q, 50) == NULL);
	for (int i = 0; i < 90; i++) {
		CHECK(pending_next(&q) >= last);
		last = pending_next(&q);
		h = pending_take(&q);
		CHECK(h && h->due_ms == last);
		free(h);
	}
	pending_free(&q);
	CHECK(pending_next(&q) == UINT64_MAX && pending_take(&q) == NULL);
	for (int i = 0; i < PENDING_MAX; i++)
		CHECK(pending_add(&q, 1, &out, &in) != NULL);
	CHECK(pending_add(&q, 1, &out, &in) == NULL);
	pending_free(&q);
}

static void
rogue_servers_are_logged_once_an_hour(void)
{
	static struct rogue o;

	CHECK(rogue_seen(&o, 1, 2, NOW));
	CHECK(!rogue_seen(&o, 1, 2, NOW + ROGUE_EVERY_S - 1));
	CHECK(rogue_seen(&o, 1, 3, NOW));
	CHECK(rogue_seen(&o, 1, 2, NOW + ROGUE_EVERY_S));
	for (uint32_t a = 10; a < 10 + 2 * ROGUE_ENTRIES; a++)
		CHECK(rogue_seen(&o, a, 2, NOW));
	CHECK(rogue_seen(&o, 1, 2, NOW + ROGUE_EVERY_S + 1));
}

static void
what_is_on_disk_may_be_said_again(void)
{
	uint32_t a;

	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.99 lease=10m\n"), 0);
	CHECK_INT(say(DHCP_DISCOVER, 1, 0), SERVER_ANSWER);
	a = answer.yiaddr;
	CHECK_INT(say(DHCP_REQUEST, 1, a), SERVER_ANSWER);
	CHECK(!server_fall_back(&server, &answer, now)); /* nothing is */
	CHECK(server_commit(&server, &answer) != NULL);
	now += 300;
	CHECK_INT(say(DHCP_REQUEST, 1, a), SERVER_ANSWER);
	CHECK_INT(answer.lease_s, 600);
	CHECK(server_fall_back(&server, &answer, now));
	CHECK_INT(answer.lease_s, 300);
	CHECK(!answer.commit);
	now += 295;
	CHECK_INT(say(DHCP_REQUEST, 1, a), SERVER_ANSWER);
	CHECK(!server_fall_back(&server, &answer, now)); /* 5 s are no lease */
}

/* A machine's file with `once`, and the PXE client of a golden packet. */
static struct rules own;
static struct host machine;
static uint8_t machine_mac[1][6];

static void
machine_file(const char *text)
{
	struct rules_machine m = { "file", { MACHINEID_MAC, 6, { 0 } }, text, strlen(text) };
	struct diag f = { 0 };

	memcpy(m.id.bytes, request.msg.chaddr, 6);
	rules_read_host(&own, &m, &f);
	rules_finish(&own, &f);
	CHECK_INT(f.errors, 0);
	diag_free(&f);
	memcpy(machine_mac[0], m.id.bytes, 6);
	machine = (struct host){ .mac = machine_mac, .macs = 1, .own = &own };
	CHECK_INT(hosts_add(&hosts, &machine), 0);
}

static enum server_result
as(enum dhcp_type type, uint32_t server_id, uint32_t requested)
{
	struct wr w = wr_open(request.msg.store + 1400, 8);

	request.msg.type = type;
	wr_u32(&w, server_id);
	wr_u32(&w, requested);
	request.msg.option[DHCP_SERVER_ID] = (struct dhcp_span){ server_id ? 1400 : 0, 4 };
	request.msg.option[DHCP_REQUESTED_ADDR] = (struct dhcp_span){ requested ? 1404 : 0, 4 };
	return scene_ask(now);
}

static void
once_is_done_with_the_ack(void)
{
	uint32_t a;

	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.99\nboot file=disk.0\n"), 0);
	scene_request("dhcp-bios-discover.hex");
	machine_file("boot file=install.0 once\n");
	CHECK_INT(as(DHCP_DISCOVER, 0, 0), SERVER_ANSWER);
	CHECK_STR(answer.boot.file, "install.0");
	CHECK(!server_is_done(&answer, SERVER_ANSWER));
	a = answer.yiaddr;
	CHECK_INT(as(DHCP_REQUEST, own_addr, a), SERVER_ANSWER);
	CHECK_STR(answer.boot.file, "install.0");
	CHECK(server_is_done(&answer, SERVER_ANSWER));
	CHECK(server_commit(&server, &answer) != NULL);
	/* a system that renews its lease has not booted from the network, */
	request.msg.ciaddr = a;
	CHECK_INT(as(DHCP_REQUEST, 0, 0), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	CHECK(!server_is_done(&answer, SERVER_ANSWER));
	request.msg.ciaddr = 0;
	/* and does not say PXEClient */
	request.msg.option[DHCP_CLASS].at = request.msg.option[DHCP_ARCH].at = 0;
	CHECK_INT(as(DHCP_REQUEST, own_addr, a), SERVER_ANSWER);
	CHECK(!server_is_done(&answer, SERVER_ANSWER));
	scene_end();
	rules_free(&own);
}

static void
once_beside_another_server(void)
{
	now = NOW;
	CHECK_INT(scene_rules("subnet 10.77.0.0/24 proxy\nboot file=disk.0\n"), 0);
	scene_request("dhcp-bios-discover.hex");
	machine_file("boot file=install.0 once\n");
	CHECK_INT(as(DHCP_DISCOVER, 0, 0), SERVER_ANSWER);
	CHECK(!server_is_done(&answer, SERVER_ANSWER));
	/* a BIOS takes the file from our offer, and the address from there */
	CHECK_INT(as(DHCP_REQUEST, IP(10, 77, 0, 9), IP(10, 77, 0, 50)), SERVER_OTHER_SERVER);
	CHECK(server_is_done(&answer, SERVER_OTHER_SERVER));
	hosts_remove(&hosts, &machine);
	rules_free(&own);
	/* EDK2 asks on port 4011 */
	scene_request("dhcp-edk2-discover.hex");
	machine_file("boot file=install.efi once\n");
	CHECK_INT(as(DHCP_REQUEST, IP(10, 77, 0, 9), IP(10, 77, 0, 50)), SERVER_OTHER_SERVER);
	CHECK(!server_is_done(&answer, SERVER_OTHER_SERVER));
	request.dport = 4011;
	request.src = request.msg.ciaddr = IP(10, 77, 0, 50);
	CHECK_INT(as(DHCP_REQUEST, 0, 0), SERVER_ANSWER);
	CHECK_STR(answer.boot.file, "install.efi");
	CHECK(server_is_done(&answer, SERVER_ANSWER));
	scene_end();
	rules_free(&own);
}

int
main(void)
{
	RUN(made_up_clients_do_not_empty_a_range);
	RUN(offers_that_are_taken_up_make_room);
	RUN(a_clock_that_jumps_does_no_harm);
	RUN(max_leases_counts_what_is_in_use);
	RUN(a_declined_address_is_nobodys_for_a_while);
	RUN(one_client_does_not_use_up_a_range_by_declining);
	RUN(what_rested_longest_is_tried_again);
	RUN(a_reserved_address_is_back_after_seconds);
	RUN(leases_last_when_the_clock_is_set);
	RUN(our_former_address_is_nobody_elses);
	RUN(proxy_arp_gives_itself_away);
	RUN(many_addresses_are_no_proxy_while_others_are_silent);
	RUN(an_address_in_use_elsewhere_is_declined);
	RUN(the_last_address_is_the_clients);
	RUN(a_client_has_a_few_former_addresses);
	RUN(silence_counts_for_a_while);
	RUN(pending_answers_leave_in_order);
	RUN(rogue_servers_are_logged_once_an_hour);
	RUN(what_is_on_disk_may_be_said_again);
	RUN(once_is_done_with_the_ack);
	RUN(once_beside_another_server);
	scene_end();
	return TEST_EXIT();
}

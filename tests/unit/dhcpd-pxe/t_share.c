#include "scene.h"
#include "test.h"

/* Two servers of one range with nothing between them: no address is given twice, also
 * right after one of them has come back.  We are the second; 10.77.0.12 and .13 are
 * our part. */

#define OTHER "\x0a\x4d\0\x02" /* the first server */
#define OWN12 "\x0a\x4d\0\x0c"
#define OWN13 "\x0a\x4d\0\x0d"
#define THEIR "\x0a\x4d\0\x0a"
static const char rules_text_of_both[] =
    "subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.13 share=2/2 delay=2 lease=1h offers=1000\n";
static const uint32_t own12 = IP(10, 77, 0, 12), own13 = IP(10, 77, 0, 13), their = IP(10, 77, 0, 10);

/* A message of machine n: option 50 (requested), 54 (server), NULL without. */
struct message {
	enum dhcp_type type;
	uint8_t n;
	const char *requested, *server;
	uint16_t secs;
	uint32_t ciaddr;
	bool unicast, late;
};

static enum server_result
say(struct message m, int64_t now)
{
	uint8_t options[12], mac[6] = { 2, 0, 0, 0, 0, m.n };
	struct wr w = wr_open(options, sizeof(options));

	if (m.requested) {
		wr_bytes(&w, "\x32\4", 2);
		wr_bytes(&w, m.requested, 4);
	}
	if (m.server) {
		wr_bytes(&w, "\x36\4", 2);
		wr_bytes(&w, m.server, 4);
	}
	scene_make(m.type, mac, options, wr_len(&w));
	request.msg.secs = m.secs;
	request.msg.ciaddr = request.src = m.ciaddr;
	request.unicast = m.unicast;
	request.late = m.late;
	return scene_ask(now);
}

/* We start at `now`; machine n had the address until `expiry`. */
static void
begin(int64_t now)
{
	CHECK_INT(scene_rules(rules_text_of_both), 0);
	memset(&shares, 0, sizeof(shares));
	shares.settled = now + SHARE_SETTLE_S;
}

static void
had(uint8_t n, uint32_t addr, int64_t expiry)
{
	const uint8_t key[7] = { 1, 2, 0, 0, 0, 0, n };
	const struct lease_entry e = { .addr = addr,
		.key = { key, sizeof(key) },
		.name = "",
		.mac = key + 1,
		.expiry = expiry,
		.state = LEASE_BOUND };

	CHECK(leases_put(&leases, &e) != NULL);
	leases_mark_theirs(&leases, &rules);
	leases_bind(&leases, &rules, 0);
}

static void
what_may_have_been_lent_waits(void)
{
	begin(1000);
	had(1, own12, 900); /* and went on with it at the other server, perhaps */
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 2, .secs = 9 }, 1000), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, own13); /* which nobody had */
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 3, .secs = 9 }, 1000), SERVER_ASKS_AGAIN);
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 3, .secs = 11 }, 1002), SERVER_ASKS_AGAIN);
	/* nor is it given to one that claims it */
	CHECK_INT(
	    say((struct message){ DHCP_DISCOVER, .n = 4, .requested = OWN12, .secs = 9 }, 1002), SERVER_ASKS_AGAIN);
	CHECK_INT(
	    say((struct message){ DHCP_REQUEST, .n = 4, .requested = OWN12, .late = true }, 1002), SERVER_NO_RECORD);
	/* who had it has it, */
	CHECK_INT(say((struct message){ DHCP_REQUEST, .n = 1, .ciaddr = own12 }, 1003), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
	begin(1000);
	had(1, own12, 900);
	had(5, own13, 900);
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 1, .secs = 9 }, 1000), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, own12);
	/* and one whom nobody answers: the other server is gone */
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 3, .secs = 9 }, 1000), SERVER_ASKS_AGAIN);
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 3, .secs = 12 }, 1003), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, own13);
	/* by and by all that was lent is over */
	begin(1000);
	had(1, own12, 900);
	had(5, own13, 900);
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 3, .secs = 9 }, 1000 + SHARE_SETTLE_S), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, own12);
}

/* That the other server is silent we see for ourselves. */
static void
secs_prove_nothing(void)
{
	struct message wish = { DHCP_DISCOVER, .n = 1, .requested = THEIR, .secs = 60 };
	struct message claim = { DHCP_REQUEST, .n = 2, .requested = THEIR, .secs = 60 };

	begin(0);
	CHECK_INT(say(wish, 1000), SERVER_ASKS_AGAIN);
	CHECK_INT(say(wish, 1001), SERVER_ASKS_AGAIN);
	CHECK_INT(say(wish, 1002), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, their);
	begin(0);
	CHECK_INT(say(claim, 1000), SERVER_WAITS);
	claim.late = true;
	CHECK_INT(say(claim, 1002), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, their);
	CHECK_INT(answer.lease_s, SHARE_STAND_IN_S);
	/* a new client that says so gets one of ours at once */
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 3, .secs = 60 }, 1002), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, own12);
}

/* Its own server must hear of it when it is back. */
static void
only_rebinding_goes_on_with_a_lent_address(void)
{
	begin(0);
	CHECK_INT(say((struct message){ DHCP_REQUEST, .n = 1, .requested = THEIR, .late = true }, 1000), SERVER_ANSWER);
	CHECK(server_commit(&server, &answer) != NULL);
	CHECK_INT(
	    say((struct message){ DHCP_REQUEST, .n = 1, .ciaddr = their, .unicast = true }, 1300), SERVER_ASKS_AGAIN);
	CHECK_INT(say((struct message){ DHCP_REQUEST, .n = 1, .ciaddr = their }, 1525), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, their);
	CHECK_INT(answer.lease_s, SHARE_STAND_IN_S);
	/* one of our own renews as ever */
	had(2, own12, 9000);
	CHECK_INT(say((struct message){ DHCP_REQUEST, .n = 2, .ciaddr = own12, .unicast = true }, 1300), SERVER_ANSWER);
	CHECK_INT(answer.lease_s, 3600);
}

/* A client takes the other server's offer of an address of ours. */
static void
what_the_other_lends_is_noted(void)
{
	begin(0);
	CHECK_INT(say((struct message){ DHCP_REQUEST, .n = 1, .requested = OWN12, .server = OTHER }, 1000),
	    SERVER_OTHER_SERVER);
	CHECK_INT(answer.seen, own12);
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 2, .secs = 9 }, 1001), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, own13);
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 3, .secs = 9 }, 1001), SERVER_NO_ADDRESS);
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 3, .secs = 9 }, 1000 + SHARE_STAND_IN_S), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, own12);
	/* what is leased here stays so */
	had(4, own13, 9000);
	CHECK_INT(say((struct message){ DHCP_REQUEST, .n = 5, .requested = OWN13, .server = OTHER }, 1700),
	    SERVER_OTHER_SERVER);
	CHECK_INT(say((struct message){ DHCP_REQUEST, .n = 4, .ciaddr = own13 }, 1701), SERVER_ANSWER);
	CHECK_INT(answer.type, DHCP_ACK);
}

/* A lease of the file in another server's part is that server's to confirm first. */
static void
after_a_start_the_other_comes_first(void)
{
	begin(1000);
	had(1, their, 5000);
	CHECK_INT(say((struct message){ DHCP_REQUEST, .n = 1, .requested = THEIR }, 1000), SERVER_WAITS);
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 1 }, 1000), SERVER_WAITS);
	CHECK_INT(say((struct message){ DHCP_DISCOVER, .n = 1, .late = true }, 1002), SERVER_ANSWER);
	CHECK_INT(answer.yiaddr, their);
}

int
main(void)
{
	RUN(what_may_have_been_lent_waits);
	RUN(secs_prove_nothing);
	RUN(only_rebinding_goes_on_with_a_lent_address);
	RUN(what_the_other_lends_is_noted);
	RUN(after_a_start_the_other_comes_first);
	scene_end();
	return TEST_EXIT();
}

/* Messages of all kinds, relayed or not: every answer is a whole message with the
 * client's and our DUID in it, and gives no address that is not ours to give. */
#include <assert.h>
#include <string.h>

#include "addr6.h"
#include "ra.h"
#include "reply6.h"
#include "server6.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
    "subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1007 dns=fd00:77::53 domain=lab.example preference=3\n"
    "subnet fd00:88::/64 netboot range=fd00:88::1000-fd00:88::1003\n"
    "host mac=52:54:00:12:34:56 addr=fd00:77::31 name=fixed tag=a\n"
    "deny mac=ff:*\n"
    "boot client=ipxe file=http://{server}/{mac-}/{uuid}/{host}/{serial}\n"
    "boot client=http file=http://{server}/{arch}.efi\n"
    "boot vendor=PXE*7* user-class=a*b circuit-id=*x* remote-id=*p* name=x* file=x\n"
    "boot file=y\n"
    "option6 56 hex=00\noption6 41 text={host} when=asked\noption6 31 ip={server}\n";

static struct rules rules;
static struct hosts hosts;
static struct leases leases;
static struct quotas quotas;
static struct loops loops;

static void
check_reply(const uint8_t *out, size_t n, const struct answer *a)
{
	struct dhcp6_msg reply;
	struct dhcp6_bytes sent = dhcp6_find(a->request->msg.options, DHCP6_CLIENT_ID), back;

	assert(dhcp6_parse(out, n, &reply) == DHCP6_OK);
	assert(reply.type == DHCP6_ADVERTISE || reply.type == DHCP6_REPLY);
	assert(reply.xid == a->request->msg.xid && reply.relays == a->request->msg.relays);
	back = dhcp6_find(reply.options, DHCP6_CLIENT_ID);
	assert(back.len == sent.len && dhcp6_has(reply.options, DHCP6_SERVER_ID));
	assert(!dhcp6_has(reply.options, DHCP6_BOOT_PARAM));
	for (size_t i = 0; i < a->ias; i++)
		assert(!a->ia[i].given || rules_network6(&rules, &a->ia[i].addr));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t duid[] = { 0, 4, 1, 2, 3, 4 };
	static const struct lease_range range[] = { { { { { 0xfd, 0, 0, 0x77, [14] = 0x10 } } },
		                                        { { { 0xfd, 0, 0, 0x77, [14] = 0x10, [15] = 7 } } } },
		{ { { { 0xfd, 0, 0, 0x88, [14] = 0x10 } } }, { { { 0xfd, 0, 0, 0x88, [14] = 0x10, [15] = 3 } } } } };
	static struct netif eth = { .name = "a", .ethernet = true, .addrs6 = 1 };
	static struct request q;
	static struct client c;
	static struct answer a;
	static uint8_t out[4096];
	const struct server s = { { &rules, &hosts, &leases, &quotas }, &loops, { duid, sizeof(duid) } };
	struct diag diag = { 0 };
	uint16_t lifetime;
	size_t n;

	if (rules.lines == 0) {
		rules.family = RULES_IP6;
		rules_read(&rules, "f", text, strlen(text), &diag);
		rules_finish(&rules, &diag);
		assert(diag.errors == 0);
		hosts_add_rules(&hosts, &rules);
		diag_free(&diag);
		addr6_parse("fd00:77::1", &eth.addr6[0].addr);
	}
	leases6_free(&leases);
	leases6_bind(&leases, range, 2);
	quotas6_bind(&quotas, &rules);
	ra_read(data, size, &lifetime);
	q = (struct request){ .iface = &eth, .sport = DHCP6_PORT_CLIENT, .dst = { { { 0xff, 2 } } } };
	if (dhcp6_parse(data, size, &q.msg) != DHCP6_OK)
		return 0;
	addr6_parse("fe80::5054:ff:fe12:3456", &q.src);
	for (int turn = 0; turn < 2; turn++) {
		client6_read(&q.msg, &q.src, &c);
		if (server6_answer(&s, &q, &c, 1000 + turn, &a) != SERVER_ANSWER)
			return 0;
		if (a.commit)
			server6_commit(&s, &a, 1000 + turn);
		n = reply6_write(&a, s.duid, out, sizeof(out));
		if (n > 0)
			check_reply(out, n, &a);
	}
	return 0;
}

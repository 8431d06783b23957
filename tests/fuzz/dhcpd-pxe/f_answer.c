/* Packets to both ports, in both modes: every answer is a whole message of a
 * size that its client accepts. */
#include <assert.h>
#include <string.h>

#include "hosts.h"
#include "reply.h"
#include "server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
    "subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.90 router=10.77.0.1 dns=10.77.0.1 bootp=dynamic authoritative\n"
    "subnet 10.5.0.0/24 proxy\n"
    "host mac=52:54:00:12:34:56 addr=10.77.0.31 name=fixed tag=a\n"
    "deny mac=ff:*\n"
    "boot client=ipxe file=http://{server}/{mac-}/{uuid}/{host}/{serial}\n"
    "boot arch=bios file=undionly.kpxe\n"
    "boot client=http file=http://{server}/{arch}.efi\n"
    "boot vendor=PXE*7* user-class=a*b circuit-id=*x* file=x\n"
    "boot file=y delay=2\n"
    "menu item=A file=a client=pxe arch=1\nmenu item=B local arch=1\nmenu prompt=P timeout=3\n"
    "option 209 text={host}\noption 175.8 u8=1\noption 43.64 u8=1 arch=7\noption 42 ip=10.0.0.1,10.0.0.2\n";

static struct rules rules;
static struct hosts hosts;
static struct leases leases;
static struct uuids uuids;
static struct loops loops;
static struct declines declines;
static struct shares shares;

static void
answer_one(const uint8_t *data, size_t size, const struct netif *eth, uint16_t port)
{
	static const uint32_t own = 0x0a4d0001;
	static struct request q;
	static struct client c;
	static struct dhcp_msg reply;
	const struct server s = { { &rules, &hosts, &leases, &own, 1 }, &uuids, &loops, &declines, &shares };
	struct answer a;
	struct target to;
	uint8_t out[REPLY_MAX];
	unsigned left_out;
	size_t n;

	memset(&q, 0, sizeof(q));
	if (dhcp_parse(data, size, &q.msg) != DHCP_OK)
		return;
	q.len = size;
	q.iface = eth;
	q.dport = port;
	q.src = q.msg.ciaddr;
	q.dst = q.msg.secs & 1 ? own : 0xffffffff;
	q.unicast = q.dst == own;
	client_read(&q.msg, &c);
	if (server_answer(&s, &q, &c, 1000, &a) != SERVER_ANSWER)
		return;
	if (a.commit)
		server_commit(&s, &a);
	reply_target(&a, true, &to);
	n = reply_write(&a, out, &left_out);
	if (n == 0)
		return; /* copies of options 61 and 82 alone are too long */
	assert(n >= DHCP_MIN && n <= REPLY_MAX - 28);
	assert(dhcp_parse(out, n, &reply) == DHCP_OK);
	assert(reply.op == BOOTREPLY && reply.xid == q.msg.xid && reply.overload == 0);
	if (a.way != ANSWER_SERVER)
		assert(reply.yiaddr == 0 && !dhcp_has(&reply, DHCP_LEASE_TIME));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct netif server_iface = {
		.name = "a", .ethernet = true, .addr = { { 0x0a4d0001, 24 } }, .addrs = 1
	};
	static const struct netif proxy_iface = { .name = "b", .addr = { { 0x0a050001, 24 } }, .addrs = 1 };
	struct diag f = { 0 };

	rules_read(&rules, "rules", text, sizeof(text) - 1, &f);
	rules_finish(&rules, &f);
	assert(f.errors == 0);
	assert(hosts_add_rules(&hosts, &rules) == 0 && leases_bind(&leases, &rules, 0) == 0);
	for (int twice = 0; twice < 2; twice++) {
		answer_one(data, size, &server_iface, 67);
		answer_one(data, size, &server_iface, 4011);
		answer_one(data, size, &proxy_iface, 67);
	}
	leases_free(&leases);
	hosts_free(&hosts);
	rules_free(&rules);
	diag_free(&f);
	return 0;
}

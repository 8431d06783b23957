/* Frames of IPv6 at any time: a byte for the persona and what it asks, then for each step a
 * byte for the time that passes, two for a length, and the frame, of which everything is
 * read; DHCPv6 goes to the client, which never hangs. */
#include <stdlib.h>

#include "dhcp6_client.h"
#include "dns.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
settle(struct dhcp6_client *c, uint64_t now)
{
	static struct dhcp6_client_out out;
	enum dhcp6_client_act act;
	int acts = 0;

	while ((act = dhcp6_client_next(c, now, &out)) == DHCP6_CLIENT_SEND)
		if (++acts > 3 || out.len == 0)
			abort();
	if (act == DHCP6_CLIENT_WAIT && out.deadline_ms <= now)
		abort();
	if (c->leased && !c->reply.has_addr)
		abort();
}

static void
take(struct dhcp6_client *c, const uint8_t *frame, size_t len, uint64_t now)
{
	struct in6_addr target;
	struct ip6_udp u;
	struct ip6_ra ra;
	struct ip6 p;
	uint8_t mac[6];

	dns_read6(frame, len, &target);
	/* as it is, for fuzzers that do not guess headers */
	dhcp6_client_input(c, &(struct ip6_udp){ .dport = DHCP6_PORT_CLIENT, .data = frame, .len = len }, now);
	if (!ip6_read(frame, len, &p))
		return;
	ip6_check(&p);
	if (ip6_read_ra(&p, &ra) && ra.prefixes > IP6_PREFIXES)
		abort();
	ip6_read_neighbour(&p, &target, mac);
	if (ip6_read_udp(&p, &u))
		dhcp6_client_input(c, &u, now);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const name[] = { "efi-x64-v6", "http-x64-v6", "ipxe-v6", "efi-arm64-v6" };
	static struct dhcp6_client c;
	struct rd r = rd_open(data, size);
	uint8_t first = rd_u8(&r);
	struct dhcp6_client_want want = { .persona = persona_find(name[first & 3]),
		.ask = (enum dhcp6_client_ask)((first >> 2) % 3),
		.iaid = 1,
		.patience_ms = 10000,
		.xid = 0x010101 };
	uint64_t now = 0;

	dhcp6_client_start(&c, &want, 0);
	settle(&c, 0);
	while (rd_left(&r) > 3) {
		uint8_t passes = rd_u8(&r);
		size_t len = rd_u16(&r);

		len = len < rd_left(&r) ? len : rd_left(&r);
		now += (uint64_t)passes * 20;
		take(&c, rd_take(&r, len), len, now);
		settle(&c, now);
	}
	settle(&c, now + 30000);
	settle(&c, now + 60000);
	if (c.state != DHCP6_CLIENT_ENDED)
		abort();
	return 0;
}

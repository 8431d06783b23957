/* DHCP answers at any time: a byte for the persona, then for each step a byte
 * for the time that passes, two for the length of a packet, and the packet. */
#include <stdlib.h>
#include <string.h>

#include "dhcp_client.h"
#include "wire.h"

#define SERVER 0x0a000001

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Does all that the client wants now; one that always wants more hangs. */
static void
settle(struct dhcp_client *c, uint64_t now)
{
	static struct dhcp_client_out out;
	enum dhcp_client_act act;
	int acts = 0;

	while ((act = dhcp_client_next(c, now, &out)) != DHCP_CLIENT_WAIT && act != DHCP_CLIENT_DONE)
		if (++acts > 8 || (act == DHCP_CLIENT_SEND && (out.udp.len == 0 || out.udp.data != out.bytes)))
			abort();
	if (act == DHCP_CLIENT_WAIT && out.deadline_ms <= now)
		abort();
	if (act == DHCP_CLIENT_DONE && c->result == DHCP_CLIENT_NAMED && !c->leased)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dhcp_client c;
	struct rd r = rd_open(data, size);
	uint64_t now = 0;
	size_t n;
	const struct persona *all = persona_table(&n);
	struct dhcp_client_want want = {
		.persona = &all[rd_u8(&r) % n], .patience_ms = 10000, .xid = 0x01010101, .binl_xid = 0x02020202
	};

	dhcp_client_start(&c, &want, 0);
	settle(&c, 0);
	while (rd_left(&r) > 3) {
		struct frame_udp u = { .src = SERVER };
		uint8_t passes = rd_u8(&r);
		size_t len = rd_u16(&r);
		struct rd packet = rd_sub(&r, len < rd_left(&r) ? len : rd_left(&r));

		now += (uint64_t)passes * 20;
		u.src += passes & 3;
		u.data = packet.p;
		u.len = rd_left(&packet);
		dhcp_client_input(&c, &u, passes == 255, now);
		settle(&c, now);
	}
	settle(&c, now + 3 * 10000);
	settle(&c, now + 6 * 10000);
	if (c.state != DHCP_CLIENT_ENDED)
		settle(&c, now + 9 * 10000);
	if (c.state != DHCP_CLIENT_ENDED)
		abort();
	return 0;
}

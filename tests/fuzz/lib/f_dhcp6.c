/* DHCPv6 messages: read, looked at with every accessor, sent back through their relays. */
#include <assert.h>
#include <string.h>

#include "dhcp6.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_at(struct dhcp6_bytes options)
{
	struct rd r = rd_open(options.at, options.len);
	struct dhcp6_opt o;

	while (dhcp6_next(&r, &o)) {
		struct rd items = rd_open(o.value.at, o.value.len);
		struct dhcp6_iaaddr a;
		struct dhcp6_bytes item;
		struct dhcp6_ia ia;
		uint8_t id[16];

		assert(o.value.at >= options.at && o.value.at + o.value.len <= options.at + options.len);
		while (dhcp6_next_item(&items, &item))
			assert(item.at + item.len <= o.value.at + o.value.len);
		if (dhcp6_read_ia(o.value, &ia))
			assert(ia.options.len == o.value.len - 12);
		dhcp6_read_iaaddr(o.value, &a);
		assert(!(dhcp6_duid_mac(o.value, id) && dhcp6_duid_uuid(o.value, id)));
		assert(!(dhcp6_duid_mac(o.value, id) && dhcp6_duid_is_useless(o.value)));
		dhcp6_link_addr_mac(o.value, id);
		assert(dhcp6_has(options, o.code));
		dhcp6_asks(options, o.code);
	}
	assert(!r.bad);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[70000];
	struct wr w = wr_open(out, sizeof(out));
	struct dhcp6_msg msg, again;
	size_t mark[DHCP6_RELAYS];
	uint8_t mac[6];

	if (dhcp6_parse(data, size, &msg) != DHCP6_OK)
		return 0;
	look_at(msg.options);
	for (size_t i = 0; i < msg.relays; i++) {
		look_at(msg.relay[i].options);
		dhcp6_eui64_mac(&msg.relay[i].peer, mac);
	}
	dhcp6_open_relays(&w, &msg, mark);
	dhcp6_begin(&w, DHCP6_REPLY, msg.xid);
	dhcp6_put_status(&w, DHCP6_NO_BINDING, "none");
	dhcp6_close_relays(&w, &msg, mark);
	if (w.full)
		return 0;
	assert(dhcp6_parse(out, wr_len(&w), &again) == DHCP6_OK);
	assert(again.xid == msg.xid && again.relays == msg.relays && again.type == DHCP6_REPLY);
	for (size_t i = 0; i < msg.relays; i++) {
		struct dhcp6_bytes a = dhcp6_find(msg.relay[i].options, DHCP6_INTERFACE_ID),
		                   b = dhcp6_find(again.relay[i].options, DHCP6_INTERFACE_ID);

		assert(a.len == b.len && (!a.at) == (!b.at) && (!a.at || memcmp(a.at, b.at, a.len) == 0));
	}
	return 0;
}

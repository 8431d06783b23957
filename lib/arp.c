#include "arp.h"

#include <string.h>

#include "frame.h"
#include "wire.h"

#define HTYPE_ETHERNET 1
enum { ARP_REQUEST = 1, ARP_REPLY = 2 };

bool
arp_read(const uint8_t *frame, size_t len, struct arp_packet *out)
{
	struct rd r = rd_open(frame, len);
	struct arp_packet p;
	const uint8_t *mac;
	uint16_t type, op;

	rd_take(&r, 12);
	type = rd_u16(&r);
	if (type == FRAME_VLAN) {
		rd_u16(&r);
		type = rd_u16(&r);
	}
	if (type != FRAME_ARP || rd_u16(&r) != HTYPE_ETHERNET || rd_u16(&r) != FRAME_IP4 || rd_u8(&r) != 6 ||
	    rd_u8(&r) != 4)
		return false;
	op = rd_u16(&r);
	if ((mac = rd_take(&r, 6)))
		memcpy(p.sender_mac, mac, 6);
	p.sender = rd_u32(&r);
	if ((mac = rd_take(&r, 6)))
		memcpy(p.target_mac, mac, 6);
	p.target = rd_u32(&r);
	if (r.bad || (op != ARP_REQUEST && op != ARP_REPLY))
		return false;
	p.reply = op == ARP_REPLY;
	*out = p;
	return true;
}

size_t
arp_write(const struct arp_packet *p, uint8_t out[ARP_FRAME])
{
	static const uint8_t everybody[6] = { 255, 255, 255, 255, 255, 255 };
	struct wr w = wr_open(out, ARP_FRAME);

	wr_bytes(&w, p->reply ? p->target_mac : everybody, 6);
	wr_bytes(&w, p->sender_mac, 6);
	wr_u16(&w, FRAME_ARP);
	wr_u16(&w, HTYPE_ETHERNET);
	wr_u16(&w, FRAME_IP4);
	wr_u8(&w, 6);
	wr_u8(&w, 4);
	wr_u16(&w, p->reply ? ARP_REPLY : ARP_REQUEST);
	wr_bytes(&w, p->sender_mac, 6);
	wr_u32(&w, p->sender);
	wr_bytes(&w, p->target_mac, 6);
	wr_u32(&w, p->target);
	return wr_len(&w);
}

void
arp_learn(struct arp_table *t, uint32_t addr, const uint8_t mac[6])
{
	size_t i = 0;

	while (i < t->n && t->entry[i].addr != addr)
		i++;
	if (i == t->n) {
		if (t->n < ARP_ENTRIES) {
			t->n++;
		} else {
			i = t->next;
			t->next = (t->next + 1) % ARP_ENTRIES;
		}
	}
	t->entry[i].addr = addr;
	memcpy(t->entry[i].mac, mac, 6);
}

const uint8_t *
arp_find(const struct arp_table *t, uint32_t addr)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->entry[i].addr == addr)
			return t->entry[i].mac;
	return NULL;
}

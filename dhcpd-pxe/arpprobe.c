#include "arpprobe.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arp.h"
#include "bpf.h"

/* ---- what is remembered ------------------------------------------------ */

enum arpprobe_state
arpprobe_state(const struct arpprobe *p, uint32_t addr, uint64_t now_ms, uint64_t *due_ms)
{
	uint64_t sent_ms = p->entry[addr % ARPPROBE_ENTRIES].sent_ms;

	if (p->entry[addr % ARPPROBE_ENTRIES].addr != addr || now_ms - sent_ms > ARPPROBE_GOOD_MS)
		return ARPPROBE_UNKNOWN;
	*due_ms = sent_ms + ARPPROBE_WAIT_MS;
	return now_ms < *due_ms ? ARPPROBE_WAITING : ARPPROBE_FREE;
}

void
arpprobe_sent(struct arpprobe *p, uint32_t addr, uint64_t now_ms)
{
	p->entry[addr % ARPPROBE_ENTRIES].addr = addr;
	p->entry[addr % ARPPROBE_ENTRIES].sent_ms = now_ms;
}

unsigned
arpprobe_ahead(struct arpprobe *p, uint64_t now_ms)
{
	if (p->ahead == 0 || now_ms - p->looked_ms > ARPPROBE_RUSH_MS)
		p->ahead = ARPPROBE_AHEAD;
	else if (p->ahead < ARPPROBE_AHEAD_MOST)
		p->ahead *= 2;
	p->looked_ms = now_ms;
	return p->ahead;
}

bool
arpprobe_silence(const struct arpprobe *p, uint64_t now_ms, uint64_t age_ms)
{
	for (size_t i = 0; i < ARPPROBE_ENTRIES; i++) {
		uint64_t ago_ms = now_ms - p->entry[i].sent_ms;

		if (p->entry[i].addr && ago_ms >= age_ms && ago_ms <= ARPPROBE_GOOD_MS)
			return true;
	}
	return false;
}

void
arpprobe_forget(struct arpprobe *p, uint32_t addr)
{
	if (p->entry[addr % ARPPROBE_ENTRIES].addr == addr)
		p->entry[addr % ARPPROBE_ENTRIES].addr = 0;
}

/* ---- on the wire ------------------------------------------------------- */

/* Replies to ARP requests of this host, whichever program asked. */
static struct sock_filter arp_replies[] = {
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6), /* operation */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 3),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_HOST, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 0xffff),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

void
arpprobe_open(struct arpprobe *p, int frame)
{
	p->fd = bpf_listen(ETH_P_ARP, 0, arp_replies, sizeof(arp_replies) / sizeof(arp_replies[0]));
	p->frame = frame;
}

void
arpprobe_close(struct arpprobe *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

static bool
send_request(const struct arpprobe *p, const struct netif *iface, uint32_t addr)
{
	/* from nobody, so that no cache learns an address from this (RFC 5227) */
	struct arp_packet request = { .target = addr };
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = iface->index, .sll_halen = 6
	};
	uint8_t frame[ARP_FRAME];
	size_t len;

	memcpy(request.sender_mac, iface->mac, sizeof(request.sender_mac));
	len = arp_write(&request, frame);
	memcpy(ll.sll_addr, frame, 6);
	return sendto(p->frame, frame, len, 0, (struct sockaddr *)&ll, sizeof(ll)) == (ssize_t)len;
}

void
arpprobe_ask(struct arpprobe *p, const struct netif *iface, uint32_t addr, uint64_t now_ms)
{
	uint64_t due_ms;

	if (arpprobe_state(p, addr, now_ms, &due_ms) == ARPPROBE_UNKNOWN && send_request(p, iface, addr))
		arpprobe_sent(p, addr, now_ms);
}

bool
arpprobe_receive(const struct arpprobe *p, struct arpprobe_reply *out)
{
	/* an Ethernet header in front, as arp_read wants it */
	uint8_t frame[ETH_HLEN + 64] = { [12] = ETH_P_ARP >> 8, [13] = ETH_P_ARP & 255 };
	struct arp_packet reply;
	ssize_t n;

	while ((n = bpf_receive(p->fd, frame + ETH_HLEN, sizeof(frame) - ETH_HLEN, &out->ifindex)) >= 0) {
		if (!arp_read(frame, ETH_HLEN + (size_t)n, &reply) || !reply.reply)
			continue;
		out->addr = reply.sender;
		memcpy(out->mac, reply.sender_mac, sizeof(out->mac));
		return true;
	}
	return false;
}

/* ---- for an answer ----------------------------------------------------- */

/* Probes addresses that the next clients may get, so that few need to wait. */
static void
probe_ahead(struct arpprobe *p, const struct alloc *from, const struct answer *a, int64_t now, uint64_t now_ms)
{
	uint32_t ahead[ARPPROBE_AHEAD_MOST];
	uint64_t due_ms;
	size_t n, asked = 0;

	if (now_ms < p->pause_ms)
		return;
	n = alloc_ahead(from, a, now, ahead, arpprobe_ahead(p, now_ms));
	for (size_t i = 0; i < n; i++)
		if (arpprobe_state(p, ahead[i], now_ms, &due_ms) == ARPPROBE_UNKNOWN &&
		    send_request(p, a->request->iface, ahead[i])) {
			arpprobe_sent(p, ahead[i], now_ms);
			asked++;
		}
	if (asked == 0) /* near the end of a range there is nothing ahead */
		p->pause_ms = now_ms + ARPPROBE_WAIT_MS;
}

uint64_t
arpprobe_known_at(struct arpprobe *p, const struct alloc *from, const struct answer *a, int64_t now, uint64_t now_ms)
{
	uint64_t due_ms, later_ms;
	unsigned ahead = p->ahead ? p->ahead : ARPPROBE_AHEAD;
	enum arpprobe_state state;

	if (!a->fresh || a->client->subnet->probe_off || a->request->msg.giaddr || !a->request->iface->ethernet ||
	    p->frame < 0 || p->fd < 0)
		return 0;
	state = arpprobe_state(p, a->yiaddr, now_ms, &due_ms);
	if (state == ARPPROBE_UNKNOWN) {
		if (!send_request(p, a->request->iface, a->yiaddr))
			return 0;
		arpprobe_sent(p, a->yiaddr, now_ms);
		due_ms = now_ms + ARPPROBE_WAIT_MS;
	}
	/* before the addresses that are known run out */
	if (arpprobe_state(p, a->yiaddr + ahead / 2, now_ms, &later_ms) == ARPPROBE_UNKNOWN)
		probe_ahead(p, from, a, now, now_ms);
	return state == ARPPROBE_FREE ? 0 : due_ms;
}

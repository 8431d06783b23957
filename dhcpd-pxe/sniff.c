#include "sniff.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arp.h"
#include "dhcp.h"
#include "frame.h"
#include "bpf.h"

/* Replies to questions of this host, whoever of it asked. */
static struct sock_filter arp_replies[] = {
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6), /* operation */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 3),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_HOST, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 0xffff),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

/* Whole IPv4 UDP packets to port 68 that hold a BOOTREPLY, and do not come from
 * a VLAN for which there is no interface. */
static struct sock_filter dhcp_replies[] = {
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OTHERHOST, 10, 0),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9), /* protocol */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 17, 0, 8),
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6), /* fragment */
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x3fff, 6, 0),
	BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* length of the header */
	BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),  /* destination port */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DHCP_PORT_CLIENT, 0, 3),
	BPF_STMT(BPF_LD | BPF_B | BPF_IND, 8), /* op */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, BOOTREPLY, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 0xffff),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

void
sniff_open(struct sniff *s)
{
	s->arp = bpf_listen(ETH_P_ARP, 0, arp_replies, sizeof(arp_replies) / sizeof(arp_replies[0]));
	s->replies = bpf_listen(ETH_P_IP, 0, dhcp_replies, sizeof(dhcp_replies) / sizeof(dhcp_replies[0]));
}

void
sniff_close(struct sniff *s)
{
	if (s->arp >= 0)
		close(s->arp);
	if (s->replies >= 0)
		close(s->replies);
	*s = (struct sniff){ -1, -1 };
}

bool
sniff_ask(int fd, const struct netif *iface, uint32_t addr)
{
	/* from nobody, so that no cache learns an address from this (RFC 5227) */
	struct arp_packet p = { .target = addr };
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = iface->index, .sll_halen = 6
	};
	uint8_t frame[ARP_FRAME];
	size_t len;

	memcpy(p.sender_mac, iface->mac, sizeof(p.sender_mac));
	len = arp_write(&p, frame);
	memcpy(ll.sll_addr, frame, 6);
	return sendto(fd, frame, len, 0, (struct sockaddr *)&ll, sizeof(ll)) == (ssize_t)len;
}

static ssize_t
receive(int fd, uint8_t *bytes, size_t size, int *ifindex)
{
	struct sockaddr_ll from;
	socklen_t from_len = sizeof(from);
	ssize_t n = fd < 0 ? -1 : recvfrom(fd, bytes, size, MSG_DONTWAIT, (struct sockaddr *)&from, &from_len);

	if (n < 0)
		return -1;
	*ifindex = from.sll_ifindex;
	return n;
}

bool
sniff_arp(const struct sniff *s, struct sniff_arp *out)
{
	/* an Ethernet header in front, as arp_read wants it */
	uint8_t frame[ETH_HLEN + 64] = { [12] = ETH_P_ARP >> 8, [13] = ETH_P_ARP & 255 };
	struct arp_packet p;
	ssize_t n;

	while ((n = receive(s->arp, frame + ETH_HLEN, sizeof(frame) - ETH_HLEN, &out->ifindex)) >= 0) {
		if (!arp_read(frame, ETH_HLEN + (size_t)n, &p) || !p.reply)
			continue;
		out->addr = p.sender;
		memcpy(out->mac, p.sender_mac, sizeof(out->mac));
		return true;
	}
	return false;
}

bool
sniff_reply(const struct sniff *s, struct sniff_reply *out)
{
	uint8_t packet[SNIFF_BYTES];
	struct frame_udp u;
	ssize_t n;

	while ((n = receive(s->replies, packet, sizeof(packet), &out->ifindex)) >= 0) {
		if (!frame_parse_ip(packet, (size_t)n, true, &u))
			continue;
		out->src = u.src;
		out->len = u.len;
		memcpy(out->bytes, u.data, u.len);
		return true;
	}
	return false;
}

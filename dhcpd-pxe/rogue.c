#include "rogue.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <unistd.h>

#include "bpf.h"
#include "frame.h"

#define PACKET_BYTES 1500

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
rogue_open(struct rogue *r)
{
	r->fd = bpf_listen(ETH_P_IP, 0, dhcp_replies, sizeof(dhcp_replies) / sizeof(dhcp_replies[0]));
}

void
rogue_close(struct rogue *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

bool
rogue_seen(struct rogue *o, uint32_t addr, int ifindex, int64_t now)
{
	size_t i = 0;

	while (i < o->n && (o->of[i].addr != addr || o->of[i].ifindex != ifindex))
		i++;
	if (i < o->n && now >= o->of[i].told && now - o->of[i].told < ROGUE_EVERY_S)
		return false;
	if (i == o->n && o->n < ROGUE_ENTRIES) {
		o->n++;
	} else if (i == o->n) { /* forged addresses must not fill it for good */
		i = o->next;
		o->next = (o->next + 1) % ROGUE_ENTRIES;
	}
	o->of[i].addr = addr;
	o->of[i].ifindex = ifindex;
	o->of[i].told = now;
	return true;
}

void
rogue_was_ours(struct rogue *r, uint32_t addr)
{
	if (rogue_is_former(r, addr))
		return;
	r->ours[r->next_ours] = addr;
	r->next_ours = (r->next_ours + 1) % ROGUE_ENTRIES;
}

bool
rogue_is_former(const struct rogue *r, uint32_t addr)
{
	for (size_t i = 0; i < ROGUE_ENTRIES; i++)
		if (r->ours[i] == addr)
			return true;
	return false;
}

bool
rogue_is_partner(struct rogue *r, uint32_t addr, size_t most)
{
	char text[NUM_IP4_TEXT];

	for (size_t i = 0; i < r->partners; i++)
		if (r->partner[i] == addr)
			return true;
	if (r->partners >= most || r->partners == ROGUE_PARTNERS)
		return false;
	r->partner[r->partners++] = addr;
	log_info("%s is taken for another server of share=", num_ip4_text(addr, text));
	return true;
}

/* How many others the subnet lines of an interface tell of. */
static size_t
partners_of(const struct rules *rules, const struct netif *iface)
{
	size_t most = 0;

	for (size_t i = 0; i < rules->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(rules, RULE_SUBNET, i)->subnet;

		if (s->share_n > most + 1 && ifaces_has_subnet(iface, s))
			most = s->share_n - 1;
	}
	return most;
}

/* What is wrong with another server's reply; NULL when nothing is. */
static const char *
disturbs(const struct rules *rules, const struct netif *iface, const struct dhcp_msg *m)
{
	bool boots = m->file[0] || dhcp_has(m, DHCP_BOOT_FILE);

	if (!ifaces_only_beside(iface, rules))
		return m->yiaddr ? "gives addresses too" : "is a proxyDHCP server, which says what to boot too";
	if (!m->yiaddr)
		return "is a proxyDHCP server too";
	return boots ? "gives the addresses, and says what to boot too" : NULL;
}

void
rogue_read(struct rogue *r, const struct rogue_view *v)
{
	uint8_t packet[PACKET_BYTES];
	struct frame_udp u;
	int ifindex;
	ssize_t n;

	while ((n = bpf_receive(r->fd, packet, sizeof(packet), &ifindex)) >= 0) {
		const struct netif *iface = ifaces_find(v->ifaces, ifindex);
		struct dhcp_msg m;
		char mac[NUM_MAC_TEXT];
		const char *what;
		uint32_t id;

		if (!iface || !frame_parse_ip(packet, (size_t)n, true, &u) ||
		    dhcp_parse(u.data, u.len, &m) != DHCP_OK || m.op != BOOTREPLY || m.type == DHCP_NAK)
			continue;
		id = u.src;
		dhcp_get_addr(&m, DHCP_SERVER_ID, &id);
		if (ifaces_own(v->ifaces, id) || ifaces_own(v->ifaces, u.src))
			continue;
		what = disturbs(v->rules, iface, &m);
		if (what && m.yiaddr && rogue_is_partner(r, id, partners_of(v->rules, iface)))
			continue;
		if (what && rogue_seen(r, id, iface->index, v->now))
			eventlog_rogue(v->log,
			    &(struct eventlog_rogue){ id, iface->name, num_mac_text(m.chaddr, ':', mac), what });
	}
}

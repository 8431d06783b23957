/* Who has which IPv4 address on an Ethernet (RFC 826).  Pure. */
#ifndef ARP_H
#define ARP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARP_FRAME 42
#define ARP_ENTRIES 64

struct arp_packet {
	bool reply; /* else a request */
	uint8_t sender_mac[6], target_mac[6];
	uint32_t sender, target;
};

/* Reads an Ethernet frame; false when it is not ARP for IPv4. */
bool arp_read(const uint8_t *frame, size_t len, struct arp_packet *out);
/* Requests go to everybody, replies to target_mac.  A request whose sender is 0
 * asks for somebody else without entering anybody's cache (RFC 5227). */
size_t arp_write(const struct arp_packet *p, uint8_t out[ARP_FRAME]);

/* Who has which address.  The oldest entry makes room for a new one. */
struct arp_table {
	struct {
		uint32_t addr;
		uint8_t mac[6];
	} entry[ARP_ENTRIES];
	size_t n, next;
};
void arp_learn(struct arp_table *t, uint32_t addr, const uint8_t mac[6]);
const uint8_t *arp_find(const struct arp_table *t, uint32_t addr);

#endif

/*
 * Ethernet, VLAN, IPv4 and UDP headers: what a client without an address is
 * answered with, and what a probe sends and sees (RFC 791, 768, 1071).  Pure.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_HEADERS 42 /* Ethernet 14, IPv4 20, UDP 8 */

enum frame_type { /* IEEE 802 numbers; the last two are tags: 802.1Q, 802.1ad */
	FRAME_IP4 = 0x0800,
	FRAME_ARP = 0x0806,
	FRAME_VLAN = 0x8100,
	FRAME_QINQ = 0x88a8
};

struct frame_udp {
	uint8_t dst_mac[6], src_mac[6];
	uint32_t src, dst; /* IPv4, host order */
	uint16_t sport, dport;
	const uint8_t *data;
	size_t len;
};

/* Builds a frame (UDP checksum included) in out; its length, 0 when `size`
 * is too small. */
size_t frame_build(const struct frame_udp *u, uint8_t *out, size_t size);

/* Reads an Ethernet frame, 802.1Q and 802.1ad tags skipped.  False for what
 * is not whole, unfragmented IPv4 UDP with good checksums (a UDP checksum
 * that only the network card would fill in, as on virtual links, passes when
 * `offloaded`). */
bool frame_parse(const uint8_t *bytes, size_t len, bool offloaded, struct frame_udp *u);
/* The same from the IPv4 header on. */
bool frame_parse_ip(const uint8_t *bytes, size_t len, bool offloaded, struct frame_udp *u);

#endif

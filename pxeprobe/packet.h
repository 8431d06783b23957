/*
 * Finds the UDP or TCP packet in a captured frame of any link type, even when
 * the capture or a fragment holds only its beginning.  Pure.
 */
#ifndef PACKET_H
#define PACKET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum packet_flag { PACKET_FIN = 1, PACKET_SYN = 2, PACKET_RST = 4, PACKET_ACK = 16 };

struct packet {
	bool tcp; /* else UDP */
	bool has_mac;
	uint8_t mac[6];    /* the sender's, if has_mac */
	bool ip6;          /* src and dst are 0 then */
	uint32_t src, dst; /* IPv4, host order */
	struct in6_addr src6;
	uint16_t sport, dport;
	uint32_t seq; /* TCP */
	uint8_t flags;
	const uint8_t *data; /* the payload, as far as it was captured */
	size_t len;
	size_t full; /* its length on the wire */
};

/* Reads a frame of this DLT_ kind (pcap's LINKTYPE_ list): Ethernet with VLAN tags, Linux
 * cooked (1 and 2), raw IP, BSD loopback; and what is in VXLAN, Geneve, GRE, ERSPAN, MPLS, PPPoE or
 * IP in there, whose innermost addresses count.  False for what
 * is not TCP or UDP over IPv4, or UDP over IPv6, and for later fragments. */
bool packet_read(int dlt, const uint8_t *bytes, size_t len, struct packet *out);
bool packet_link_known(int dlt);

#endif

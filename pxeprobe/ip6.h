/*
 * Ethernet, IPv6, UDP and ICMPv6 headers, and router advertisements (RFC 8200, 768,
 * 4443, 4861).  Pure.
 */
#ifndef IP6_H
#define IP6_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IP6_ETHERTYPE 0x86dd
#define IP6_HEADERS 54 /* Ethernet 14, IPv6 40 */

enum ip6_next { IP6_TCP = 6, IP6_UDP = 17, IP6_ICMP = 58 };
enum ip6_icmp { IP6_RS = 133, IP6_RA = 134, IP6_NS = 135, IP6_NA = 136 };

struct ip6 {
	uint8_t dst_mac[6], src_mac[6];
	struct in6_addr src, dst;
	uint8_t next, hops;
	const uint8_t *data; /* behind the IPv6 header; extension headers are not read */
	size_t len;
};

/* Reads a frame without tags; false for what is not whole IPv6. */
bool ip6_read(const uint8_t *frame, size_t len, struct ip6 *out);
/* The checksum of UDP or ICMPv6.  Over IPv6 a UDP checksum of 0 is no checksum left
 * out: it is wrong (RFC 8200, 8.1). */
enum ip6_sum { IP6_SUM_GOOD, IP6_SUM_BAD, IP6_SUM_ZERO };
enum ip6_sum ip6_check(const struct ip6 *p);
/* Writes the frame with its checksum (UDP or ICMPv6) filled in; its length, 0 when it
 * does not fit. */
size_t ip6_write(const struct ip6 *p, uint8_t *out, size_t size);

struct ip6_udp {
	struct in6_addr src, dst;
	uint16_t sport, dport;
	const uint8_t *data;
	size_t len;
};
bool ip6_read_udp(const struct ip6 *p, struct ip6_udp *out);

#define IP6_PREFIXES 4
struct ip6_ra {
	struct in6_addr from;
	uint8_t mac[6];
	bool managed, other;
	uint16_t lifetime_s; /* 0: no default router */
	struct {
		struct in6_addr net;
		uint8_t len;
		bool on_link, slaac;
	} prefix[IP6_PREFIXES];
	size_t prefixes;
	struct in6_addr dns;
	bool has_dns; /* RFC 8106 */
};
bool ip6_read_ra(const struct ip6 *p, struct ip6_ra *out);

/* What a neighbour solicitation or advertisement is about, and the link-layer address
 * that it gives, or that of the frame. */
bool ip6_read_neighbour(const struct ip6 *p, struct in6_addr *target, uint8_t mac[6]);

/* fe80:: and the interface identifier made of the MAC address (RFC 4291, appendix A). */
struct in6_addr ip6_link_local(const uint8_t mac[6]);
/* ff02::1:ff and the last three bytes. */
struct in6_addr ip6_solicited_node(const struct in6_addr *addr);
/* The MAC address that a multicast address is sent to (RFC 2464, 7). */
void ip6_multicast_mac(const struct in6_addr *addr, uint8_t mac[6]);

#endif

/* Addresses and ports of IPv4 and IPv6 alike, IPv4 as ::ffff:a.b.c.d. */
#ifndef ADDR_H
#define ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "listen.h"

struct addr {
	uint8_t ip[16];
	uint32_t scope; /* interface of a link-local address, else 0 */
	uint16_t port;  /* host order */
};

bool addr_from(const struct sockaddr *sa, struct addr *out);
/* As a socket of `family` wants it; returns the length. */
socklen_t addr_to(const struct addr *a, int family, struct sockaddr_storage *out);
bool addr_is4(const struct addr *a);
bool addr_equal(const struct addr *a, const struct addr *b);
/* The same IPv4 address or IPv6 /64: what one attacker or customer has. */
bool addr_same_host(const struct addr *a, const struct addr *b);
/* Hashes of the host, of host and port; all bits are equally good. */
uint32_t addr_hash_host(const struct addr *a);
uint32_t addr_hash(const struct addr *a);
const char *addr_text(const struct addr *a, char out[LISTEN_TEXT]);
/* The address alone, without brackets and port. */
const char *addr_ip_text(const struct addr *a, char out[LISTEN_TEXT]);

#endif

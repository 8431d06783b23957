/* One DNS query for an address, and its answer (RFC 1035, 3596).  Pure. */
#ifndef DNS_H
#define DNS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the query; its length, 0 when the name is not a host name. */
size_t dns_write(const char *name, uint16_t id, uint8_t *out, size_t size);
/* The first address in a response; false when there is none. */
bool dns_read(const uint8_t *packet, size_t len, uint32_t *addr);
/* The same for IPv6. */
size_t dns_write6(const char *name, uint16_t id, uint8_t *out, size_t size);
bool dns_read6(const uint8_t *packet, size_t len, struct in6_addr *addr);

#endif

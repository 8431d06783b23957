/* One question for an IPv4 address (RFC 1035).  Pure. */
#ifndef DNS_H
#define DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Its length, 0 when the name cannot be asked for. */
size_t dns_write(const char *name, uint16_t id, uint8_t *out, size_t size);
/* The first address in an answer. */
bool dns_read(const uint8_t *packet, size_t len, uint32_t *addr);

#endif

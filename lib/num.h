/*
 * Numbers and addresses as people write them.  Every parser takes a whole
 * C string, refuses anything left over, and writes its result only on
 * success.  IPv4 addresses are uint32_t in host order everywhere in the suite.
 */
#ifndef NUM_H
#define NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUM_IP4_TEXT 16 /* "255.255.255.255" and NUL */
#define NUM_MAC_TEXT 18 /* "00:11:22:33:44:55" and NUL */
#define NUM_UUID_TEXT 37

/* Decimal digits only: no sign, no blank, lo <= *out <= hi. */
bool num_uint(const char *s, uint64_t lo, uint64_t hi, uint64_t *out);
/* Seconds: "90", "90s", "10m", "12h", "2d". */
bool num_seconds(const char *s, uint32_t *out);
/* Bytes: "512", "64k", "10M", "2G" (powers of 1024). */
bool num_bytes(const char *s, uint64_t *out);
/* Four decimal parts; nothing of inet_aton's shorter or octal forms. */
bool num_ip4(const char *s, uint32_t *out);
/* "10.9.0.0/16"; the bits below the mask must be 0. */
bool num_net4(const char *s, uint32_t *net, uint8_t *prefix);
/* Six hexadecimal pairs with ':' or '-' between them. */
bool num_mac(const char *s, uint8_t out[6]);
/* RFC 4122 text to the 16 bytes that option 97 carries: the first three
 * fields little-endian (PXE 2.1, SMBIOS). */
bool num_uuid(const char *s, uint8_t out[16]);
/* 0..15, or -1 for what is no hexadecimal digit. */
int num_hex_digit(char c);
/* 0..255 from the two digits that a C string begins with, or -1. */
int num_hex_byte(const char *s);
/* An even run of hexadecimal digits, ':' allowed between pairs; returns the
 * number of bytes, or -1 when it is no such run or longer than size. */
int num_hex(const char *s, uint8_t *out, size_t size);

/* Netmask of a prefix length 0..32. */
uint32_t num_mask4(uint8_t prefix);

/* Each writes into `out` and returns it. */
const char *num_ip4_text(uint32_t addr, char out[NUM_IP4_TEXT]);
const char *num_mac_text(const uint8_t mac[6], char sep, char out[NUM_MAC_TEXT]);
const char *num_uuid_text(const uint8_t uuid[16], char out[NUM_UUID_TEXT]);

#endif

/*
 * netascii (RFC 764, RFC 1350 section 2): a line ends in CR LF on the wire,
 * a lone CR travels as CR NUL.  Pure, a piece at a time.
 */
#ifndef NETASCII_H
#define NETASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Local text to the wire.  Starts as zero. */
struct netascii_out {
	bool pending; /* the second byte of a pair did not fit */
	uint8_t next;
	size_t taken; /* of the input, by the last call */
};
/* Fills up to `size` bytes from `len` bytes of `in`; returns how many. */
size_t netascii_encode(struct netascii_out *s, const uint8_t *in, size_t len, uint8_t *out, size_t size);

/* The wire to local text.  Starts as zero. */
struct netascii_in {
	bool cr; /* the last byte was a CR */
};
/* `out` must hold len + 1 bytes; returns how many were written. */
size_t netascii_decode(struct netascii_in *s, const uint8_t *in, size_t len, uint8_t *out);
/* At the end: writes a CR that nothing followed; 0 or 1 byte. */
size_t netascii_flush(struct netascii_in *s, uint8_t *out);

#endif

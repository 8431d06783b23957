/*
 * netascii (RFC 764, RFC 1350 section 2): a line ends in CR LF on the wire,
 * a CR alone travels as CR NUL.  Pure, a piece at a time.
 */
#ifndef NETASCII_H
#define NETASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Local text to the wire: what could not be written yet when `out` was full. */
struct netascii_out {
	bool pending;
	uint8_t next;            /* the second byte of a pair */
};
/* Fills up to `size` bytes from `len` bytes of `in`; returns how many were
 * written, and in *used how many were taken. */
size_t netascii_encode(struct netascii_out *s, const uint8_t *in, size_t len,
    size_t *used, uint8_t *out, size_t size);

/* The wire to local text.  Zero to start. */
struct netascii_in {
	bool cr;                 /* the last byte was a CR */
};
/* `out` must hold len + 1 bytes; returns how many were written. */
size_t netascii_decode(struct netascii_in *s, const uint8_t *in, size_t len, uint8_t *out);
/* At the end: a CR that nothing followed; 0 or 1 byte. */
size_t netascii_flush(struct netascii_in *s, uint8_t *out);

#endif

/*
 * Unpacks a raw LZMA stream, as boot programs for BIOS machines carry it (the format:
 * lzma-specification.txt of the LZMA SDK).  Pure.
 */
#ifndef UNLZMA_H
#define UNLZMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum unlzma_form {
	UNLZMA_IPXE, /* zbin's: lc 2, lp 0, pb 0, an end marker */
	UNLZMA_GRUB  /* grub-mkimage's: lc 3, lp 0, pb 2; its end is that of the room */
};

/* Returns how many bytes were unpacked, room at most; 0 when it is no such stream. */
size_t unlzma_raw(const uint8_t *in, size_t len, enum unlzma_form form, uint8_t *out, size_t room);

#endif

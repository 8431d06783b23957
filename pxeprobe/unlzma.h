/*
 * Unpacks a raw LZMA stream, as iPXE's zbin makes it (lc 2, lp 0, pb 0, an end marker;
 * the format: lzma-specification.txt of the LZMA SDK).  Pure.
 */
#ifndef UNLZMA_H
#define UNLZMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns how many bytes were unpacked, room at most; 0 when it is no such stream. */
size_t unlzma_raw(const uint8_t *in, size_t len, uint8_t *out, size_t room);

#endif

/*
 * An image from a fuzzer's input: its non-empty blocks, each after its number
 * (16 bits, little-endian); the last may be short.  So a few KiB of input make a
 * whole image, whose parts can be moved about.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include <stdint.h>
#include <string.h>

#define BLOCKS_SIZE 1048576

static uint8_t blocks_image[BLOCKS_SIZE];

/* How long the image is: up to the end of its last block. */
static size_t
blocks_fill(const uint8_t *data, size_t size, size_t block)
{
	static size_t dirty;
	size_t end = 0;

	memset(blocks_image, 0, dirty);
	while (size > 2) {
		size_t at = (data[0] | (size_t)data[1] << 8) * block;
		size_t n = size - 2 < block ? size - 2 : block;

		if (at + block <= sizeof(blocks_image)) {
			memcpy(blocks_image + at, data + 2, n);
			end = at + block > end ? at + block : end;
		}
		data += 2 + n;
		size -= 2 + n;
	}
	dirty = end > 65536 ? end : 65536;
	return end;
}

#endif

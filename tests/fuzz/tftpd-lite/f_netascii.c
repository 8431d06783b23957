/* What is encoded in small pieces decodes to what it was. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "netascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct netascii_out out = { .pending = false };
	struct netascii_in in = { .cr = false };
	size_t piece = size ? 1 + data[0] % 16 : 1, done = 0, got, back_len = 0;
	uint8_t wire[16], *back = malloc(size + 18);

	if (!back)
		abort();
	do {
		got = netascii_encode(&out, data + done, size - done, wire, piece);
		done += out.taken;
		back_len += netascii_decode(&in, wire, got, back + back_len);
	} while (got == piece);
	back_len += netascii_flush(&in, back + back_len);
	if (done != size || back_len != size || (size && memcmp(back, data, size) != 0))
		abort();
	/* and anything at all decodes to no more than it was, and one byte */
	in = (struct netascii_in){ .cr = false };
	if (netascii_decode(&in, data, size, back) > size + 1)
		abort();
	free(back);
	return 0;
}

/* Which protocol a hypervisor's kernel has a header for, packed or not, and cut anywhere. */
#include "multiboot.h"

#include <stdlib.h>
#include <zlib.h>

#include "test.h"

#define SIZE 20000

static unsigned char plain[SIZE], packed[SIZE];

static size_t
with_magic(size_t at, unsigned char last)
{
	z_stream z = { .next_in = plain, .avail_in = SIZE, .next_out = packed, .avail_out = SIZE };

	memset(plain, 'x', SIZE);
	memcpy(plain + at, (const unsigned char[]){ last, 0xb0, 0xad, 0x1b }, 4);
	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		exit(1);
	deflateEnd(&z);
	return SIZE - z.avail_out;
}

static void
headers(void)
{
	const size_t n = with_magic(4096, 2);

	CHECK(multiboot_identify(plain, SIZE) == MULTIBOOT_1);
	CHECK(multiboot_identify(packed, n) == MULTIBOOT_1);
	CHECK(multiboot_identify(packed, with_magic(8188, 5)) == MULTIBOOT_ESX);
	with_magic(8192, 2); /* too far in */
	CHECK(multiboot_identify(plain, SIZE) == MULTIBOOT_UNSEEN);
	with_magic(4098, 2); /* not at a multiple of four */
	CHECK(multiboot_identify(plain, SIZE) == MULTIBOOT_UNSEEN);
	CHECK(multiboot_identify(plain, 0) == MULTIBOOT_UNSEEN);
}

static void
cut(void)
{
	const size_t n = with_magic(0, 5);

	for (size_t len = 0; len < n; len++) {
		unsigned char *copy = malloc(len ? len : 1);

		if (!copy)
			exit(1);
		memcpy(copy, packed, len);
		(void)multiboot_identify(copy, len);
		free(copy);
	}
	CHECK(multiboot_identify(packed, n) == MULTIBOOT_ESX);
}

int
main(void)
{
	RUN(headers);
	RUN(cut);
	return TEST_EXIT();
}

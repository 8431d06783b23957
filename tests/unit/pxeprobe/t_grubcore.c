/* GRUB for BIOS machines: what is compressed in it. */
#include <string.h>

#include "grubcore.h"
#include "test.h"

/* "code" 40 times, "HTTP/1.1", "blksize", a module header of 32 bits and the prefix "/boot/grub",
 * as Python's lzma packs them (lc 3, lp 0, pb 2). */
static const char packed[] = "\x00\x31\x9b\xc8\xb0\x62\x85\x9e\xd6\x59\xfb\xc8\xa5\x2d\x51\x42\x83\x69\x2f\x03\x3a\x81"
                             "\x0b\xec\x5b\xd4\x92\xa0\x7e\xf1\xa5\xe4\xe7\x64\x5a\x46\x8c\x5f\x26\x0a\x2c\x5f\xd4\x10"
                             "\x87\x47\x8c\x4f\xa9\x16\x2d\xf0\xf4\xed\xff\xfd\x94\xa0\x00";
enum { PACKED = sizeof(packed) - 1, UNPACKED = 208, HEAD = 1024 + 32 };
static uint8_t file[HEAD + PACKED];
static struct bootprog p;

static void
make(void)
{
	static const uint8_t header[] = { 0xea, 0x1c, 0x82, 0, 0, 0, 0, 0, PACKED, 0, 0, 0, UNPACKED, 0 };

	memset(file, 0, sizeof(file));
	memcpy(file, "\xb2\x7f\xea", 3);
	memcpy(file + 1024, header, sizeof(header));
	memcpy(file + HEAD, packed, PACKED);
	memset(&p, 0, sizeof(p));
}

static void
what_is_built_in(void)
{
	make();
	CHECK(grubcore_read(file, sizeof(file), &p));
	CHECK_INT(p.kind, BOOTPROG_GRUB);
	CHECK_STR(p.prefix, "/boot/grub");
	CHECK(p.network && p.http && !p.normal && !p.has_config);
}

static void
others(void)
{
	for (size_t n = 0; n < sizeof(file); n++) { /* cut anywhere */
		make();
		CHECK(!grubcore_read(file, n, &p));
	}
	make();
	file[1024 + 12]++; /* it says that there is more */
	CHECK(!grubcore_read(file, sizeof(file), &p));
	make();
	file[1024] = 0xeb; /* no such jump */
	CHECK(!grubcore_read(file, sizeof(file), &p));
	make();
	memset(file + HEAD + 20, 0xff, 20);
	CHECK(!grubcore_read(file, sizeof(file), &p));
}

int
main(void)
{
	RUN(what_is_built_in);
	RUN(others);
	return TEST_EXIT();
}

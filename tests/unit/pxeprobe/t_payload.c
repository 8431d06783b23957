/* Kernels and initrds as their loaders take them: whole, cut, mangled, or something else. */
#include "test.h"

#include <stdlib.h>

#include "payload.h"

#define SIZE 40000

static uint8_t file[SIZE * 2];
static char why[PAYLOAD_WHY];

static void
put_le(size_t at, uint32_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		file[at + i] = (uint8_t)(value >> 8 * i);
}

static struct payload
of(const char *machine, size_t size)
{
	return (struct payload){ .bytes = file, .kept = size, .size = size, .machine = machine };
}

/* A bzImage that is SIZE bytes long, with bytes of all kinds. */
static void
make_kernel(void)
{
	for (size_t i = 0; i < SIZE; i++)
		file[i] = (uint8_t)(i * 7 + i / 256);
	file[0x1f1] = 4;
	put_le(0x1f4, (SIZE - 5 * 512) / 16, 4);
	put_le(0x1fe, 0xaa55, 2);
	memcpy(file + 0x202, "HdrS", 4);
	put_le(0x206, 0x20f, 2);
	put_le(0x20e, 0, 2);
	put_le(0x236, 1, 2);
}

/* As FTP in text mode makes it. */
static size_t
mangle(size_t len)
{
	uint8_t *copy = malloc(len);
	size_t n = 0;

	if (!copy)
		return 0;
	memcpy(copy, file, len);
	for (size_t i = 0; i < len; i++) {
		if (copy[i] == '\n')
			file[n++] = '\r';
		file[n++] = copy[i];
	}
	free(copy);
	return n;
}

static void
kernels(void)
{
	struct payload p;

	make_kernel();
	p = of("bios", SIZE);
	CHECK_INT(payload_kernel(&p, why), PAYLOAD_GOOD);
	CHECK(payload_is_linux(&p));
	memcpy(file + 20000, "wimboot v2.8", 12);
	CHECK(!payload_is_linux(&p));
	p.size = p.kept = SIZE - 5000;
	CHECK_INT(payload_kernel(&p, why), PAYLOAD_BAD);
	CHECK_STR(why, "it is cut short: 35000 bytes of 39984");
	p = of("bios", mangle(SIZE));
	CHECK_INT(payload_kernel(&p, why), PAYLOAD_BAD);
	CHECK(strstr(why, "CR LF"));
	memset(file, 'x', 1000);
	p = of("efi-x64", 1000);
	CHECK_INT(payload_kernel(&p, why), PAYLOAD_BAD);
	CHECK_STR(why, "it is text, not a kernel");
	memset(file, 0, 1000);
	CHECK_INT(payload_kernel(&p, why), PAYLOAD_BAD);
	p.machine = "bios";
	CHECK_INT(payload_kernel(&p, why), PAYLOAD_UNSURE);
	memcpy(file, "070701", 6);
	CHECK_INT(payload_kernel(&p, why), PAYLOAD_BAD);
	memcpy(file, "\x1f\x8b\x08", 4);
	CHECK_INT(payload_kernel(&p, why), PAYLOAD_BAD);
	p.unpacks = true;
	CHECK_INT(payload_kernel(&p, why), PAYLOAD_GOOD);
	p.size = p.kept = 0;
	CHECK_INT(payload_kernel(&p, why), PAYLOAD_BAD);
}

static enum payload_state
initrd(const char *magic, size_t n)
{
	struct payload p = of("bios", 2000);

	memset(file, 0x55, 2000);
	memcpy(file, magic, n);
	return payload_initrd(&p, why);
}

static void
initrds(void)
{
	CHECK_INT(initrd("070701", 6), PAYLOAD_GOOD);
	CHECK_INT(initrd("\0\0\0\0"
	                 "070702",
	              10),
	    PAYLOAD_GOOD);
	CHECK_INT(initrd("\x1f\x8b\x08", 3), PAYLOAD_GOOD);
	CHECK_INT(initrd("\xfd"
	                 "7zXZ",
	              5),
	    PAYLOAD_GOOD);
	CHECK_INT(initrd("\x28\xb5\x2f\xfd", 4), PAYLOAD_GOOD);
	CHECK_INT(initrd("\x02\x21\x4c\x18", 4), PAYLOAD_GOOD);
	CHECK_INT(initrd("hsqs", 4), PAYLOAD_GOOD);
	CHECK_INT(initrd("BZh9", 4), PAYLOAD_GOOD);
	CHECK_INT(initrd("\x04\x22\x4d\x18", 4), PAYLOAD_BAD);
	CHECK_INT(initrd("<html>", 6), PAYLOAD_BAD);
	CHECK_INT(initrd("\x7f"
	                 "ELF",
	              4),
	    PAYLOAD_BAD);
	initrd("\x1f\x8b\x08\r\n\r\n\r\n\r\n", 11);
	CHECK(strstr(why, "CR LF"));
}

int
main(void)
{
	RUN(kernels);
	RUN(initrds);
	return TEST_EXIT();
}

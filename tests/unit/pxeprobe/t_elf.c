/* ELF files of 32 and 64 bits: where they end, and what they need. */
#include "test.h"

#include <stdbool.h>

#include "elf.h"

#define SIZE 1024
#define STRINGS 0x300

static uint8_t file[SIZE];
static bool wide;

static size_t
put(size_t at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		file[at + i] = (uint8_t)(value >> 8 * i);
	return at + bytes;
}

static void
put_segment(unsigned i, uint32_t type, uint64_t at, uint64_t address, uint64_t size)
{
	unsigned word = wide ? 8 : 4;
	size_t p = put(64 + i * (wide ? 56 : 32), type, 4);

	if (wide)
		p = put(p, 5, 4);
	p = put(p, at, word);
	p = put(p, address, word);
	p = put(p, address, word);
	put(p, size, word);
}

/* Loaded from the start of the file to 0x10000, dynamic entries at 0x200. */
static void
make(bool is_wide, unsigned segments)
{
	size_t p = 0x200;
	unsigned word = is_wide ? 8 : 4;
	static const struct {
		uint64_t tag, value;
	} entry[] = { { 1, 1 }, { 5, 0x10000 + STRINGS }, { 1, 16 }, { 0, 0 }, { 1, 1 } };

	wide = is_wide;
	memset(file, 0, sizeof(file));
	memcpy(file, "\177ELF", 4);
	file[4] = is_wide ? 2 : 1;
	file[5] = 1;
	put(is_wide ? 32 : 28, 64, word);
	put(is_wide ? 54 : 42, is_wide ? 56 : 32, 2);
	put(is_wide ? 56 : 44, segments, 2);
	put_segment(0, 1, 0, 0x10000, SIZE);
	put_segment(1, 2, 0x200, 0x10200, 0x50);
	for (size_t i = 0; i < sizeof(entry) / sizeof(entry[0]); i++)
		p = put(put(p, entry[i].tag, word), entry[i].value, word);
	memcpy(file + STRINGS + 1, "libcom32.c32", 13);
	memcpy(file + STRINGS + 16, "libutil.c32", 12);
}

static void
libraries(void)
{
	char name[4][ELF_NAME];

	for (int w = 0; w < 2; w++) {
		make(w, 2);
		CHECK_INT(elf_needs(file, SIZE, name, 4), 2);
		CHECK_STR(name[0], "libcom32.c32");
		CHECK_STR(name[1], "libutil.c32");
		CHECK_INT(elf_needs(file, SIZE, name, 1), 1);
		CHECK_INT(elf_needs(file, STRINGS + 16, name, 4), 1);
		CHECK_INT(elf_needs(file, STRINGS, name, 4), 0);
		make(w, 1);
		CHECK_INT(elf_needs(file, SIZE, name, 4), 0);
	}
}

static void
lengths(void)
{
	for (int w = 0; w < 2; w++) {
		make(w, 2);
		CHECK_INT(elf_end(file, SIZE), SIZE);
		put_segment(1, 1, 0x5000, 0x20000, 0x1234);
		CHECK_INT(elf_end(file, SIZE), 0x6234);
		make(w, 1);
		CHECK_INT(elf_end(file, 64 + 8), 0);
		make(w, 0);
		CHECK_INT(elf_end(file, SIZE), 0);
	}
	make(true, 2);
	put_segment(1, 1, 0x500000000, 0, 0x10);
	CHECK(elf_end(file, SIZE) == 0x500000010);
	put_segment(1, 1, UINT64_MAX - 5, 0, 0x10);
	CHECK(elf_end(file, SIZE) == UINT64_MAX);
}

static void
others(void)
{
	char name[4][ELF_NAME];

	make(true, 2);
	file[5] = 2; /* big-endian */
	CHECK_INT(elf_end(file, SIZE), 0);
	CHECK_INT(elf_needs(file, SIZE, name, 4), 0);
	make(true, 2);
	put(32, UINT64_MAX - 3, 8); /* a table out of the file */
	CHECK_INT(elf_end(file, SIZE), 0);
	CHECK_INT(elf_needs(file, SIZE, name, 4), 0);
	for (size_t len = 0; len < 64; len++)
		CHECK_INT(elf_end(file, len), 0);
}

int
main(void)
{
	RUN(libraries);
	RUN(lengths);
	RUN(others);
	return TEST_EXIT();
}

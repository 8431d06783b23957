#include "elfneeds.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "wire.h"

enum { ELF_SEGMENTS = 32, ELF_DYNAMIC = 256, PT_LOAD_ = 1, PT_DYNAMIC_ = 2, DT_NEEDED_ = 1, DT_STRTAB_ = 5 };

struct segment {
	uint32_t type;
	uint64_t at, address, size;
};

struct elf {
	const uint8_t *bytes;
	size_t len;
	bool wide; /* 64 bits */
	struct segment segment[ELF_SEGMENTS];
	size_t segments;
};

static struct rd
elf_at(const struct elf *e, uint64_t at)
{
	struct rd r = rd_open(e->bytes, e->len);

	rd_take(&r, at < e->len ? (size_t)at : e->len + 1);
	return r;
}

/* An address or length; of 64 bits only the lower half is in use here. */
static uint64_t
elf_word(const struct elf *e, struct rd *r)
{
	uint64_t low = rd_le32(r);

	return e->wide ? low | (uint64_t)rd_le32(r) << 32 : low;
}

static void
read_segments(struct elf *e)
{
	struct rd r = elf_at(e, e->wide ? 32 : 28);
	uint64_t table = elf_word(e, &r);
	uint16_t size, count;

	r = elf_at(e, e->wide ? 54 : 42);
	size = rd_le16(&r);
	count = rd_le16(&r);
	for (uint16_t i = 0; i < count && e->segments < ELF_SEGMENTS && !r.bad; i++) {
		struct rd s = elf_at(e, table + (uint64_t)i * size);
		struct segment *g = &e->segment[e->segments];

		g->type = rd_le32(&s);
		if (e->wide)
			rd_take(&s, 4);
		g->at = elf_word(e, &s);
		g->address = elf_word(e, &s);
		elf_word(e, &s);
		g->size = elf_word(e, &s);
		e->segments += !s.bad;
	}
}

/* Where an address lies in the file; false when it is in none of its segments. */
static bool
file_place(const struct elf *e, uint64_t address, uint64_t *at)
{
	for (size_t i = 0; i < e->segments; i++) {
		const struct segment *g = &e->segment[i];

		if (g->type == PT_LOAD_ && address >= g->address && address - g->address < g->size) {
			*at = g->at + (address - g->address);
			return true;
		}
	}
	return false;
}

size_t
elfneeds_read(const uint8_t *bytes, size_t len, char (*out)[ELFNEEDS_NAME], size_t most)
{
	struct elf e = { .bytes = bytes, .len = len };
	uint64_t needed[64], strings = 0, at;
	size_t n = 0, found = 0;

	if (len < 64 || memcmp(bytes, "\177ELF", 4) != 0 || bytes[5] != 1)
		return 0;
	e.wide = bytes[4] == 2;
	read_segments(&e);
	for (size_t i = 0; i < e.segments; i++) {
		struct rd r = elf_at(&e, e.segment[i].at);

		for (int k = 0; e.segment[i].type == PT_DYNAMIC_ && k < ELF_DYNAMIC && !r.bad; k++) {
			uint64_t tag = elf_word(&e, &r), value = elf_word(&e, &r);

			if (tag == 0)
				break;
			if (tag == DT_NEEDED_ && n < sizeof(needed) / sizeof(needed[0]))
				needed[n++] = value;
			else if (tag == DT_STRTAB_)
				strings = value;
		}
	}
	if (!file_place(&e, strings, &at))
		return 0;
	for (size_t i = 0; i < n && found < most; i++) {
		struct rd r = elf_at(&e, at + needed[i]);
		size_t k = 0;

		for (uint8_t c; (c = rd_u8(&r)) != 0 && !r.bad && k < ELFNEEDS_NAME - 1;)
			out[found][k++] = (char)c;
		out[found][k] = '\0';
		found += !r.bad && k > 0;
	}
	return found;
}

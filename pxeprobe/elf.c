#include "elf.h"

#include <stdbool.h>
#include <string.h>

#include "wire.h"

enum { ELF_HEADER = 52, ELF_DYNAMIC = 256, PT_LOAD_ = 1, PT_DYNAMIC_ = 2, DT_NEEDED_ = 1, DT_STRTAB_ = 5 };

struct elf {
	const uint8_t *bytes;
	size_t len;
	bool wide;      /* 64 bits */
	uint64_t table; /* where its segments are listed */
	uint16_t size, segments;
};

struct segment {
	uint32_t type;
	uint64_t at, address, size;
};

static struct rd
elf_at(const struct elf *e, uint64_t at)
{
	return rd_at(e->bytes, e->len, at);
}

static uint64_t
elf_word(const struct elf *e, struct rd *r)
{
	return e->wide ? rd_le64(r) : rd_le32(r);
}

static bool
elf_open(struct elf *e, const uint8_t *bytes, size_t len)
{
	struct rd r;

	*e = (struct elf){ .bytes = bytes, .len = len };
	if (len < ELF_HEADER || memcmp(bytes, "\177ELF", 4) != 0 || bytes[5] != 1)
		return false;
	e->wide = bytes[4] == 2;
	r = elf_at(e, e->wide ? 32 : 28);
	e->table = elf_word(e, &r);
	r = elf_at(e, e->wide ? 54 : 42);
	e->size = rd_le16(&r);
	e->segments = rd_le16(&r);
	return !r.bad;
}

/* False when there is none of this number, or it is not within the bytes. */
static bool
elf_segment(const struct elf *e, unsigned i, struct segment *out)
{
	struct rd s = elf_at(e, e->table + (uint64_t)i * e->size);

	if (i >= e->segments)
		return false;
	out->type = rd_le32(&s);
	if (e->wide)
		rd_take(&s, 4);
	out->at = elf_word(e, &s);
	out->address = elf_word(e, &s);
	elf_word(e, &s);
	out->size = elf_word(e, &s);
	return !s.bad;
}

/* Where an address lies in the file; false when it is in none of its segments. */
static bool
file_place(const struct elf *e, uint64_t address, uint64_t *at)
{
	struct segment s;

	for (unsigned i = 0; elf_segment(e, i, &s); i++)
		if (s.type == PT_LOAD_ && address >= s.address && address - s.address < s.size) {
			*at = s.at + (address - s.address);
			return true;
		}
	return false;
}

uint64_t
elf_end(const uint8_t *bytes, size_t len)
{
	struct segment s;
	uint64_t end = 0;
	struct elf e;

	if (!elf_open(&e, bytes, len))
		return 0;
	for (unsigned i = 0; elf_segment(&e, i, &s); i++) {
		uint64_t last = s.size <= UINT64_MAX - s.at ? s.at + s.size : UINT64_MAX;

		end = last > end ? last : end;
	}
	return end;
}

/* What a dynamic segment says. */
struct dynamic {
	uint64_t needed[64], strings; /* names of libraries, within the strings at that address */
	size_t n;
};

static void
read_dynamic(const struct elf *e, uint64_t at, struct dynamic *d)
{
	struct rd r = elf_at(e, at);

	for (int k = 0; k < ELF_DYNAMIC && !r.bad; k++) {
		uint64_t tag = elf_word(e, &r), value = elf_word(e, &r);

		if (tag == 0)
			return;
		if (tag == DT_NEEDED_ && d->n < sizeof(d->needed) / sizeof(d->needed[0]))
			d->needed[d->n++] = value;
		else if (tag == DT_STRTAB_)
			d->strings = value;
	}
}

size_t
elf_needs(const uint8_t *bytes, size_t len, char (*out)[ELF_NAME], size_t most)
{
	struct dynamic d = { .n = 0 };
	struct segment s;
	size_t found = 0;
	struct elf e;
	uint64_t at;

	if (!elf_open(&e, bytes, len))
		return 0;
	for (unsigned i = 0; elf_segment(&e, i, &s); i++)
		if (s.type == PT_DYNAMIC_) {
			read_dynamic(&e, s.at, &d);
			break;
		}
	if (!file_place(&e, d.strings, &at))
		return 0;
	for (size_t i = 0; i < d.n && found < most; i++) {
		struct rd r = elf_at(&e, at + d.needed[i]);
		size_t k = 0;

		for (uint8_t c; (c = rd_u8(&r)) != 0 && !r.bad && k < ELF_NAME - 1;)
			out[found][k++] = (char)c;
		out[found][k] = '\0';
		found += !r.bad && k > 0;
	}
	return found;
}

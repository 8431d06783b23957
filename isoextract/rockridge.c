#include "rockridge.h"

#include <string.h>

#include "iso.h"
#include "wire.h"

#define CONTINUATIONS 64 /* of one record: an honest one has a few */

/* Flags of NM entries and of an SL entry's parts. */
enum { GOES_ON = 1, CURRENT = 2, PARENT = 4, FROM_ROOT = 8 };

struct continuation {
	uint32_t block, offset, len;
};

/* ---- entries ------------------------------------------------------------------- */

static void
append(char *text, size_t *len, size_t size, const struct rd *part)
{
	struct rd r = *part;
	size_t n = rd_left(&r);
	const uint8_t *p;

	if (n > size - 1 - *len)
		n = size - 1 - *len;
	p = rd_take(&r, n);
	if (p)
		memcpy(text + *len, p, n);
	*len += n;
	text[*len] = '\0';
}

static void
append_text(struct rockridge *out, const char *text)
{
	struct rd r = rd_open(text, strlen(text));

	append(out->link, &out->link_len, sizeof(out->link), &r);
}

/* Parts of a link's target; one may continue in the next part or entry. */
static void
read_sl(struct rd e, struct rockridge *out)
{
	rd_u8(&e);
	while (rd_left(&e) >= 2) {
		uint8_t flags = rd_u8(&e);
		struct rd part = rd_sub(&e, rd_u8(&e));

		if (e.bad)
			return;
		if (out->link_len > 0 && !out->part_goes_on && out->link[out->link_len - 1] != '/')
			append_text(out, "/");
		if (flags & FROM_ROOT)
			append_text(out, "/");
		else if (flags & (CURRENT | PARENT))
			append_text(out, flags & PARENT ? ".." : ".");
		else
			append(out->link, &out->link_len, sizeof(out->link), &part);
		out->part_goes_on = flags & GOES_ON;
	}
}

static bool
is_signature(const uint8_t *signature, const char *name)
{
	return signature[0] == (uint8_t)name[0] && signature[1] == (uint8_t)name[1];
}

/* "pz" is zisofs, with the size twice, as 32 bits of either order; "PZ" its second
 * version, with a size of 64 bits. */
static void
read_zf(struct rd e, struct rockridge *out)
{
	bool second = rd_u8(&e) == 'P';

	rd_take(&e, 3);
	out->size = second ? rd_le64(&e) : rd_le32(&e);
	out->packed = !e.bad;
}

static void
read_system_use(const uint8_t *signature, struct rd e, struct rockridge *out)
{
	int64_t created;
	uint8_t flags;

	if (is_signature(signature, "SP")) {
		if (rd_u8(&e) == 0xbe && rd_u8(&e) == 0xef)
			out->skip = rd_u8(&e);
		return;
	}
	out->unfit |= is_signature(signature, "SF");
	out->extensions = true;
	if (is_signature(signature, "NM")) {
		flags = rd_u8(&e);
		if (flags & (CURRENT | PARENT))
			return;
		if (!out->name_goes_on)
			out->name_len = 0;
		append(out->name, &out->name_len, sizeof(out->name), &e);
		out->name_goes_on = flags & GOES_ON;
	} else if (is_signature(signature, "PX")) {
		out->mode = rd_le32(&e);
		out->has_mode = !e.bad;
	} else if (is_signature(signature, "ZF")) {
		read_zf(e, out);
	} else if (is_signature(signature, "SL")) {
		read_sl(e, out);
	} else if (is_signature(signature, "TF")) {
		/* The time of creation comes first if recorded, then that of modification. */
		flags = rd_u8(&e);
		if (flags & 1)
			iso_date(&e, flags & 0x80, &created);
		if (flags & 2)
			out->has_mtime = iso_date(&e, flags & 0x80, &out->mtime);
	} else if (is_signature(signature, "CL")) {
		out->child = rd_le32(&e);
		out->has_child = !e.bad;
	} else if (is_signature(signature, "RE")) {
		out->relocated = true;
	} else if (!is_signature(signature, "RR") && !is_signature(signature, "PN") && !is_signature(signature, "PL") &&
	    !out->unfit) {
		out->extensions = false; /* PD, ES, ER, AL, AA ...: not RRIP's */
	}
}

/* Reads an area's entries; *next is where they continue. */
static bool
read_area(struct rd r, struct rockridge *out, struct continuation *next)
{
	bool before = out->extensions;

	next->len = 0;
	while (rd_left(&r) >= 4) {
		const uint8_t *signature = rd_take(&r, 2);
		uint8_t len = rd_u8(&r);
		struct rd e;

		rd_u8(&r); /* version */
		if (len < 4 || is_signature(signature, "ST"))
			break;
		e = rd_sub(&r, len - 4u);
		if (e.bad)
			return false;
		if (is_signature(signature, "CE")) {
			next->block = rd_le32(&e);
			rd_take(&e, 4);
			next->offset = rd_le32(&e);
			rd_take(&e, 4);
			next->len = rd_le32(&e);
			if (e.bad)
				return false;
			continue;
		}
		out->extensions = false;
		read_system_use(signature, e, out);
		before = before || out->extensions;
	}
	out->extensions = before;
	return true;
}

bool
rockridge_parse(struct blockcache *cache, const struct rockridge_area *a, struct rockridge *out)
{
	struct continuation next;
	bool fine = read_area(rd_open(a->bytes, a->len), out, &next);
	unsigned n;

	for (n = 0; fine && next.len > 0 && n < CONTINUATIONS; n++) {
		const uint8_t *p;

		if (next.offset > a->block || next.len > a->block - next.offset || !blockcache_spend(cache, next.len))
			break;
		p = blockcache_at(cache, (uint64_t)next.block * a->block + next.offset, next.len);
		if (!p)
			break;
		fine = read_area(rd_open(p, next.len), out, &next);
	}
	if (fine && next.len == 0)
		return true;
	out->fault =
	    n == CONTINUATIONS ? "its Rock Ridge entries lead in a circle" : "its Rock Ridge entries are damaged";
	return false;
}

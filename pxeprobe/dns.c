#include "dns.h"

#include <string.h>

#include "wire.h"

enum { TYPE_A = 1, CLASS_IN = 1, FLAG_RECURSE = 0x0100, FLAG_ANSWER = 0x8000 };

size_t
dns_write(const char *name, uint16_t id, uint8_t *out, size_t size)
{
	struct wr w = wr_open(out, size);

	wr_u16(&w, id);
	wr_u16(&w, FLAG_RECURSE);
	wr_u16(&w, 1);
	wr_u16(&w, 0);
	wr_u32(&w, 0);
	while (*name) {
		size_t len = strcspn(name, ".");

		if (len == 0 || len > 63)
			return 0;
		wr_u8(&w, (uint8_t)len);
		wr_bytes(&w, name, len);
		name += len + (name[len] == '.');
	}
	wr_u8(&w, 0);
	wr_u16(&w, TYPE_A);
	wr_u16(&w, CLASS_IN);
	return w.full ? 0 : wr_len(&w);
}

/* A name, compressed or not; a pointer ends it. */
static void
skip_name(struct rd *r)
{
	uint8_t len;

	while ((len = rd_u8(r)) != 0 && !r->bad) {
		if (len >= 0xc0) {
			rd_u8(r);
			return;
		}
		rd_take(r, len);
	}
}

bool
dns_read(const uint8_t *packet, size_t len, uint32_t *addr)
{
	struct rd r = rd_open(packet, len);
	uint16_t flags, questions, answers;

	rd_u16(&r);
	flags = rd_u16(&r);
	questions = rd_u16(&r);
	answers = rd_u16(&r);
	rd_u32(&r);
	if (!(flags & FLAG_ANSWER) || (flags & 15))
		return false;
	while (questions-- && !r.bad) {
		skip_name(&r);
		rd_u32(&r);
	}
	while (answers-- && !r.bad) {
		uint16_t type, size;

		skip_name(&r);
		type = rd_u16(&r);
		rd_u16(&r);
		rd_u32(&r);
		size = rd_u16(&r);
		if (type == TYPE_A && size == 4) {
			uint32_t found = rd_u32(&r);

			if (r.bad)
				return false;
			*addr = found;
			return true;
		}
		rd_take(&r, size);
	}
	return false;
}

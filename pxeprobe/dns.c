#include "dns.h"

#include <string.h>

#include "wire.h"

enum { TYPE_A = 1, TYPE_AAAA = 28, CLASS_IN = 1, FLAG_RECURSE = 0x0100, FLAG_ANSWER = 0x8000 };

static size_t
write_query(const char *name, uint16_t id, uint16_t type, struct wr w)
{
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
	wr_u16(&w, type);
	wr_u16(&w, CLASS_IN);
	return w.full ? 0 : wr_len(&w);
}

size_t
dns_write(const char *name, uint16_t id, uint8_t *out, size_t size)
{
	return write_query(name, id, TYPE_A, wr_open(out, size));
}

size_t
dns_write6(const char *name, uint16_t id, uint8_t *out, size_t size)
{
	return write_query(name, id, TYPE_AAAA, wr_open(out, size));
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

/* The first record of this type and size; NULL: there is none. */
static const uint8_t *
find_record(const uint8_t *packet, size_t len, uint16_t want, uint16_t want_size)
{
	struct rd r = rd_open(packet, len);
	uint16_t flags, questions, answers;

	rd_u16(&r);
	flags = rd_u16(&r);
	questions = rd_u16(&r);
	answers = rd_u16(&r);
	rd_u32(&r);
	if (!(flags & FLAG_ANSWER) || (flags & 15))
		return NULL;
	while (questions-- && !r.bad) {
		skip_name(&r);
		rd_u32(&r);
	}
	while (answers-- && !r.bad) {
		uint16_t type, size;
		const uint8_t *value;

		skip_name(&r);
		type = rd_u16(&r);
		rd_u16(&r);
		rd_u32(&r);
		size = rd_u16(&r);
		value = rd_take(&r, size);
		if (value && type == want && size == want_size)
			return value;
	}
	return NULL;
}

bool
dns_read(const uint8_t *packet, size_t len, uint32_t *addr)
{
	const uint8_t *value = find_record(packet, len, TYPE_A, 4);
	struct rd r = rd_open(value, value ? 4 : 0);

	if (value)
		*addr = rd_u32(&r);
	return value;
}

bool
dns_read6(const uint8_t *packet, size_t len, struct in6_addr *addr)
{
	const uint8_t *value = find_record(packet, len, TYPE_AAAA, sizeof(*addr));

	if (value)
		memcpy(addr, value, sizeof(*addr));
	return value;
}

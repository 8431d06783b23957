#include "dhcp.h"

#include <stddef.h>
#include <string.h>

#define COOKIE 0x63825363u /* RFC 2131, section 3 */

/* ---- reading ----------------------------------------------------------
 * Nothing here trusts the sender: there may be no END, lengths may point past
 * the end, an option may come many times, and overload may lie. */

/* Where options stand: the options field, then file and sname (RFC 2131,
 * section 4.1; the order is that of RFC 3396, section 5). */
struct areas {
	struct rd area[3];
	size_t n;
};

/* Which options there are, each once. */
struct found {
	struct dhcp_msg *msg;
	uint8_t code[256];
	size_t n;
};

/* Calls for each option in the areas, in order. */
typedef bool option_fn(struct found *f, uint8_t code, const uint8_t *value, uint8_t len);

static bool
walk_area(struct rd r, struct found *f, option_fn *fn)
{
	while (rd_left(&r) > 0) {
		uint8_t code = rd_u8(&r), len;
		const uint8_t *value;

		if (code == DHCP_PAD)
			continue;
		if (code == DHCP_END)
			break;
		len = rd_u8(&r);
		value = rd_take(&r, len);
		if (r.bad) { /* what stands before it was understood: so it is for other servers */
			f->msg->cut = true;
			break;
		}
		if (!fn(f, code, value, len))
			return false;
	}
	return true;
}

static bool
walk_areas(const struct areas *a, struct found *f, option_fn *fn)
{
	for (size_t i = 0; i < a->n; i++)
		if (!walk_area(a->area[i], f, fn))
			return false;
	return true;
}

/* First pass: how long each option is with its parts joined (RFC 3396). */
static bool
measure(struct found *f, uint8_t code, const uint8_t *value, uint8_t len)
{
	struct dhcp_span *s = &f->msg->option[code];

	(void)value;
	if (!s->at)
		f->code[f->n++] = code;
	s->at = 1;
	s->len = (uint16_t)(s->len + len);
	return true;
}

/* Between the passes: a place in the store for each, a NUL behind it. */
static bool
place(const struct found *f)
{
	size_t at = 1;

	for (size_t i = 0; i < f->n; i++) {
		struct dhcp_span *s = &f->msg->option[f->code[i]];

		if (at + s->len + 1 > sizeof(f->msg->store))
			return false;
		s->at = (uint16_t)at;
		at += s->len;
		f->msg->store[at++] = 0;
		s->len = 0;
	}
	return true;
}

/* Second pass: the bytes. */
static bool
copy(struct found *f, uint8_t code, const uint8_t *value, uint8_t len)
{
	struct dhcp_span *s = &f->msg->option[code];

	memcpy(f->msg->store + s->at + s->len, value, len);
	s->len = (uint16_t)(s->len + len);
	return true;
}

static bool
note_overload(struct found *f, uint8_t code, const uint8_t *value, uint8_t len)
{
	if (code == DHCP_OVERLOAD && len == 1)
		f->msg->overload = value[0] & 3;
	return true;
}

static enum dhcp_error
read_options(struct rd r, struct dhcp_msg *msg, const uint8_t *file, const uint8_t *sname)
{
	struct areas a = { .n = 1 };
	struct found f;

	f.msg = msg;
	f.n = 0;
	a.area[0] = r;
	if (!walk_area(r, &f, note_overload))
		return DHCP_BAD_OPTIONS;
	if (msg->overload & 1) {
		a.area[a.n++] = rd_open(file, DHCP_FILE);
		msg->file[0] = '\0';
	}
	if (msg->overload & 2) {
		a.area[a.n++] = rd_open(sname, DHCP_SNAME);
		msg->sname[0] = '\0';
	}
	if (!walk_areas(&a, &f, measure) || !place(&f) || !walk_areas(&a, &f, copy))
		return DHCP_BAD_OPTIONS;
	/* without its type it would pass for BOOTP */
	return msg->cut && !dhcp_has(msg, DHCP_MESSAGE_TYPE) ? DHCP_BAD_OPTIONS : DHCP_OK;
}

enum dhcp_error
dhcp_parse(const void *bytes, size_t len, struct dhcp_msg *msg)
{
	struct rd r = rd_open(bytes, len < DHCP_MAX ? len : DHCP_MAX);
	const uint8_t *chaddr, *sname, *file;
	enum dhcp_error e;
	uint8_t type;

	memset(msg, 0, offsetof(struct dhcp_msg, store));
	msg->op = rd_u8(&r);
	msg->htype = rd_u8(&r);
	msg->hlen = rd_u8(&r);
	msg->hops = rd_u8(&r);
	msg->xid = rd_u32(&r);
	msg->secs = rd_u16(&r);
	msg->flags = rd_u16(&r);
	msg->ciaddr = rd_u32(&r);
	msg->yiaddr = rd_u32(&r);
	msg->siaddr = rd_u32(&r);
	msg->giaddr = rd_u32(&r);
	chaddr = rd_take(&r, sizeof(msg->chaddr));
	sname = rd_take(&r, DHCP_SNAME);
	file = rd_take(&r, DHCP_FILE);
	if (r.bad)
		return DHCP_SHORT;
	if ((msg->op != BOOTREQUEST && msg->op != BOOTREPLY) || msg->hlen > sizeof(msg->chaddr))
		return DHCP_BAD_HEADER;
	memcpy(msg->chaddr, chaddr, sizeof(msg->chaddr));
	memcpy(msg->sname, sname, DHCP_SNAME);
	memcpy(msg->file, file, DHCP_FILE);
	if (rd_left(&r) < 4 || rd_u32(&r) != COOKIE)
		return DHCP_OK; /* BOOTP of before RFC 1048 */
	e = read_options(r, msg, file, sname);
	if (e != DHCP_OK || !dhcp_has(msg, DHCP_MESSAGE_TYPE))
		return e;
	if (!dhcp_get_u8(msg, DHCP_MESSAGE_TYPE, &type) || type < DHCP_DISCOVER || type > DHCP_INFORM)
		return DHCP_BAD_TYPE;
	msg->type = (enum dhcp_type)type;
	return DHCP_OK;
}

const char *
dhcp_error_text(enum dhcp_error e)
{
	switch (e) {
	case DHCP_OK:
		return "fine";
	case DHCP_SHORT:
		return "shorter than a BOOTP header";
	case DHCP_BAD_HEADER:
		return "op or hlen cannot be";
	case DHCP_BAD_OPTIONS:
		return "an option runs past the end";
	case DHCP_BAD_TYPE:
		return "no such message type";
	}
	return "?";
}

const char *
dhcp_type_name(enum dhcp_type type)
{
	static const char *const name[] = { "BOOTP", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE",
		"INFORM" };

	return (size_t)type < sizeof(name) / sizeof(name[0]) ? name[type] : "?";
}

const uint8_t *
dhcp_get(const struct dhcp_msg *msg, uint8_t code, size_t *len)
{
	const struct dhcp_span *s = &msg->option[code];

	if (!s->at)
		return NULL;
	*len = s->len;
	return msg->store + s->at;
}

bool
dhcp_has(const struct dhcp_msg *msg, uint8_t code)
{
	return msg->option[code].at != 0;
}

/* The big-endian number in an option of exactly `want` bytes. */
static bool
get_number(const struct dhcp_msg *msg, uint8_t code, size_t want, uint32_t *out)
{
	size_t len;
	const uint8_t *v = dhcp_get(msg, code, &len);
	uint32_t n = 0;

	if (!v || len != want)
		return false;
	for (size_t i = 0; i < len; i++)
		n = n << 8 | v[i];
	*out = n;
	return true;
}

bool
dhcp_get_u8(const struct dhcp_msg *msg, uint8_t code, uint8_t *out)
{
	uint32_t n;

	if (!get_number(msg, code, 1, &n))
		return false;
	*out = (uint8_t)n;
	return true;
}

bool
dhcp_get_u16(const struct dhcp_msg *msg, uint8_t code, uint16_t *out)
{
	uint32_t n;

	if (!get_number(msg, code, 2, &n))
		return false;
	*out = (uint16_t)n;
	return true;
}

bool
dhcp_get_u32(const struct dhcp_msg *msg, uint8_t code, uint32_t *out)
{
	return get_number(msg, code, 4, out);
}

bool
dhcp_get_addr(const struct dhcp_msg *msg, uint8_t code, uint32_t *out)
{
	size_t len;
	const uint8_t *v = dhcp_get(msg, code, &len);

	if (!v || len < 4 || len % 4 != 0)
		return false;
	*out = (uint32_t)v[0] << 24 | (uint32_t)v[1] << 16 | (uint32_t)v[2] << 8 | v[3];
	return true;
}

/* ---- writing ----------------------------------------------------------- */

void
dhcp_begin(struct wr *w, const struct dhcp_msg *msg)
{
	wr_u8(w, msg->op);
	wr_u8(w, msg->htype);
	wr_u8(w, msg->hlen);
	wr_u8(w, msg->hops);
	wr_u32(w, msg->xid);
	wr_u16(w, msg->secs);
	wr_u16(w, msg->flags);
	wr_u32(w, msg->ciaddr);
	wr_u32(w, msg->yiaddr);
	wr_u32(w, msg->siaddr);
	wr_u32(w, msg->giaddr);
	wr_bytes(w, msg->chaddr, sizeof(msg->chaddr));
	wr_bytes(w, msg->sname, DHCP_SNAME);
	wr_bytes(w, msg->file, DHCP_FILE);
	wr_u32(w, COOKIE);
}

void
dhcp_put(struct wr *w, uint8_t code, const void *value, size_t len)
{
	const uint8_t *p = value;

	do {
		size_t part = len < 255 ? len : 255;

		wr_u8(w, code);
		wr_u8(w, (uint8_t)part);
		wr_bytes(w, p, part);
		p += part;
		len -= part;
	} while (len > 0);
}

void
dhcp_put_u8(struct wr *w, uint8_t code, uint8_t v)
{
	dhcp_put(w, code, &v, 1);
}

void
dhcp_put_u16(struct wr *w, uint8_t code, uint16_t v)
{
	wr_u8(w, code);
	wr_u8(w, 2);
	wr_u16(w, v);
}

void
dhcp_put_u32(struct wr *w, uint8_t code, uint32_t v)
{
	wr_u8(w, code);
	wr_u8(w, 4);
	wr_u32(w, v);
}

void
dhcp_put_str(struct wr *w, uint8_t code, const char *s)
{
	dhcp_put(w, code, s, strlen(s));
}

void
dhcp_write_name(struct wr *w, const char *name)
{
	while (*name) {
		size_t len = strcspn(name, ".");

		wr_u8(w, (uint8_t)len);
		wr_bytes(w, name, len);
		name += len + (name[len] == '.');
	}
	wr_u8(w, 0);
}

void
dhcp_end(struct wr *w)
{
	wr_u8(w, DHCP_END);
	if (!w->full && wr_len(w) < DHCP_MIN)
		wr_reserve(w, DHCP_MIN - wr_len(w));
}

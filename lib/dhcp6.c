#include "dhcp6.h"

#include <string.h>

#define HARDWARE_ETHERNET 1

static const struct dhcp6_bytes nothing;

static struct dhcp6_bytes
rest(struct rd *r)
{
	size_t len = rd_left(r);

	return (struct dhcp6_bytes){ rd_take(r, len), len };
}

static struct rd
dhcp6_reader(struct dhcp6_bytes b)
{
	return rd_open(b.at, b.len);
}

/* ---- options ----------------------------------------------------------- */

bool
dhcp6_next(struct rd *r, struct dhcp6_opt *out)
{
	if (rd_left(r) == 0)
		return false;
	out->code = rd_u16(r);
	out->value.len = rd_u16(r);
	out->value.at = rd_take(r, out->value.len);
	return !r->bad;
}

struct dhcp6_bytes
dhcp6_find(struct dhcp6_bytes options, uint16_t code)
{
	struct rd r = dhcp6_reader(options);
	struct dhcp6_opt o;

	while (dhcp6_next(&r, &o))
		if (o.code == code)
			return o.value;
	return nothing;
}

bool
dhcp6_has(struct dhcp6_bytes options, uint16_t code)
{
	return dhcp6_find(options, code).at != NULL;
}

bool
dhcp6_asks(struct dhcp6_bytes options, uint16_t code)
{
	struct rd r = dhcp6_reader(dhcp6_find(options, DHCP6_ORO));

	while (rd_left(&r) >= 2)
		if (rd_u16(&r) == code)
			return true;
	return false;
}

static bool
options_are_whole(struct dhcp6_bytes options)
{
	struct rd r = dhcp6_reader(options);
	struct dhcp6_opt o;

	while (dhcp6_next(&r, &o))
		;
	return !r.bad;
}

bool
dhcp6_read_ia(struct dhcp6_bytes value, struct dhcp6_ia *out)
{
	struct rd r = dhcp6_reader(value);
	struct dhcp6_ia ia;

	ia.iaid = rd_u32(&r);
	ia.t1_s = rd_u32(&r);
	ia.t2_s = rd_u32(&r);
	if (r.bad)
		return false;
	ia.options = rest(&r);
	if (!options_are_whole(ia.options))
		return false;
	*out = ia;
	return true;
}

bool
dhcp6_read_iaaddr(struct dhcp6_bytes value, struct dhcp6_iaaddr *out)
{
	struct rd r = dhcp6_reader(value);
	const uint8_t *addr = rd_take(&r, sizeof(out->addr));
	struct dhcp6_iaaddr a;

	a.preferred_s = rd_u32(&r);
	a.valid_s = rd_u32(&r);
	if (r.bad)
		return false;
	memcpy(&a.addr, addr, sizeof(a.addr));
	*out = a;
	return true;
}

bool
dhcp6_next_item(struct rd *r, struct dhcp6_bytes *out)
{
	if (rd_left(r) == 0)
		return false;
	out->len = rd_u16(r);
	out->at = rd_take(r, out->len);
	return !r->bad;
}

/* ---- messages ------------------------------------------------------------ */

/* The head of one, up to its options. */
static enum dhcp6_error
parse_head(struct rd *r, struct dhcp6_msg *msg)
{
	uint8_t type = rd_u8(r);

	if (r->bad)
		return DHCP6_SHORT;
	if (type < DHCP6_SOLICIT || type > DHCP6_RELAY_REPL)
		return DHCP6_BAD_TYPE;
	msg->type = (enum dhcp6_type)type;
	if (type != DHCP6_RELAY_FORW && type != DHCP6_RELAY_REPL) {
		msg->xid = (uint32_t)rd_u8(r) << 16;
		msg->xid |= rd_u16(r);
	} else if (msg->relays == DHCP6_RELAYS) {
		return DHCP6_DEEP;
	} else {
		struct dhcp6_relay *relay = &msg->relay[msg->relays];
		const uint8_t *link, *peer;

		relay->replies = type == DHCP6_RELAY_REPL;
		relay->hops = rd_u8(r);
		link = rd_take(r, sizeof(relay->link));
		peer = rd_take(r, sizeof(relay->peer));
		if (r->bad)
			return DHCP6_SHORT;
		memcpy(&relay->link, link, sizeof(relay->link));
		memcpy(&relay->peer, peer, sizeof(relay->peer));
	}
	return r->bad ? DHCP6_SHORT : DHCP6_OK;
}

enum dhcp6_error
dhcp6_parse(const void *bytes, size_t len, struct dhcp6_msg *msg)
{
	struct rd r = rd_open(bytes, len);

	for (msg->relays = 0;; msg->relays++) {
		enum dhcp6_error e = parse_head(&r, msg);
		struct dhcp6_bytes inner;

		if (e != DHCP6_OK)
			return e;
		msg->options = rest(&r);
		if (!options_are_whole(msg->options))
			return DHCP6_BAD_OPTIONS;
		if (msg->type != DHCP6_RELAY_FORW && msg->type != DHCP6_RELAY_REPL)
			return DHCP6_OK;
		msg->relay[msg->relays].options = msg->options;
		inner = dhcp6_find(msg->options, DHCP6_RELAY_MSG);
		if (!inner.at)
			return DHCP6_NO_MESSAGE;
		r = dhcp6_reader(inner);
	}
}

const char *
dhcp6_error_text(enum dhcp6_error e)
{
	static const char *const text[] = {
		[DHCP6_OK] = "no error",
		[DHCP6_SHORT] = "it ends within the header",
		[DHCP6_BAD_TYPE] = "no such message type",
		[DHCP6_BAD_OPTIONS] = "an option runs past its end",
		[DHCP6_DEEP] = "it came through more relays than RFC 8415 allows",
		[DHCP6_NO_MESSAGE] = "a relay's message with nothing in it",
	};

	return text[e];
}

const char *
dhcp6_type_name(enum dhcp6_type type)
{
	static const char *const name[] = { "?", "SOLICIT", "ADVERTISE", "REQUEST", "CONFIRM", "RENEW", "REBIND",
		"REPLY", "RELEASE", "DECLINE", "RECONFIGURE", "INFORMATION-REQUEST", "RELAY-FORW", "RELAY-REPL" };

	return name[(size_t)type < sizeof(name) / sizeof(name[0]) ? type : 0];
}

/* ---- who ---------------------------------------------------------------- */

static bool
is_zero(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i])
			return false;
	return true;
}

/* A group address, or none at all, is no card's. */
static bool
is_cards(const uint8_t mac[6])
{
	return !(mac[0] & 1) && !is_zero(mac, 6);
}

bool
dhcp6_duid_mac(struct dhcp6_bytes duid, uint8_t mac[6])
{
	struct rd r = dhcp6_reader(duid);
	uint16_t type = rd_u16(&r);
	uint16_t hardware = rd_u16(&r);
	const uint8_t *p;

	if ((type != DHCP6_DUID_LLT && type != DHCP6_DUID_LL) || hardware != HARDWARE_ETHERNET)
		return false;
	if (type == DHCP6_DUID_LLT)
		rd_u32(&r); /* when it was made */
	p = rd_take(&r, 6);
	if (!p || rd_left(&r) > 0 || !is_cards(p))
		return false;
	memcpy(mac, p, 6);
	return true;
}

bool
dhcp6_duid_uuid(struct dhcp6_bytes duid, uint8_t uuid[16])
{
	struct rd r = dhcp6_reader(duid);
	uint16_t type = rd_u16(&r);
	const uint8_t *p = rd_take(&r, 16);

	if (type != DHCP6_DUID_UUID || !p || rd_left(&r) > 0 || is_zero(p, 16))
		return false;
	memcpy(uuid, p, 16);
	return true;
}

bool
dhcp6_duid_is_useless(struct dhcp6_bytes duid)
{
	struct rd r = dhcp6_reader(duid);
	uint16_t type = rd_u16(&r);

	if (!duid.at || duid.len < 3 || duid.len > DHCP6_DUID_MAX)
		return true;
	if (type == DHCP6_DUID_LLT)
		rd_take(&r, 6); /* hardware type and time: the same for all that have no clock */
	else if (type == DHCP6_DUID_LL)
		rd_take(&r, 2);
	return is_zero(duid.at + (duid.len - rd_left(&r)), rd_left(&r));
}

bool
dhcp6_link_addr_mac(struct dhcp6_bytes value, uint8_t mac[6])
{
	struct rd r = dhcp6_reader(value);
	uint16_t hardware = rd_u16(&r);
	const uint8_t *p = rd_take(&r, 6);

	if (hardware != HARDWARE_ETHERNET || !p || rd_left(&r) > 0 || !is_cards(p))
		return false;
	memcpy(mac, p, 6);
	return true;
}

bool
dhcp6_eui64_mac(const struct in6_addr *addr, uint8_t mac[6])
{
	const uint8_t *a = addr->s6_addr;
	uint8_t m[6] = { (uint8_t)(a[8] ^ 2), a[9], a[10], a[13], a[14], a[15] };

	if (a[0] != 0xfe || (a[1] & 0xc0) != 0x80 || a[11] != 0xff || a[12] != 0xfe || !is_cards(m))
		return false;
	memcpy(mac, m, 6);
	return true;
}

/* ---- writing ------------------------------------------------------------ */

void
dhcp6_begin(struct wr *w, enum dhcp6_type type, uint32_t xid)
{
	wr_u8(w, (uint8_t)type);
	wr_u8(w, (uint8_t)(xid >> 16));
	wr_u16(w, (uint16_t)xid);
}

void
dhcp6_put(struct wr *w, uint16_t code, const void *value, size_t len)
{
	if (len > UINT16_MAX) {
		w->full = true;
		return;
	}
	wr_u16(w, code);
	wr_u16(w, (uint16_t)len);
	wr_bytes(w, value, len);
}

void
dhcp6_put_u8(struct wr *w, uint16_t code, uint8_t v)
{
	dhcp6_put(w, code, &v, 1);
}

void
dhcp6_put_status(struct wr *w, enum dhcp6_status status, const char *text)
{
	size_t mark = dhcp6_open(w, DHCP6_STATUS);

	wr_u16(w, (uint16_t)status);
	wr_text(w, text);
	dhcp6_close(w, mark);
}

size_t
dhcp6_open(struct wr *w, uint16_t code)
{
	size_t mark = wr_len(w);

	wr_u16(w, code);
	wr_u16(w, 0);
	return mark;
}

void
dhcp6_close(struct wr *w, size_t mark)
{
	size_t len = wr_len(w) - mark;
	struct wr field;

	if (w->full || len < 4 || len - 4 > UINT16_MAX) {
		w->full = true;
		return;
	}
	field = wr_open(w->start + mark + 2, 2);
	wr_u16(&field, (uint16_t)(len - 4));
}

size_t
dhcp6_open_ia(struct wr *w, uint16_t code, uint32_t iaid, const uint32_t t_s[2])
{
	size_t mark = dhcp6_open(w, code);

	wr_u32(w, iaid);
	wr_u32(w, t_s[0]);
	wr_u32(w, t_s[1]);
	return mark;
}

void
dhcp6_put_iaaddr(struct wr *w, const struct dhcp6_iaaddr *a)
{
	size_t mark = dhcp6_open(w, DHCP6_IAADDR);

	wr_bytes(w, &a->addr, sizeof(a->addr));
	wr_u32(w, a->preferred_s);
	wr_u32(w, a->valid_s);
	dhcp6_close(w, mark);
}

static void
put_back(struct wr *w, const struct dhcp6_relay *relay, uint16_t code)
{
	struct dhcp6_bytes v = dhcp6_find(relay->options, code);

	if (v.at)
		dhcp6_put(w, code, v.at, v.len);
}

void
dhcp6_open_relays(struct wr *w, const struct dhcp6_msg *msg, size_t mark[DHCP6_RELAYS])
{
	for (size_t i = 0; i < msg->relays; i++) {
		const struct dhcp6_relay *relay = &msg->relay[i];

		wr_u8(w, DHCP6_RELAY_REPL);
		wr_u8(w, relay->hops);
		wr_bytes(w, &relay->link, sizeof(relay->link));
		wr_bytes(w, &relay->peer, sizeof(relay->peer));
		put_back(w, relay, DHCP6_INTERFACE_ID);
		put_back(w, relay, DHCP6_RELAY_PORT);
		mark[i] = dhcp6_open(w, DHCP6_RELAY_MSG);
	}
}

void
dhcp6_close_relays(struct wr *w, const struct dhcp6_msg *msg, const size_t mark[DHCP6_RELAYS])
{
	for (size_t i = msg->relays; i-- > 0;)
		dhcp6_close(w, mark[i]);
}

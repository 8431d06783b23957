#include "dhcp6_client.h"

#include <string.h>

#include "addr6.h"
#include "wire.h"

#define FIRST_RETRY_MS 1000 /* SOL_TIMEOUT, REQ_TIMEOUT (RFC 8415, 7.6) */
#define MOST_RETRY_MS 30000 /* REQ_MAX_RT */
#define HARDWARE_ETHERNET 1
#define LLT_TIME 0x2a000000 /* when EDK2 made its DUID: seconds since 2000 */

/* ---- what is sent ------------------------------------------------------- */

static void
put_duid(struct wr *w, const struct dhcp6_client_want *want)
{
	size_t mark = dhcp6_open(w, DHCP6_CLIENT_ID);
	/* DHCP has the first three fields of a UUID little-endian, a DUID has not */
	static const uint8_t from[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };

	if (want->persona->dhcp6->duid_uuid) {
		wr_u16(w, DHCP6_DUID_UUID);
		for (size_t i = 0; i < sizeof(from); i++)
			wr_u8(w, want->id.uuid[from[i]]);
	} else {
		wr_u16(w, DHCP6_DUID_LLT);
		wr_u16(w, HARDWARE_ETHERNET);
		wr_u32(w, LLT_TIME);
		wr_bytes(w, want->id.mac, 6);
	}
	dhcp6_close(w, mark);
}

static void
put_ia(struct wr *w, const struct dhcp6_client *c, const struct dhcp6_answer *lease)
{
	static const uint32_t no_times[2];
	size_t mark = dhcp6_open_ia(w, DHCP6_IA_NA, c->want.iaid, no_times);

	if (lease)
		dhcp6_put_iaaddr(w, &(struct dhcp6_iaaddr){ .addr = lease->addr });
	dhcp6_close(w, mark);
}

static void
put_class(struct wr *w, const struct persona *p)
{
	size_t mark = dhcp6_open(w, DHCP6_VENDOR_CLASS);
	char text[PERSONA_CLASS];
	size_t len = persona_class(p, text);

	wr_u32(w, DHCP6_ENTERPRISE_INTEL);
	wr_u16(w, (uint16_t)len);
	wr_bytes(w, text, len);
	dhcp6_close(w, mark);
}

static void
put_params(struct wr *w, const uint16_t *params)
{
	size_t mark = dhcp6_open(w, DHCP6_ORO);

	for (; *params; params++)
		wr_u16(w, *params);
	dhcp6_close(w, mark);
}

/* An option whose value is a number of two bytes. */
static void
put_u16(struct wr *w, uint16_t code, uint16_t value)
{
	size_t mark = dhcp6_open(w, code);

	wr_u16(w, value);
	dhcp6_close(w, mark);
}

/* One option of the persona's list. */
static void
client6_put(struct wr *w, const struct dhcp6_client *c, uint16_t code, uint64_t now_ms)
{
	const struct persona *p = c->want.persona;
	uint64_t elapsed = (now_ms - c->began_ms) / 10;

	switch (code) {
	case DHCP6_CLIENT_ID:
		put_duid(w, &c->want);
		break;
	case DHCP6_IA_NA:
		if (c->want.ask != DHCP6_CLIENT_INFO)
			put_ia(w, c, c->state == DHCP6_CLIENT_REQUESTING ? &c->offer[c->chosen] : NULL);
		break;
	case DHCP6_ELAPSED:
		put_u16(w, code, elapsed > UINT16_MAX ? UINT16_MAX : (uint16_t)elapsed);
		break;
	case DHCP6_ORO:
		put_params(w, p->dhcp6->params);
		break;
	case DHCP6_USER_CLASS:
		dhcp6_put(w, code, "\0\4iPXE", 6);
		break;
	case DHCP6_VENDOR_CLASS:
		put_class(w, p);
		break;
	case DHCP6_ARCH:
		put_u16(w, code, p->arch);
		break;
	case DHCP6_NII:
		dhcp6_put(w, code, (const uint8_t[]){ 1, p->ndi_major, p->ndi_minor }, 3);
		break;
	}
}

/* The IP stack says no more than who it is. */
static const uint16_t stack_options[] = { DHCP6_CLIENT_ID, DHCP6_ELAPSED, DHCP6_IA_NA, 0 };

static void
build(const struct dhcp6_client *c, uint64_t now_ms, struct dhcp6_client_out *out)
{
	static const uint16_t stack_params[] = { DHCP6_DNS, 0 };
	const bool stack = c->want.ask == DHCP6_CLIENT_STACK;
	const uint16_t *option = stack ? stack_options : c->want.persona->dhcp6->options;
	struct wr w = wr_open(out->bytes, sizeof(out->bytes));

	dhcp6_begin(&w,
	    c->state == DHCP6_CLIENT_REQUESTING  ? DHCP6_REQUEST :
	        c->want.ask == DHCP6_CLIENT_INFO ? DHCP6_INFORMATION_REQUEST :
	                                           DHCP6_SOLICIT,
	    c->xid);
	for (; *option; option++) {
		client6_put(&w, c, *option, now_ms);
		if (*option == DHCP6_CLIENT_ID && c->state == DHCP6_CLIENT_REQUESTING)
			dhcp6_put(&w, DHCP6_SERVER_ID, c->offer[c->chosen].duid, c->offer[c->chosen].duid_len);
	}
	if (stack)
		put_params(&w, stack_params);
	out->len = w.full ? 0 : wr_len(&w);
}

void
dhcp6_client_release(const struct dhcp6_client *c, uint32_t xid, struct dhcp6_client_out *out)
{
	struct wr w = wr_open(out->bytes, sizeof(out->bytes));

	dhcp6_begin(&w, DHCP6_RELEASE, xid & 0xffffff);
	put_duid(&w, &c->want);
	dhcp6_put(&w, DHCP6_SERVER_ID, c->reply.duid, c->reply.duid_len);
	put_u16(&w, DHCP6_ELAPSED, 0);
	put_ia(&w, c, &c->reply);
	out->len = w.full ? 0 : wr_len(&w);
}

/* ---- what comes in ------------------------------------------------------ */

static void
read_ia(struct dhcp6_bytes value, uint32_t iaid, struct dhcp6_answer *a)
{
	struct dhcp6_ia ia;
	struct dhcp6_iaaddr addr;
	struct dhcp6_bytes status;
	struct rd r;

	if (!dhcp6_read_ia(value, &ia) || ia.iaid != iaid)
		return;
	status = dhcp6_find(ia.options, DHCP6_STATUS);
	r = rd_open(status.at, status.len);
	if (status.len >= 2)
		a->status = rd_u16(&r);
	if (!dhcp6_read_iaaddr(dhcp6_find(ia.options, DHCP6_IAADDR), &addr) || addr.valid_s == 0)
		return;
	a->has_addr = true;
	a->addr = addr.addr;
	a->valid_s = addr.valid_s;
}

static void
read_url(struct dhcp6_bytes value, struct dhcp6_answer *a)
{
	size_t len = value.len < sizeof(a->url) ? value.len : sizeof(a->url) - 1;

	if (!value.at)
		return;
	memcpy(a->url, value.at, len);
	a->url[len] = '\0';
	a->url_nul = memchr(value.at, '\0', len);
}

static bool
is_http_class(struct dhcp6_bytes value)
{
	struct rd r = rd_open(value.at, value.len);
	struct dhcp6_bytes item;

	rd_u32(&r);
	while (dhcp6_next_item(&r, &item))
		if (item.len >= 10 && memcmp(item.at, "HTTPClient", 10) == 0)
			return true;
	return false;
}

/* All but who sent it when. */
static void
answer_read(const struct dhcp6_msg *m, uint32_t iaid, struct dhcp6_answer *a)
{
	struct dhcp6_bytes duid = dhcp6_find(m->options, DHCP6_SERVER_ID),
	                   status = dhcp6_find(m->options, DHCP6_STATUS),
	                   preference = dhcp6_find(m->options, DHCP6_PREFERENCE),
	                   dns = dhcp6_find(m->options, DHCP6_DNS);
	struct rd options = rd_open(m->options.at, m->options.len), r = rd_open(status.at, status.len);
	struct dhcp6_opt o;

	a->duid_len = duid.len < sizeof(a->duid) ? duid.len : sizeof(a->duid);
	if (duid.at)
		memcpy(a->duid, duid.at, a->duid_len);
	if (status.len >= 2)
		a->status = rd_u16(&r);
	if (preference.len == 1)
		a->preference = preference.at[0];
	while (dhcp6_next(&options, &o))
		if (o.code == DHCP6_IA_NA && !a->has_addr)
			read_ia(o.value, iaid, a);
	read_url(dhcp6_find(m->options, DHCP6_BOOT_URL), a);
	a->has_params = dhcp6_has(m->options, DHCP6_BOOT_PARAM);
	a->has_http_class = is_http_class(dhcp6_find(m->options, DHCP6_VENDOR_CLASS));
	for (r = rd_open(dns.at, dns.len); rd_left(&r) >= 16 && a->dns_n < DHCP6_CLIENT_DNS; a->dns_n++)
		memcpy(&a->dns[a->dns_n], rd_take(&r, 16), 16);
}

/* Is it for this client and this exchange? */
static bool
client6_owns(const struct dhcp6_client *c, uint32_t xid, const struct ip6_udp *u, struct dhcp6_msg *m)
{
	struct dhcp6_client_out own;
	struct wr w = wr_open(own.bytes, sizeof(own.bytes));
	struct dhcp6_bytes id;

	if (u->dport != DHCP6_PORT_CLIENT || dhcp6_parse(u->data, u->len, m) != DHCP6_OK || m->relays ||
	    m->xid != (xid & 0xffffff))
		return false;
	put_duid(&w, &c->want);
	id = dhcp6_find(m->options, DHCP6_CLIENT_ID);
	return id.at && id.len == wr_len(&w) - 4 && memcmp(id.at, own.bytes + 4, id.len) == 0 &&
	    dhcp6_has(m->options, DHCP6_SERVER_ID);
}

static bool
is_seen(const struct dhcp6_client *c, const struct dhcp6_answer *a)
{
	for (size_t i = 0; i < c->offers; i++)
		if (c->offer[i].duid_len == a->duid_len && memcmp(c->offer[i].duid, a->duid, a->duid_len) == 0)
			return true;
	return false;
}

static void
end(struct dhcp6_client *c, enum dhcp6_client_result result)
{
	c->state = DHCP6_CLIENT_ENDED;
	c->result = result;
}

enum dhcp6_client_heard
dhcp6_client_input(struct dhcp6_client *c, const struct ip6_udp *u, uint64_t now_ms)
{
	struct dhcp6_answer a = { .from = u->src, .ms = now_ms - c->began_ms };
	bool soliciting = c->state == DHCP6_CLIENT_SOLICITING && c->want.ask != DHCP6_CLIENT_INFO;
	struct dhcp6_msg m;

	if (c->state == DHCP6_CLIENT_ENDED || !client6_owns(c, c->xid, u, &m))
		return DHCP6_CLIENT_NOTHING;
	answer_read(&m, c->want.iaid, &a);
	if (soliciting) {
		if (m.type != DHCP6_ADVERTISE || c->offers == DHCP6_CLIENT_OFFERS || is_seen(c, &a))
			return DHCP6_CLIENT_NOTHING;
		c->offer[c->offers++] = a;
		return DHCP6_CLIENT_HAS_OFFER;
	}
	if (m.type != DHCP6_REPLY)
		return DHCP6_CLIENT_NOTHING;
	c->reply = a;
	c->leased = c->want.ask != DHCP6_CLIENT_INFO && a.has_addr;
	end(c, c->leased || c->want.ask == DHCP6_CLIENT_INFO ? DHCP6_CLIENT_GOT : DHCP6_CLIENT_REFUSED);
	return DHCP6_CLIENT_HAS_REPLY;
}

bool
dhcp6_client_is_released(const struct dhcp6_client *c, uint32_t xid, const struct ip6_udp *u)
{
	struct dhcp6_msg m;

	return client6_owns(c, xid, u, &m) && m.type == DHCP6_REPLY;
}

/* ---- what to do --------------------------------------------------------- */

bool
dhcp6_client_fits(const struct persona *p, const struct dhcp6_answer *a)
{
	if (!a->url[0] || (a->has_params && p->dhcp6->refuses_params))
		return false;
	return p->rule != RULE_EDK2_HTTP || a->has_http_class;
}

void
dhcp6_client_start(struct dhcp6_client *c, const struct dhcp6_client_want *want, uint64_t now_ms)
{
	*c = (struct dhcp6_client){ .want = *want, .xid = want->xid & 0xffffff, .began_ms = now_ms };
	c->asked_ms = c->again_ms = now_ms;
	c->retry_ms = FIRST_RETRY_MS;
}

void
dhcp6_client_unsent(struct dhcp6_client *c)
{
	end(c, DHCP6_CLIENT_UNSENT);
}

/* The answer that it takes; false: none will do.  iPXE does not gather: it takes the
 * first with an address, whether it names a file or not (dhcpv6_rx). */
static bool
choose(struct dhcp6_client *c)
{
	bool any = c->want.ask == DHCP6_CLIENT_STACK || c->want.persona->dhcp6->gather_ms == 0, found = false;

	for (size_t i = 0; i < c->offers; i++) {
		const struct dhcp6_answer *a = &c->offer[i], *best = &c->offer[c->chosen];
		bool fits = any || dhcp6_client_fits(c->want.persona, a);

		if (!a->has_addr || !fits || (found && a->preference <= best->preference))
			continue;
		c->chosen = i;
		found = true;
	}
	return found;
}

/* How long it gathers: the IP stack and others wait for one SOL_TIMEOUT (RFC 8415,
 * 18.2.1), or take the first. */
static uint64_t
gather_until(const struct dhcp6_client *c)
{
	if (c->want.ask == DHCP6_CLIENT_STACK)
		return c->began_ms + FIRST_RETRY_MS;
	return c->began_ms + c->want.persona->dhcp6->gather_ms;
}

enum dhcp6_client_act
dhcp6_client_next(struct dhcp6_client *c, uint64_t now_ms, struct dhcp6_client_out *out)
{
	uint64_t gather = gather_until(c), last = c->asked_ms + c->want.patience_ms;

	if (c->state == DHCP6_CLIENT_SOLICITING && gather + FIRST_RETRY_MS > last)
		last = gather + FIRST_RETRY_MS;
	if (c->state == DHCP6_CLIENT_SOLICITING && c->offers > 0 && now_ms >= gather && choose(c)) {
		c->state = DHCP6_CLIENT_REQUESTING;
		c->xid = (c->xid + 1) & 0xffffff;
		c->asked_ms = c->again_ms = now_ms;
		c->retry_ms = FIRST_RETRY_MS;
		last = now_ms + c->want.patience_ms;
	}
	if (c->state != DHCP6_CLIENT_ENDED && now_ms >= last)
		end(c,
		    c->state == DHCP6_CLIENT_REQUESTING ? DHCP6_CLIENT_NO_REPLY :
		        c->offers                       ? DHCP6_CLIENT_UNFIT :
		                                          DHCP6_CLIENT_SILENT);
	if (c->state == DHCP6_CLIENT_ENDED)
		return DHCP6_CLIENT_DONE;
	if (now_ms >= c->again_ms) {
		build(c, now_ms, out);
		c->again_ms = now_ms + c->retry_ms;
		c->retry_ms = c->retry_ms * 2 > MOST_RETRY_MS ? MOST_RETRY_MS : c->retry_ms * 2;
		return DHCP6_CLIENT_SEND;
	}
	out->deadline_ms = c->again_ms < last ? c->again_ms : last;
	if (c->state == DHCP6_CLIENT_SOLICITING && gather > now_ms && gather < out->deadline_ms)
		out->deadline_ms = gather;
	return DHCP6_CLIENT_WAIT;
}

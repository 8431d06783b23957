#include "reply6.h"

#include "options6.h"

/* T1 and T2: half and four fifths of the time (RFC 8415, 14.2). */
static void
write_ia(const struct answer *a, const struct answer_ia *ia, struct wr *w)
{
	const uint32_t t_s[2] = { ia->given ? a->lease_s / 2 : 0, ia->given ? a->lease_s / 5 * 4 : 0 };
	size_t mark;

	if (ia->code == DHCP6_IA_TA) {
		mark = dhcp6_open(w, DHCP6_IA_TA);
		wr_u32(w, ia->iaid);
	} else {
		mark = dhcp6_open_ia(w, ia->code, ia->iaid, t_s);
	}
	if (ia->given)
		dhcp6_put_iaaddr(w, &(struct dhcp6_iaaddr){ ia->addr, a->lease_s, a->lease_s });
	for (size_t i = 0; i < ia->gones; i++)
		dhcp6_put_iaaddr(w, &(struct dhcp6_iaaddr){ ia->gone[i], 0, 0 });
	if (ia->why)
		dhcp6_put_status(w, ia->status, ia->why);
	dhcp6_close(w, mark);
}

static void
write_message(const struct answer *a, struct dhcp6_bytes server_duid, struct wr *w)
{
	struct dhcp6_bytes client = dhcp6_find(a->request->msg.options, DHCP6_CLIENT_ID);
	const struct subnet6 *s = a->client->subnet;

	dhcp6_begin(w, a->type, a->request->msg.xid);
	if (client.at)
		dhcp6_put(w, DHCP6_CLIENT_ID, client.at, client.len);
	dhcp6_put(w, DHCP6_SERVER_ID, server_duid.at, server_duid.len);
	if (a->rapid)
		dhcp6_put(w, DHCP6_RAPID_COMMIT, NULL, 0);
	if (a->type == DHCP6_ADVERTISE && s->preference > 0)
		dhcp6_put_u8(w, DHCP6_PREFERENCE, s->preference);
	if (a->message)
		dhcp6_put_status(w, a->status, a->message);
	for (size_t i = 0; i < a->ias; i++)
		write_ia(a, &a->ia[i], w);
	if (a->configures)
		options6_write(a, w);
}

size_t
reply6_write(const struct answer *a, struct dhcp6_bytes server_duid, uint8_t *out, size_t size)
{
	struct wr w = wr_open(out, size);
	size_t mark[DHCP6_RELAYS];

	dhcp6_open_relays(&w, &a->request->msg, mark);
	write_message(a, server_duid, &w);
	dhcp6_close_relays(&w, &a->request->msg, mark);
	return w.full ? 0 : wr_len(&w);
}

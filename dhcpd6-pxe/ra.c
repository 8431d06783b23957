#include "ra.h"

#include "dhcp.h"

enum { TYPE_SOLICITATION = 133, TYPE_ADVERTISEMENT = 134, HOPS = 64, MANAGED = 0x80, OTHER = 0x40, ON_LINK = 0x80 };
enum { OPTION_SOURCE = 1, OPTION_PREFIX = 3, OPTION_DNS = 25, OPTION_DOMAIN = 31 };
enum { VALID_S = 2592000, PREFERRED_S = 604800 }; /* RFC 4861, 6.2.1 */

#define UNIT 8 /* of an option's length */

static void
write_source(const uint8_t mac[6], struct wr *w)
{
	wr_u8(w, OPTION_SOURCE);
	wr_u8(w, 1);
	wr_bytes(w, mac, 6);
}

/* On the link, but nobody makes an address of it by himself: the server gives them,
 * and knows its machines by them. */
static void
write_prefix(const struct ra *ra, struct wr *w)
{
	wr_u8(w, OPTION_PREFIX);
	wr_u8(w, 4);
	wr_u8(w, ra->prefix);
	wr_u8(w, ON_LINK);
	wr_u32(w, VALID_S);
	wr_u32(w, PREFERRED_S);
	wr_u32(w, 0);
	wr_bytes(w, &ra->net, sizeof(ra->net));
}

static void
write_dns(const struct ra *ra, struct wr *w)
{
	size_t n = ra->dns_n < 64 ? ra->dns_n : 64;

	wr_u8(w, OPTION_DNS);
	wr_u8(w, (uint8_t)(1 + 2 * n));
	wr_u16(w, 0);
	wr_u32(w, RA_DNS_S);
	wr_bytes(w, ra->dns, n * sizeof(ra->dns[0]));
}

/* Filled up with zeros. */
static void
write_domain(const char *domain, struct wr *w)
{
	uint8_t name[256];
	struct wr labels = wr_open(name, sizeof(name));
	size_t units;

	dhcp_write_name(&labels, domain);
	if (labels.full)
		return;
	units = 1 + (wr_len(&labels) + UNIT - 1) / UNIT;
	wr_u8(w, OPTION_DOMAIN);
	wr_u8(w, (uint8_t)units);
	wr_u16(w, 0);
	wr_u32(w, RA_DNS_S);
	wr_bytes(w, name, wr_len(&labels));
	wr_reserve(w, (units - 1) * UNIT - wr_len(&labels));
}

size_t
ra_write(const struct ra *ra, uint8_t out[RA_MAX])
{
	struct wr w = wr_open(out, RA_MAX);

	wr_u8(&w, TYPE_ADVERTISEMENT);
	wr_u8(&w, 0);
	wr_u16(&w, 0);
	wr_u8(&w, HOPS);
	wr_u8(&w, ra->empty ? 0 : MANAGED | OTHER);
	wr_u16(&w, 0); /* router lifetime: nobody sends anything through us */
	wr_u32(&w, 0);
	wr_u32(&w, 0);
	if (!ra->empty) {
		if (ra->mac)
			write_source(ra->mac, &w);
		write_prefix(ra, &w);
		if (ra->dns_n > 0)
			write_dns(ra, &w);
		if (ra->domain)
			write_domain(ra->domain, &w);
	}
	return w.full ? 0 : wr_len(&w);
}

enum ra_kind
ra_read(const void *bytes, size_t len, uint16_t *lifetime_s)
{
	struct rd r = rd_open(bytes, len);
	uint8_t type = rd_u8(&r);
	uint8_t code = rd_u8(&r);

	rd_u16(&r);
	rd_u32(&r); /* of an advertisement: hops, flags, lifetime */
	if (r.bad || code != 0)
		return RA_NEITHER;
	if (type == TYPE_SOLICITATION)
		return RA_SOLICITATION;
	if (type != TYPE_ADVERTISEMENT || rd_left(&r) < 8)
		return RA_NEITHER;
	r = rd_at(bytes, len, 6);
	*lifetime_s = rd_u16(&r);
	return RA_ADVERTISEMENT;
}

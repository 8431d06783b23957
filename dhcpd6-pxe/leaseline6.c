#include "leaseline6.h"

#include <arpa/inet.h>
#include <string.h>

#include "addr6.h"
#include "num.h"
#include "wire.h"

static bool
parse_duid(const char *s, struct leaseline *l)
{
	int len = num_hex(s, l->duid, sizeof(l->duid));

	l->duid_len = len > 0 ? (size_t)len : 0;
	return len >= 3;
}

enum leaseline_kind
leaseline6_parse(const char *line, size_t len, struct leaseline *out)
{
	struct leaseline l = { 0 };
	char copy[LEASELINE_MAX], *field[LEASETEXT_FIELDS];
	uint64_t expiry, iaid;
	size_t n;

	if (len >= sizeof(copy) || memchr(line, '\0', len))
		return LEASELINE_DAMAGED;
	memcpy(copy, line, len);
	copy[len] = '\0';
	n = leasetext_split(copy, field);
	if (n == 2 && strcmp(field[0], "duid") == 0 && parse_duid(field[1], &l)) {
		*out = l;
		return LEASELINE_SERVER;
	}
	if (n != LEASETEXT_FIELDS || !num_uint(field[0], 0, INT64_MAX, &expiry) ||
	    !num_uint(field[1], 0, UINT32_MAX, &iaid) || inet_pton(AF_INET6, field[2], &l.addr) != 1 ||
	    !leasetext_name(field[3], l.name) || (strcmp(field[4], "*") != 0 && !parse_duid(field[4], &l)))
		return LEASELINE_DAMAGED;
	l.expiry = (int64_t)expiry;
	l.iaid = (uint32_t)iaid;
	*out = l;
	return LEASELINE_LEASE;
}

static void
write_duid(struct wr *w, const uint8_t *duid, size_t len)
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		if (i)
			wr_u8(w, ':');
		wr_u8(w, (uint8_t)digit[duid[i] >> 4]);
		wr_u8(w, (uint8_t)digit[duid[i] & 15]);
	}
	wr_u8(w, '\n');
}

size_t
leaseline6_write(const struct lease *lease, const char *name, int64_t expiry, char out[LEASELINE_MAX])
{
	/* 20 + 10 + 45 + 63 + 130 * 3 and the blanks: it always fits */
	struct wr w = wr_open(out, LEASELINE_MAX);
	size_t len = strnlen(name, LEASETEXT_NAME - 1);
	char addr[INET6_ADDRSTRLEN];

	wr_decimal(&w, (uint64_t)expiry);
	wr_u8(&w, ' ');
	wr_decimal(&w, lease->iaid);
	wr_u8(&w, ' ');
	wr_text(&w, addr6_text(&lease->addr, addr));
	wr_u8(&w, ' ');
	wr_bytes(&w, len ? name : "*", len ? len : 1);
	wr_u8(&w, ' ');
	if (lease->key_len == 0)
		wr_u8(&w, '*');
	write_duid(&w, lease->bytes, lease->key_len);
	return wr_len(&w);
}

size_t
leaseline6_write_server(struct dhcp6_bytes duid, char out[LEASELINE_MAX])
{
	struct wr w = wr_open(out, LEASELINE_MAX);

	wr_text(&w, "duid ");
	write_duid(&w, duid.at, duid.len);
	return wr_len(&w);
}

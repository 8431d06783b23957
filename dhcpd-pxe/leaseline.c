#include "leaseline.h"

#include <string.h>

#include "num.h"
#include "wire.h"

static bool
parse_key(const char *s, struct leaseline *l)
{
	static const uint8_t nobody[6] = { 0 };
	int len;

	if (strcmp(s, "*") == 0 && memcmp(l->mac, nobody, sizeof(nobody)) == 0) {
		l->key_len = 0;
		l->sent_id = false;
		return true;
	}
	if (strcmp(s, "*") == 0) {
		l->key[0] = 1;
		memcpy(l->key + 1, l->mac, sizeof(l->mac));
		l->key_len = 7;
		l->sent_id = false;
		return true;
	}
	len = num_hex(s, l->key, sizeof(l->key));
	l->key_len = len > 0 ? (size_t)len : 0;
	l->sent_id = true;
	return len >= 2;
}

bool
leaseline_parse(const char *line, size_t len, struct leaseline *out)
{
	struct leaseline l;
	char copy[LEASELINE_MAX], *field[LEASETEXT_FIELDS];
	uint64_t expiry;

	if (len >= sizeof(copy) || memchr(line, '\0', len))
		return false;
	memcpy(copy, line, len);
	copy[len] = '\0';
	if (leasetext_split(copy, field) != LEASETEXT_FIELDS || !num_uint(field[0], 0, INT64_MAX, &expiry) ||
	    !num_mac(field[1], l.mac) || !num_ip4(field[2], &l.addr) || l.addr == 0 ||
	    !leasetext_name(field[3], l.name) || !parse_key(field[4], &l))
		return false;
	l.expiry = (int64_t)expiry;
	*out = l;
	return true;
}

size_t
leaseline_write(const struct lease *lease, const char *name, int64_t expiry, char out[LEASELINE_MAX])
{
	static const char digit[] = "0123456789abcdef";
	/* 20 + 17 + 15 + 63 + 255 * 3 and the blanks: it always fits */
	struct wr w = wr_open(out, LEASELINE_MAX);
	size_t len = strnlen(name, LEASETEXT_NAME - 1);
	char mac[NUM_MAC_TEXT], addr[NUM_IP4_TEXT];

	wr_decimal(&w, (uint64_t)expiry);
	wr_u8(&w, ' ');
	wr_text(&w, num_mac_text(lease->mac, ':', mac));
	wr_u8(&w, ' ');
	wr_text(&w, num_ip4_text(lease->addr, addr));
	wr_u8(&w, ' ');
	wr_bytes(&w, len ? name : "*", len ? len : 1);
	wr_u8(&w, ' ');
	if (!lease->sent_id)
		wr_u8(&w, '*');
	for (size_t i = 0; lease->sent_id && i < lease->key_len; i++) {
		if (i)
			wr_u8(&w, ':');
		wr_u8(&w, (uint8_t)digit[lease->bytes[i] >> 4]);
		wr_u8(&w, (uint8_t)digit[lease->bytes[i] & 15]);
	}
	wr_u8(&w, '\n');
	return wr_len(&w);
}

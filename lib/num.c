#include "num.h"

#include <ctype.h>
#include <string.h>

/* Digits at *s up to the first other byte; false when there are none or the
 * number leaves lo..hi. */
static bool
take_digits(const char **s, uint64_t lo, uint64_t hi, uint64_t *out)
{
	const char *p = *s;
	uint64_t v = 0;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		unsigned digit = (unsigned)(*p - '0');

		if (v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (v < lo || v > hi)
		return false;
	*s = p;
	*out = v;
	return true;
}

bool
num_uint(const char *s, uint64_t lo, uint64_t hi, uint64_t *out)
{
	uint64_t v;

	if (!take_digits(&s, lo, hi, &v) || *s)
		return false;
	*out = v;
	return true;
}

bool
num_seconds(const char *s, uint32_t *out)
{
	static const struct {
		char unit;
		uint32_t secs;
	} units[] = {
		{ 's', 1 },
		{ 'm', 60 },
		{ 'h', 3600 },
		{ 'd', 86400 },
	};
	uint64_t v;

	if (!take_digits(&s, 0, UINT32_MAX, &v))
		return false;
	for (size_t i = 0; *s && i < sizeof(units) / sizeof(units[0]); i++)
		if (*s == units[i].unit) {
			v *= units[i].secs;
			s++;
			break;
		}
	if (*s || v > UINT32_MAX)
		return false;
	*out = (uint32_t)v;
	return true;
}

bool
num_bytes(const char *s, uint64_t *out)
{
	static const char units[] = "kmgt";
	const char *unit;
	uint64_t v;

	if (!take_digits(&s, 0, UINT64_MAX, &v))
		return false;
	if (*s) {
		unit = strchr(units, tolower((unsigned char)*s));
		if (!unit || s[1])
			return false;
		for (ptrdiff_t n = unit - units; n >= 0; n--) {
			if (v > UINT64_MAX / 1024)
				return false;
			v *= 1024;
		}
	}
	*out = v;
	return true;
}

static bool
take_ip4(const char **s, uint32_t *out)
{
	uint32_t addr = 0;

	for (int part = 0; part < 4; part++) {
		const char *start = *s;
		uint64_t v;

		if (!take_digits(s, 0, 255, &v))
			return false;
		/* "010" is 8 to some programs and 10 to others */
		if (*start == '0' && *s - start > 1)
			return false;
		addr = addr << 8 | (uint32_t)v;
		if (part < 3 && *(*s)++ != '.')
			return false;
	}
	*out = addr;
	return true;
}

bool
num_ip4(const char *s, uint32_t *out)
{
	uint32_t addr;

	if (!take_ip4(&s, &addr) || *s)
		return false;
	*out = addr;
	return true;
}

bool
num_net4(const char *s, uint32_t *net, uint8_t *prefix)
{
	uint32_t addr;
	uint64_t bits;

	if (!take_ip4(&s, &addr) || *s++ != '/' || !num_uint(s, 0, 32, &bits))
		return false;
	if (addr & ~num_mask4((uint8_t)bits))
		return false;
	*net = addr;
	*prefix = (uint8_t)bits;
	return true;
}

int
num_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
num_hex_byte(const char *s)
{
	int high = num_hex_digit(s[0]), low = high < 0 ? -1 : num_hex_digit(s[1]);

	return low < 0 ? -1 : high << 4 | low;
}

static bool
take_hex(const char **s, uint8_t *out)
{
	int byte = num_hex_byte(*s);

	if (byte < 0)
		return false;
	*out = (uint8_t)byte;
	*s += 2;
	return true;
}

bool
num_mac(const char *s, uint8_t out[6])
{
	uint8_t mac[6];
	char sep = 0;

	for (int i = 0; i < 6; i++) {
		if (i == 1)
			sep = *s;
		if (i > 0 && ((sep != ':' && sep != '-') || *s++ != sep))
			return false;
		if (!take_hex(&s, &mac[i]))
			return false;
	}
	if (*s)
		return false;
	memcpy(out, mac, sizeof(mac));
	return true;
}

/* Where the n-th byte of the text stands in the 16 on the wire. */
static const uint8_t uuid_order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };

bool
num_uuid(const char *s, uint8_t out[16])
{
	uint8_t uuid[16];

	for (int i = 0; i < 16; i++) {
		if ((i == 4 || i == 6 || i == 8 || i == 10) && *s++ != '-')
			return false;
		if (!take_hex(&s, &uuid[uuid_order[i]]))
			return false;
	}
	if (*s)
		return false;
	memcpy(out, uuid, sizeof(uuid));
	return true;
}

int
num_hex(const char *s, uint8_t *out, size_t size)
{
	size_t n = 0;

	while (*s) {
		if (n > 0 && *s == ':')
			s++;
		if (n == size || !take_hex(&s, &out[n]))
			return -1;
		n++;
	}
	return (int)n;
}

uint32_t
num_mask4(uint8_t prefix)
{
	return prefix ? UINT32_MAX << (32 - prefix) : 0;
}

static const char hex_digit[] = "0123456789abcdef";

static char *
put_byte(char *p, uint8_t byte)
{
	*p++ = hex_digit[byte >> 4];
	*p++ = hex_digit[byte & 15];
	return p;
}

const char *
num_ip4_text(uint32_t addr, char out[NUM_IP4_TEXT])
{
	char *p = out;

	for (int shift = 24; shift >= 0; shift -= 8) {
		unsigned part = addr >> shift & 255;

		if (part >= 100)
			*p++ = (char)('0' + part / 100);
		if (part >= 10)
			*p++ = (char)('0' + part / 10 % 10);
		*p++ = (char)('0' + part % 10);
		*p++ = shift ? '.' : '\0';
	}
	return out;
}

const char *
num_mac_text(const uint8_t mac[6], char sep, char out[NUM_MAC_TEXT])
{
	char *p = out;

	for (int i = 0; i < 6; i++) {
		p = put_byte(p, mac[i]);
		*p++ = i < 5 ? sep : '\0';
	}
	return out;
}

const char *
num_uuid_text(const uint8_t uuid[16], char out[NUM_UUID_TEXT])
{
	char *p = out;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		p = put_byte(p, uuid[uuid_order[i]]);
	}
	*p = '\0';
	return out;
}

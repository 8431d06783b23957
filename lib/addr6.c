#include "addr6.h"

#include <arpa/inet.h>
#include <string.h>

#include "num.h"

bool
addr6_parse(const char *s, struct in6_addr *out)
{
	struct in6_addr a;

	if (inet_pton(AF_INET6, s, &a) != 1)
		return false;
	*out = a;
	return true;
}

bool
addr6_parse_net(const char *s, struct in6_addr *net, uint8_t *prefix)
{
	const char *slash = strchr(s, '/');
	char plain[INET6_ADDRSTRLEN];
	struct in6_addr a, masked;
	uint64_t bits;

	if (!slash || (size_t)(slash - s) >= sizeof(plain) || !num_uint(slash + 1, 0, 128, &bits))
		return false;
	memcpy(plain, s, (size_t)(slash - s));
	plain[slash - s] = '\0';
	if (!addr6_parse(plain, &a))
		return false;
	masked = addr6_mask(&a, (unsigned)bits);
	if (addr6_cmp(&a, &masked) != 0)
		return false;
	*net = a;
	*prefix = (uint8_t)bits;
	return true;
}

/* ---- as text -------------------------------------------------------------- */

/* The longest run of zeros in the eight groups, the first of equal ones; a single one
 * is none (RFC 5952, 4.2).  Where it begins; *len 0 without. */
static unsigned
longest_zeros(const uint16_t group[8], unsigned *len)
{
	unsigned from = 0, run = 0;

	*len = 0;
	for (unsigned i = 0; i < 8; i++) {
		run = group[i] ? 0 : run + 1;
		if (run > 1 && run > *len) {
			*len = run;
			from = i + 1 - run;
		}
	}
	return from;
}

static char *
put_group(char *p, uint16_t v)
{
	bool on = false;

	for (int shift = 12; shift >= 0; shift -= 4) {
		unsigned digit = v >> shift & 15;

		on |= digit > 0 || shift == 0;
		if (on)
			*p++ = "0123456789abcdef"[digit];
	}
	return p;
}

/* By hand: a server writes each address five times, and inet_ntop(3) is a printf. */
const char *
addr6_text(const struct in6_addr *a, char out[INET6_ADDRSTRLEN])
{
	uint16_t group[8];
	unsigned zeros, from;
	char *p = out;

	for (size_t i = 0; i < 8; i++)
		group[i] = (uint16_t)(a->s6_addr[2 * i] << 8 | a->s6_addr[2 * i + 1]);
	from = longest_zeros(group, &zeros);
	if (from == 0 && zeros >= 5 && zeros <= 6) /* with an IPv4 address in it, perhaps */
		return inet_ntop(AF_INET6, a, out, INET6_ADDRSTRLEN);
	for (unsigned i = 0; i < 8; i++) {
		if (zeros && i == from) {
			*p++ = ':';
			i += zeros - 1;
			if (i == 7)
				*p++ = ':';
			continue;
		}
		if (i > 0)
			*p++ = ':';
		p = put_group(p, group[i]);
	}
	*p = '\0';
	return out;
}

bool
addr6_in(const struct in6_addr *a, const struct in6_addr *net, unsigned prefix)
{
	size_t whole = prefix / 8;
	unsigned rest = prefix % 8;

	if (memcmp(a->s6_addr, net->s6_addr, whole) != 0)
		return false;
	return rest == 0 || (a->s6_addr[whole] ^ net->s6_addr[whole]) >> (8 - rest) == 0;
}

struct in6_addr
addr6_mask(const struct in6_addr *a, unsigned prefix)
{
	struct in6_addr out = *a;

	for (unsigned i = 0; i < 16; i++) {
		unsigned kept = prefix > 8 * i ? prefix - 8 * i : 0;

		if (kept < 8)
			out.s6_addr[i] &= (uint8_t)(0xff00 >> kept);
	}
	return out;
}

bool
addr6_can_be_given(const struct in6_addr *a)
{
	return !IN6_IS_ADDR_MULTICAST(a) && !IN6_IS_ADDR_LINKLOCAL(a) && !IN6_IS_ADDR_LOOPBACK(a) &&
	    !IN6_IS_ADDR_UNSPECIFIED(a) && !IN6_IS_ADDR_V4MAPPED(a);
}

int
addr6_cmp(const struct in6_addr *a, const struct in6_addr *b)
{
	return memcmp(a->s6_addr, b->s6_addr, sizeof(a->s6_addr));
}

/* The first or the last eight bytes. */
static uint64_t
half(const struct in6_addr *a, size_t at)
{
	uint64_t n = 0;

	for (size_t i = 0; i < 8; i++)
		n = n << 8 | a->s6_addr[at + i];
	return n;
}

struct in6_addr
addr6_add(const struct in6_addr *a, uint64_t n)
{
	uint64_t low = half(a, 8) + n, high = half(a, 0) + (low < n);
	struct in6_addr out;

	for (size_t i = 8; i-- > 0; high >>= 8, low >>= 8) {
		out.s6_addr[i] = (uint8_t)high;
		out.s6_addr[8 + i] = (uint8_t)low;
	}
	return out;
}

uint64_t
addr6_distance(const struct in6_addr *a, const struct in6_addr *b)
{
	uint64_t low = half(b, 8) - half(a, 8);
	uint64_t high = half(b, 0) - half(a, 0) - (half(b, 8) < half(a, 8));

	return high ? UINT64_MAX : low;
}

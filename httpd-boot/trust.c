#include "trust.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "num.h"

#define MAPPED 96 /* bits before the IPv4 address in ::ffff:a.b.c.d (RFC 4291, 2.5.5.2) */

static void
map4(const void *v4, uint8_t out[16])
{
	memset(out, 0, 10);
	memset(out + 10, 0xff, 2);
	memcpy(out + 12, v4, 4);
}

static bool
same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	uint8_t mask = (uint8_t)(0xff00 >> bits % 8);

	return memcmp(a, b, bits / 8) == 0 && (bits % 8 == 0 || ((a[bits / 8] ^ b[bits / 8]) & mask) == 0);
}

/* Is nothing set behind the first `bits`? */
static bool
is_net(const struct trust_net *net)
{
	uint8_t cut[16] = { 0 };

	for (unsigned i = 0; i < net->bits; i++)
		cut[i / 8] |= (uint8_t)(net->address[i / 8] & 0x80 >> i % 8);
	return memcmp(cut, net->address, sizeof(cut)) == 0;
}

bool
trust_add(struct trust *t, const char *text)
{
	const char *slash = strchr(text, '/');
	char host[INET6_ADDRSTRLEN];
	struct trust_net *net = &t->net[t->n];
	struct in_addr in;
	uint64_t bits;
	unsigned before = 0;

	if (t->n == TRUST_MAX || (slash && (size_t)(slash - text) >= sizeof(host)) ||
	    (!slash && strlen(text) >= sizeof(host)))
		return false;
	snprintf(host, sizeof(host), "%.*s", (int)(slash ? slash - text : (ptrdiff_t)strlen(text)), text);
	if (inet_pton(AF_INET, host, &in) == 1) {
		map4(&in, net->address);
		before = MAPPED;
	} else if (inet_pton(AF_INET6, host, net->address) != 1) {
		return false;
	}
	bits = 128 - before;
	if (slash && !num_uint(slash + 1, 0, bits, &bits))
		return false;
	net->bits = before + (unsigned)bits;
	if (!is_net(net))
		return false;
	t->n++;
	return true;
}

bool
trust_covers(const struct trust *t, const struct sockaddr *peer)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	uint8_t address[16];

	if (peer->sa_family == AF_INET) {
		memcpy(&in, peer, sizeof(in));
		map4(&in.sin_addr, address);
	} else if (peer->sa_family == AF_INET6) {
		memcpy(&in6, peer, sizeof(in6));
		memcpy(address, &in6.sin6_addr, sizeof(address));
	} else {
		return false;
	}
	for (size_t i = 0; i < t->n; i++)
		if (same_bits(t->net[i].address, address, t->net[i].bits))
			return true;
	return false;
}

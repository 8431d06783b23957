#include "trust.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "addr6.h"
#include "num.h"

#define MAPPED 96 /* bits before the IPv4 address in ::ffff:a.b.c.d (RFC 4291, 2.5.5.2) */

static struct in6_addr
map4(const struct in_addr *v4)
{
	struct in6_addr out = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	memcpy(out.s6_addr + 12, v4, 4);
	return out;
}

bool
trust_add(struct trust *t, const char *text)
{
	const char *slash = strchr(text, '/');
	char host[INET6_ADDRSTRLEN];
	struct trust_net *net = &t->net[t->n];
	struct in6_addr masked;
	struct in_addr in;
	uint64_t bits;
	unsigned before = 0;

	if (t->n == TRUST_MAX || (slash && (size_t)(slash - text) >= sizeof(host)) ||
	    (!slash && strlen(text) >= sizeof(host)))
		return false;
	snprintf(host, sizeof(host), "%.*s", (int)(slash ? slash - text : (ptrdiff_t)strlen(text)), text);
	if (inet_pton(AF_INET, host, &in) == 1) {
		net->net = map4(&in);
		before = MAPPED;
	} else if (!addr6_parse(host, &net->net)) {
		return false;
	}
	bits = 128 - before;
	if (slash && !num_uint(slash + 1, 0, bits, &bits))
		return false;
	net->bits = before + (unsigned)bits;
	masked = addr6_mask(&net->net, net->bits);
	if (addr6_cmp(&masked, &net->net) != 0)
		return false;
	t->n++;
	return true;
}

bool
trust_covers(const struct trust *t, const struct sockaddr *peer)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct in6_addr address;

	if (peer->sa_family == AF_INET) {
		memcpy(&in, peer, sizeof(in));
		address = map4(&in.sin_addr);
	} else if (peer->sa_family == AF_INET6) {
		memcpy(&in6, peer, sizeof(in6));
		address = in6.sin6_addr;
	} else {
		return false;
	}
	for (size_t i = 0; i < t->n; i++)
		if (addr6_in(&address, &t->net[i].net, t->net[i].bits))
			return true;
	return false;
}

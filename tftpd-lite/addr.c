#include "addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

bool
addr_from(const struct sockaddr *sa, struct addr *out)
{
	struct addr a = { .port = 0 };

	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		memcpy(a.ip, mapped, sizeof(mapped));
		memcpy(a.ip + 12, &in.sin_addr, 4);
		a.port = ntohs(in.sin_port);
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		memcpy(a.ip, &in6.sin6_addr, 16);
		a.port = ntohs(in6.sin6_port);
		if (IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr))
			a.scope = in6.sin6_scope_id;
	} else {
		return false;
	}
	*out = a;
	return true;
}

socklen_t
addr_to(const struct addr *a, int family, struct sockaddr_storage *out)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(a->port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(a->port), .sin6_scope_id = a->scope };

	if (family == AF_INET) {
		memcpy(&in.sin_addr, a->ip + 12, 4);
		memcpy(out, &in, sizeof(in));
		return sizeof(in);
	}
	memcpy(&in6.sin6_addr, a->ip, 16);
	memcpy(out, &in6, sizeof(in6));
	return sizeof(in6);
}

bool
addr_is4(const struct addr *a)
{
	return memcmp(a->ip, mapped, sizeof(mapped)) == 0;
}

bool
addr_equal(const struct addr *a, const struct addr *b)
{
	return a->port == b->port && a->scope == b->scope && memcmp(a->ip, b->ip, 16) == 0;
}

bool
addr_same_host(const struct addr *a, const struct addr *b)
{
	return memcmp(a->ip, b->ip, addr_is4(a) ? 16 : 8) == 0;
}

/* A multiplication carries bits only upwards, and the bytes that tell clients
 * apart are on top: so the halves are mixed before each. */
static uint32_t
mix_hash(uint64_t a, uint64_t b)
{
	uint64_t h = a * 0x9e3779b97f4a7c15ULL ^ b;

	h = (h ^ h >> 32) * 0xd6e8feb86659fd93ULL;
	return (uint32_t)(h >> 32);
}

static uint64_t
word(const uint8_t *bytes)
{
	uint64_t w;

	memcpy(&w, bytes, sizeof(w));
	return w;
}

uint32_t
addr_hash_host(const struct addr *a)
{
	return mix_hash(word(a->ip), addr_is4(a) ? word(a->ip + 8) : 0);
}

uint32_t
addr_hash(const struct addr *a)
{
	return mix_hash(word(a->ip) ^ a->port, word(a->ip + 8));
}

const char *
addr_text(const struct addr *a, char out[LISTEN_TEXT])
{
	struct sockaddr_storage ss;

	addr_to(a, AF_INET6, &ss);
	return listen_text((struct sockaddr *)&ss, out);
}

const char *
addr_ip_text(const struct addr *a, char out[LISTEN_TEXT])
{
	bool four = addr_is4(a);

	inet_ntop(four ? AF_INET : AF_INET6, a->ip + (four ? 12 : 0), out, LISTEN_TEXT);
	return out;
}

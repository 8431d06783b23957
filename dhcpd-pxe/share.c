#include "share.h"

#include <string.h>

#include "hashtab.h"

#define BUCKETS 256
#define IPXE_COUNT(secs) ((secs) >> 2)

/* RFC 3074, section 6: all servers must agree on it. */
static const uint8_t mix[BUCKETS] = {
	/* clang-format off */
	251, 175, 119, 215, 81, 14, 79, 191, 103, 49, 181, 143, 186, 157, 0, 232, 31, 32, 55, 60, 152, 58, 17, 237,
	174, 70, 160, 144, 220, 90, 57, 223, 59, 3, 18, 140, 111, 166, 203, 196, 134, 243, 124, 95, 222, 179, 197, 65,
	180, 48, 36, 15, 107, 46, 233, 130, 165, 30, 123, 161, 209, 23, 97, 16, 40, 91, 219, 61, 100, 10, 210, 109,
	250, 127, 22, 138, 29, 108, 244, 67, 207, 9, 178, 204, 74, 98, 126, 249, 167, 116, 34, 77, 193, 200, 121, 5,
	20, 113, 71, 35, 128, 13, 182, 94, 25, 226, 227, 199, 75, 27, 41, 245, 230, 224, 43, 225, 177, 26, 155, 150,
	212, 142, 218, 115, 241, 73, 88, 105, 39, 114, 62, 255, 192, 201, 145, 214, 168, 158, 221, 148, 154, 122, 12,
	84, 82, 163, 44, 139, 228, 236, 205, 242, 217, 11, 187, 146, 159, 64, 86, 239, 195, 42, 106, 198, 118, 112,
	184, 172, 87, 2, 173, 117, 176, 229, 247, 253, 137, 185, 99, 164, 102, 147, 45, 66, 231, 52, 141, 211, 194,
	206, 246, 238, 56, 110, 78, 248, 63, 240, 189, 93, 92, 51, 53, 183, 19, 171, 72, 50, 33, 104, 101, 69, 8, 252,
	83, 120, 76, 135, 85, 54, 202, 125, 188, 213, 96, 235, 136, 208, 162, 129, 190, 132, 156, 38, 47, 1, 7, 254,
	24, 4, 216, 131, 89, 21, 28, 133, 37, 153, 149, 80, 170, 68, 6, 169, 234, 151
	/* clang-format on */
};

/* An identifier of 01 and the MAC address is the MAC address, so that a ROM without
 * one and the system that it boots have the same server. */
uint8_t
share_bucket(const struct client *c)
{
	bool mac = c->has_mac && c->key_len == 7 && c->key[0] == 1 && memcmp(c->key + 1, c->mac, 6) == 0;
	const uint8_t *key = mac ? c->mac : c->key;
	size_t len = mac ? sizeof(c->mac) : c->key_len;
	uint8_t hash = (uint8_t)len;

	while (len > 0)
		hash = mix[hash ^ key[--len]];
	return hash;
}

bool
share_is_first(const struct subnet *s, const struct client *c)
{
	return share_bucket(c) * s->share_n / BUCKETS + 1u == s->share_k;
}

/* iPXE has a count of its messages there, above two other bits; the second comes after
 * a second. */
bool
share_has_waited(const struct subnet *s, const struct client *c)
{
	if (c->pxe.client == PXE_CLIENT_IPXE)
		return IPXE_COUNT(c->msg->secs) > 2;
	return c->msg->secs >= s->delay_s;
}

int64_t
share_asked_s(struct shares *s, const struct client *c, uint32_t xid, uint32_t addr, int64_t now)
{
	uint64_t who = hashtab_hash(s->seed ^ xid ^ (uint64_t)addr << 32, c->key, c->key_len);
	struct shares_request *r = &s->request[who % SHARE_REPEATS];
	bool known = r->who == who && now >= r->seen && now - r->seen <= SHARE_REPEAT_S;

	if (known)
		return now - r->seen;
	*r = (struct shares_request){ who, now };
	return 0;
}

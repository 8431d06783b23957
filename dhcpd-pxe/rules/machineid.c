#include "machineid.h"

#include <string.h>
#include <strings.h>

#include "num.h"
#include "rules.h"

static bool
read_client_id(const char *hex, struct machineid *out)
{
	char text[3 * sizeof(out->bytes) + 1];
	int n;

	if (strlen(hex) >= sizeof(text))
		return false;
	/* '-' between pairs as in a MAC address */
	for (n = 0; hex[n]; n++)
		text[n] = hex[n] == '-' ? ':' : hex[n];
	text[n] = '\0';
	n = num_hex(text, out->bytes, sizeof(out->bytes));
	out->len = (uint8_t)(n < 0 ? 0 : n);
	return n >= 2; /* RFC 2132, section 9.14 */
}

bool
machineid_read(const char *name, struct machineid *out)
{
	memset(out, 0, sizeof(*out));
	if (num_mac(name, out->bytes)) {
		out->kind = MACHINEID_MAC;
		out->len = 6;
		return true;
	}
	if (num_uuid(name, out->bytes)) {
		out->kind = MACHINEID_UUID;
		out->len = 16;
		return true;
	}
	out->kind = MACHINEID_CLIENT;
	return strncasecmp(name, "id-", 3) == 0 && read_client_id(name + 3, out);
}

bool
machineid_same(const struct machineid *a, const struct machineid *b)
{
	return a->kind == b->kind && a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

void
machineid_name(struct machineid *id, struct host *h)
{
	if (id->kind == MACHINEID_MAC) {
		h->mac = (uint8_t(*)[6])id->bytes;
		h->macs = 1;
	} else if (id->kind == MACHINEID_UUID) {
		memcpy(h->uuid, id->bytes, sizeof(h->uuid));
		h->has_uuid = true;
	} else {
		h->id = id->bytes;
		h->id_len = id->len;
	}
}

void
machineid_of(const struct host *h, struct machineid *out)
{
	const uint8_t *bytes = h->macs ? h->mac[0] : h->has_uuid ? h->uuid : h->id;
	size_t len = h->macs ? sizeof(h->mac[0]) : h->has_uuid ? sizeof(h->uuid) : h->id_len;

	*out = (struct machineid){ .len = (uint8_t)len };
	out->kind = h->macs ? MACHINEID_MAC : h->has_uuid ? MACHINEID_UUID : MACHINEID_CLIENT;
	if (len)
		memcpy(out->bytes, bytes, len);
}

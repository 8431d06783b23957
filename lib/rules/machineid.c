#include "machineid.h"

#include <string.h>
#include <strings.h>

#include "num.h"

static bool
read_identifier(const char *hex, struct machineid *out)
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
	if (strncasecmp(name, "duid-", 5) == 0) {
		out->kind = MACHINEID_DUID;
		return read_identifier(name + 5, out) && out->len >= 3 && out->len <= MACHINEID_DUID_MAX;
	}
	out->kind = MACHINEID_CLIENT;
	return strncasecmp(name, "id-", 3) == 0 && read_identifier(name + 3, out);
}

bool
machineid_same(const struct machineid *a, const struct machineid *b)
{
	return a->kind == b->kind && a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

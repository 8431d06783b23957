/* Lines of the lease file: an accepted line is written back the same. */
#include <assert.h>
#include <string.h>

#include "leaseline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct leases leases = { 0 };
	struct leaseline l, again;
	struct lease *lease;
	char out[LEASELINE_MAX];
	size_t n;

	if (!leaseline_parse((const char *)data, size, &l))
		return 0;
	assert((l.key_len == 0 || l.key_len >= 2) && l.key_len <= sizeof(l.key) && strlen(l.name) < sizeof(l.name));
	lease = leases_offer(&leases, l.addr, (struct lease_key){ l.key, l.key_len }, l.mac, l.expiry);
	assert(lease);
	lease->sent_id = l.sent_id;
	n = leaseline_write(lease, l.name, l.expiry, out);
	assert(n > 0 && n < sizeof(out) && out[n - 1] == '\n' && !memchr(out, '\n', n - 1));
	assert(leaseline_parse(out, n - 1, &again));
	assert(again.expiry == l.expiry && again.addr == l.addr && again.key_len == l.key_len);
	assert(memcmp(again.key, l.key, l.key_len) == 0 && memcmp(again.mac, l.mac, 6) == 0);
	assert(strcmp(again.name, l.name) == 0 && again.sent_id == l.sent_id);
	leases_free(&leases);
	return 0;
}

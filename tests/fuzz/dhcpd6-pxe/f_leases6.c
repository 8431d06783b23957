/* Lines of the lease file: an accepted line is written back the same. */
#include <assert.h>
#include <string.h>

#include "leaseline6.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct leases leases = { 0 };
	struct leaseline l, again;
	struct lease *lease;
	char out[LEASELINE_MAX];
	size_t n;

	switch (leaseline6_parse((const char *)data, size, &l)) {
	case LEASELINE_SERVER:
		n = leaseline6_write_server((struct dhcp6_bytes){ l.duid, l.duid_len }, out);
		assert(leaseline6_parse(out, n - 1, &again) == LEASELINE_SERVER);
		assert(again.duid_len == l.duid_len && memcmp(again.duid, l.duid, l.duid_len) == 0);
		return 0;
	case LEASELINE_LEASE:
		break;
	default:
		return 0;
	}
	lease = leases6_put(&leases,
	    &(struct lease_entry){
	        .addr = l.addr, .key = { l.duid, l.duid_len, l.iaid }, .name = l.name, .expiry = l.expiry });
	assert(lease);
	n = leaseline6_write(lease, lease6_name(lease), l.expiry, out);
	assert(n > 0 && n < sizeof(out) && out[n - 1] == '\n' && !memchr(out, '\n', n - 1));
	assert(leaseline6_parse(out, n - 1, &again) == LEASELINE_LEASE);
	assert(again.expiry == l.expiry && again.iaid == l.iaid && memcmp(&again.addr, &l.addr, 16) == 0);
	assert(again.duid_len == l.duid_len && memcmp(again.duid, l.duid, l.duid_len) == 0);
	assert(strcmp(again.name, l.name) == 0);
	leases6_free(&leases);
	return 0;
}

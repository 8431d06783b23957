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

	switch (leaseline_parse((const char *)data, size, &l)) {
	case LEASELINE_SERVER:
		n = leaseline_write_server((struct dhcp6_bytes){ l.duid, l.duid_len }, out);
		assert(leaseline_parse(out, n - 1, &again) == LEASELINE_SERVER);
		assert(again.duid_len == l.duid_len && memcmp(again.duid, l.duid, l.duid_len) == 0);
		return 0;
	case LEASELINE_LEASE:
		break;
	default:
		return 0;
	}
	lease = leases_put(&leases,
	    &(struct lease_entry){
	        .addr = l.addr, .key = { l.duid, l.duid_len, l.iaid }, .name = l.name, .expiry = l.expiry });
	assert(lease);
	n = leaseline_write(lease, lease_name(lease), l.expiry, out);
	assert(n > 0 && n < sizeof(out) && out[n - 1] == '\n' && !memchr(out, '\n', n - 1));
	assert(leaseline_parse(out, n - 1, &again) == LEASELINE_LEASE);
	assert(again.expiry == l.expiry && again.iaid == l.iaid && memcmp(&again.addr, &l.addr, 16) == 0);
	assert(again.duid_len == l.duid_len && memcmp(again.duid, l.duid, l.duid_len) == 0);
	assert(strcmp(again.name, l.name) == 0);
	leases_free(&leases);
	return 0;
}

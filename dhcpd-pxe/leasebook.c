#include "leasebook.h"

#include "leaseline.h"

static enum leasestore_result
restore(void *context, const char *line, size_t len)
{
	struct leases *leases = context;
	struct leaseline l;

	if (!leaseline_parse(line, len, &l))
		return LEASESTORE_DAMAGED;
	return leases_put(leases,
	           &(struct lease_entry){ .addr = l.addr,
	               .key = { l.key, l.key_len },
	               .name = l.name,
	               .mac = l.mac,
	               .expiry = l.expiry,
	               .state = l.key_len ? LEASE_BOUND : LEASE_DECLINED,
	               .sent_id = l.sent_id }) ?
	    LEASESTORE_OK :
	    LEASESTORE_NO_MEMORY;
}

static size_t
line_of(const struct hashtab_node *node, char out[LEASESTORE_LINE])
{
	const struct lease *lease = HASHTAB_ENTRY(node, struct lease, by_addr);

	return lease->state == LEASE_OFFERED ? 0 : leaseline_write(lease, lease_name(lease), lease->expiry, out);
}

struct leasestore
leasebook_store(struct leases *leases)
{
	return (struct leasestore){ .tool = "dhcpd-pxe",
		.offers = true,
		.leases = leases,
		.table = &leases->by_addr,
		.restore = restore,
		.line = line_of };
}

int
leasebook_add(struct leasefile *f, const struct lease *lease, const char *name, int64_t expiry)
{
	char line[LEASELINE_MAX];

	return leasefile_add(f, line, leaseline_write(lease, name, expiry, line));
}

int
leasebook_owe(struct leasefile *f, const struct lease *lease, const char *name, int64_t expiry)
{
	char line[LEASELINE_MAX];

	return leasefile_owe(f, line, leaseline_write(lease, name, expiry, line));
}

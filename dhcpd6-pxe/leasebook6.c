#include "leasebook6.h"

#include <string.h>

#include "leaseline6.h"
#include "unique.h"

static enum leasestore_result
leasebook6_restore(void *context, const char *line, size_t len)
{
	struct leasebook *b = context;
	struct leaseline l;

	switch (leaseline6_parse(line, len, &l)) {
	case LEASELINE_SERVER:
		memcpy(b->duid, l.duid, l.duid_len);
		b->duid_len = l.duid_len;
		return LEASESTORE_OK;
	case LEASELINE_LEASE:
		return leases6_put(b->leases,
		           &(struct lease_entry){ .addr = l.addr,
		               .key = { l.duid, l.duid_len, l.iaid },
		               .name = l.name,
		               .expiry = l.expiry,
		               .state = l.duid_len ? LEASE_BOUND : LEASE_DECLINED }) ?
		    LEASESTORE_OK :
		    LEASESTORE_NO_MEMORY;
	default:
		return LEASESTORE_DAMAGED;
	}
}

static size_t
leasebook6_line_of(const struct hashtab_node *node, char out[LEASESTORE_LINE])
{
	const struct lease *lease = HASHTAB_ENTRY(node, struct lease, by_addr);

	return lease->state == LEASE_OFFERED ? 0 : leaseline6_write(lease, lease6_name(lease), lease->expiry, out);
}

static size_t
head_of(const void *context, char out[LEASESTORE_LINE])
{
	const struct leasebook *b = context;

	return b->duid_len ? leaseline6_write_server(leasebook6_duid(b), out) : 0;
}

struct leasestore
leasebook6_store(struct leasebook *b)
{
	return (struct leasestore){ .tool = "dhcpd6-pxe",
		.leases = b,
		.table = &b->leases->by_addr,
		.restore = leasebook6_restore,
		.line = leasebook6_line_of,
		.head = head_of };
}

struct dhcp6_bytes
leasebook6_duid(const struct leasebook *b)
{
	return (struct dhcp6_bytes){ b->duid, b->duid_len };
}

int
leasebook6_make_duid(struct leasebook *b, struct leasefile *f)
{
	uint64_t number[2] = { unique_number(), unique_number() };
	char line[LEASELINE_MAX];
	struct wr w = wr_open(b->duid, sizeof(b->duid));

	if (b->duid_len)
		return 0;
	wr_u16(&w, DHCP6_DUID_UUID);
	wr_bytes(&w, number, sizeof(number));
	b->duid_len = wr_len(&w);
	/* version 4, variant 1 (RFC 9562, 5.4) */
	b->duid[2 + 6] = (uint8_t)((b->duid[2 + 6] & 0x0f) | 0x40);
	b->duid[2 + 8] = (uint8_t)((b->duid[2 + 8] & 0x3f) | 0x80);
	return leasefile_owe(f, line, leaseline6_write_server(leasebook6_duid(b), line));
}

int
leasebook6_add(struct leasefile *f, const struct lease *lease, const char *name, int64_t expiry)
{
	char line[LEASELINE_MAX];

	return leasefile_add(f, line, leaseline6_write(lease, name, expiry, line));
}

int
leasebook6_owe(struct leasefile *f, const struct lease *lease)
{
	char line[LEASELINE_MAX];

	return leasefile_owe(f, line, leaseline6_write(lease, lease6_name(lease), lease->expiry, line));
}

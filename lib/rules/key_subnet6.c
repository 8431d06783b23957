/* The keys of subnet lines of IPv6, and of ra lines. */
#include <string.h>

#include "addr6.h"
#include "keys.h"
#include "num.h"

/* Where in the subnet a key's value goes. */
#define FIELD6(member) offsetof(struct subnet6, member)

static bool
subnet6_range(struct reader *r, const struct key *k, const char *value)
{
	struct subnet6 *s = r->rule.subnet6;
	struct rule_strings part;

	(void)k;
	s->range = reader_list(r, value, sizeof(s->range[0]), &part);
	if (!s->range)
		return false;
	for (size_t i = 0; i < part.n; i++) {
		char *low = arena_str(&r->rules->arena, part.item[i]), *high = low;
		struct rule_range6 *range = &s->range[i];

		if (!low)
			return reader_no_memory(r);
		strsep(&high, "-");
		if (!high || !addr6_parse(low, &range->low) || !addr6_parse(high, &range->high))
			return reader_refuse(r, "not a range such as fd00:77::1000-fd00:77::1fff");
		if (addr6_cmp(&range->low, &range->high) > 0)
			return reader_refuse(r, "the first address is above the last");
		if (addr6_distance(&range->low, &range->high) == UINT64_MAX)
			return reader_refuse(r, "more than 64 bits of addresses");
		s->ranges = i + 1;
	}
	return true;
}

static bool
subnet6_preference(struct reader *r, const struct key *k, const char *value)
{
	uint64_t n;

	(void)k;
	if (!num_uint(value, 0, 255, &n))
		return reader_refuse(r, "not a number from 0 to 255 (RFC 8415, 21.8)");
	r->rule.subnet6->preference = (uint8_t)n;
	return true;
}

static bool
ra_prefix(struct reader *r, const struct key *k, const char *value)
{
	struct ra_line *ra = r->rule.ra;

	(void)k;
	if (!addr6_parse_net(value, &ra->net, &ra->prefix) || ra->prefix == 0)
		return reader_refuse(r, "not a prefix such as fd00:77::/64");
	return addr6_can_be_given(&ra->net) || reader_refuse(r, "no machine can be given an address of it");
}

const struct key keys_subnet6[] = {
	{ "range", KEYS_ON(RULE_SUBNET6), subnet6_range, 0, false },
	{ "dns", KEYS_ON(RULE_SUBNET6), keys_addrs6, FIELD6(dns), false },
	{ "domain", KEYS_ON(RULE_SUBNET6), keys_domain, FIELD6(domain), false },
	{ "lease", KEYS_ON(RULE_SUBNET6), keys_lease, FIELD6(lease_s), false },
	{ "decline", KEYS_ON(RULE_SUBNET6), keys_decline, FIELD6(decline_s), false },
	{ "max-leases", KEYS_ON(RULE_SUBNET6), keys_count, FIELD6(max_leases), false },
	{ "offers", KEYS_ON(RULE_SUBNET6), keys_count, FIELD6(offers), false },
	{ "preference", KEYS_ON(RULE_SUBNET6), subnet6_preference, 0, false },
	{ "link", KEYS_ON(RULE_SUBNET6), keys_link, FIELD6(link), false },
	{ "dns", KEYS_ON(RULE_RA), keys_addrs6, offsetof(struct ra_line, dns), false },
	{ "prefix", KEYS_ON(RULE_RA), ra_prefix, 0, false },
	{ NULL, 0, NULL, 0, false },
};

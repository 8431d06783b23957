/* The keys of subnet lines. */
#include <string.h>

#include "keys.h"
#include "num.h"

/* Where in the subnet a key's value goes. */
#define FIELD(member) offsetof(struct subnet, member)

static bool
subnet_range(struct reader *r, const struct key *k, const char *value)
{
	struct subnet *s = r->rule.subnet;
	struct rule_strings part;

	(void)k;
	s->range = reader_list(r, value, sizeof(s->range[0]), &part);
	if (!s->range)
		return false;
	for (size_t i = 0; i < part.n; i++) {
		char *low = arena_str(&r->rules->arena, part.item[i]), *high = low;
		struct rule_range *range = &s->range[i];

		if (!low)
			return reader_no_memory(r);
		strsep(&high, "-");
		if (!high || !num_ip4(low, &range->low) || !num_ip4(high, &range->high))
			return reader_refuse(r, "not a range such as 10.0.0.10-10.0.0.99");
		if (range->low > range->high)
			return reader_refuse(r, "the first address is above the last");
		s->ranges = i + 1;
	}
	return true;
}

static bool
subnet_probe(struct reader *r, const struct key *k, const char *value)
{
	(void)k;
	r->rule.subnet->probe_off = strcmp(value, "off") == 0;
	return r->rule.subnet->probe_off || strcmp(value, "on") == 0 || reader_refuse(r, "either on or off");
}

static bool
subnet_broadcast(struct reader *r, const struct key *k, const char *value)
{
	(void)k;
	r->rule.subnet->broadcast = strcmp(value, "always") == 0;
	return r->rule.subnet->broadcast || strcmp(value, "asked") == 0 ||
	    reader_refuse(r, "either always or asked (by the client's broadcast flag)");
}

static bool
subnet_share(struct reader *r, const struct key *k, const char *value)
{
	struct subnet *s = r->rule.subnet;
	char *of = arena_str(&r->rules->arena, value), *which;
	uint64_t number, all;

	(void)k;
	if (!of)
		return reader_no_memory(r);
	which = strsep(&of, "/");
	if (!of || !num_uint(of, 2, 16, &all) || !num_uint(which, 1, all, &number))
		return reader_refuse(r, "not a share such as 1/2: the first of two servers (16 at most)");
	s->share_k = (unsigned)number;
	s->share_n = (unsigned)all;
	return true;
}

static bool
subnet_delay(struct reader *r, const struct key *k, const char *value)
{
	uint32_t *out = &r->rule.subnet->delay_s;

	(void)k;
	if (!num_seconds(value, out) || *out < 1 || *out > 10)
		return reader_refuse(r, "1 to 10 seconds: clients give up after that");
	return true;
}

static bool
subnet_key(struct reader *r, const struct key *k, const char *value)
{
	(void)k;
	r->rule.subnet->key_mac = strcmp(value, "mac") == 0;
	return r->rule.subnet->key_mac || strcmp(value, "client-id") == 0 ||
	    reader_refuse(r, "either client-id or mac");
}

static bool
subnet_bootp(struct reader *r, const struct key *k, const char *value)
{
	(void)k;
	r->rule.subnet->bootp_dynamic = strcmp(value, "dynamic") == 0;
	return r->rule.subnet->bootp_dynamic || strcmp(value, "static") == 0 ||
	    reader_refuse(r, "either dynamic or static");
}

const struct key keys_subnet[] = {
	{ "range", KEYS_ON(RULE_SUBNET), subnet_range, 0, false },
	{ "router", KEYS_ON(RULE_SUBNET), keys_addrs, FIELD(router), false },
	{ "dns", KEYS_ON(RULE_SUBNET), keys_addrs, FIELD(dns), false },
	{ "domain", KEYS_ON(RULE_SUBNET), keys_domain, FIELD(domain), false },
	{ "lease", KEYS_ON(RULE_SUBNET), keys_lease, FIELD(lease_s), false },
	{ "bootp", KEYS_ON(RULE_SUBNET), subnet_bootp, 0, false },
	{ "lease-min", KEYS_ON(RULE_SUBNET), keys_lease, FIELD(lease_min_s), false },
	{ "lease-max", KEYS_ON(RULE_SUBNET), keys_lease, FIELD(lease_max_s), false },
	{ "decline", KEYS_ON(RULE_SUBNET), keys_decline, FIELD(decline_s), false },
	{ "probe", KEYS_ON(RULE_SUBNET), subnet_probe, 0, false },
	{ "key", KEYS_ON(RULE_SUBNET), subnet_key, 0, false },
	{ "share", KEYS_ON(RULE_SUBNET), subnet_share, 0, false },
	{ "delay", KEYS_ON(RULE_SUBNET), subnet_delay, 0, false },
	{ "link", KEYS_ON(RULE_SUBNET), keys_link, FIELD(link), false },
	{ "broadcast", KEYS_ON(RULE_SUBNET), subnet_broadcast, 0, false },
	{ "max-leases", KEYS_ON(RULE_SUBNET), keys_count, FIELD(max_leases), false },
	{ "offers", KEYS_ON(RULE_SUBNET), keys_count, FIELD(offers), false },
	{ NULL, 0, NULL, 0, false },
};

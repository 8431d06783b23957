/* The keys of subnet lines. */
#include <string.h>

#include "keys.h"
#include "num.h"

static bool
set_range(struct reader *r, const char *value)
{
	struct subnet *s = r->rule.subnet;
	struct rule_strings part;

	if (!keys_split(r, value, &part))
		return false;
	s->range = arena_alloc(&r->rules->arena, part.n * sizeof(s->range[0]));
	if (!s->range)
		return reader_refuse(r, "out of memory");
	for (size_t i = 0; i < part.n; i++) {
		char *low = arena_str(&r->rules->arena, part.item[i]), *high = low;
		struct rule_range *range = &s->range[i];

		if (!low)
			return reader_refuse(r, "out of memory");
		strsep(&high, "-");
		if (!high || !num_ip4(low, &range->low) || !num_ip4(high, &range->high))
			return reader_refuse(r, "no range: it looks like 10.0.0.10-10.0.0.99");
		if (range->low > range->high)
			return reader_refuse(r, "the first address is above the last");
		s->ranges = i + 1;
	}
	return true;
}

static bool
set_router(struct reader *r, const char *value)
{
	return keys_addrs(r, value, &r->rule.subnet->router);
}

static bool
set_dns(struct reader *r, const char *value)
{
	return keys_addrs(r, value, &r->rule.subnet->dns);
}

static bool
set_domain(struct reader *r, const char *value)
{
	if (!keys_is_name(value, true))
		return reader_refuse(r, "no domain name");
	return keys_copy(r, value, &r->rule.subnet->domain);
}

/* 0xffffffff means for ever on the wire (RFC 2131, section 3.3). */
static bool
set_time(struct reader *r, const char *value, uint32_t *out)
{
	if (!num_seconds(value, out))
		return reader_refuse(r, "no time: 600, 10m, 12h or 7d");
	if (*out < 10 || *out > 0x7fffffff)
		return reader_refuse(r, "a lease lasts 10 seconds to 68 years");
	return true;
}

static bool
set_lease(struct reader *r, const char *value)
{
	return set_time(r, value, &r->rule.subnet->lease_s);
}

static bool
set_lease_min(struct reader *r, const char *value)
{
	return set_time(r, value, &r->rule.subnet->lease_min_s);
}

static bool
set_lease_max(struct reader *r, const char *value)
{
	return set_time(r, value, &r->rule.subnet->lease_max_s);
}

static bool
set_decline(struct reader *r, const char *value)
{
	struct subnet *s = r->rule.subnet;

	if (!num_seconds(value, &s->decline_s) || s->decline_s < 1 || s->decline_s > 0x7fffffff)
		return reader_refuse(r, "no time: 600, 10m, 12h or 7d");
	return true;
}

static bool
set_probe(struct reader *r, const char *value)
{
	r->rule.subnet->probe_off = strcmp(value, "off") == 0;
	return r->rule.subnet->probe_off || strcmp(value, "on") == 0 || reader_refuse(r, "on or off");
}

static bool
set_count(struct reader *r, const char *value, uint32_t *out)
{
	uint64_t n;

	if (!num_uint(value, 1, 100000000, &n))
		return reader_refuse(r, "no number of 1 to 100000000");
	*out = (uint32_t)n;
	return true;
}

static bool
set_max_leases(struct reader *r, const char *value)
{
	return set_count(r, value, &r->rule.subnet->max_leases);
}

static bool
set_offers(struct reader *r, const char *value)
{
	return set_count(r, value, &r->rule.subnet->offers);
}

static bool
set_bootp(struct reader *r, const char *value)
{
	if (strcmp(value, "dynamic") == 0)
		r->rule.subnet->bootp_dynamic = true;
	else if (strcmp(value, "static") != 0)
		return reader_refuse(r, "dynamic or static");
	return true;
}

const struct key keys_subnet[] = {
	{ "range", KEYS_ON(RULE_SUBNET), set_range },
	{ "router", KEYS_ON(RULE_SUBNET), set_router },
	{ "dns", KEYS_ON(RULE_SUBNET), set_dns },
	{ "domain", KEYS_ON(RULE_SUBNET), set_domain },
	{ "lease", KEYS_ON(RULE_SUBNET), set_lease },
	{ "bootp", KEYS_ON(RULE_SUBNET), set_bootp },
	{ "lease-min", KEYS_ON(RULE_SUBNET), set_lease_min },
	{ "lease-max", KEYS_ON(RULE_SUBNET), set_lease_max },
	{ "decline", KEYS_ON(RULE_SUBNET), set_decline },
	{ "probe", KEYS_ON(RULE_SUBNET), set_probe },
	{ "max-leases", KEYS_ON(RULE_SUBNET), set_max_leases },
	{ "offers", KEYS_ON(RULE_SUBNET), set_offers },
	{ NULL, 0, NULL },
};

/* Values that lines of several kinds take, each kind at a place of its own. */
#include "addr6.h"
#include "keys.h"
#include "num.h"

/* Where in the line's struct. */
static void *
keys_field(struct reader *r, const struct key *k)
{
	return (char *)r->rule.any + k->arg;
}

bool
keys_addrs(struct reader *r, const struct key *k, const char *value)
{
	struct rule_addrs *out = keys_field(r, k);
	struct rule_strings part;

	out->addr = reader_list(r, value, sizeof(out->addr[0]), &part);
	if (!out->addr)
		return false;
	for (out->n = 0; out->n < part.n; out->n++)
		if (!num_ip4(part.item[out->n], &out->addr[out->n]))
			return reader_refuse(r, "\"%s\" is not an IPv4 address", part.item[out->n]);
	return true;
}

bool
keys_addrs6(struct reader *r, const struct key *k, const char *value)
{
	struct rule_addrs6 *out = keys_field(r, k);
	struct rule_strings part;

	out->addr = reader_list(r, value, sizeof(out->addr[0]), &part);
	if (!out->addr)
		return false;
	for (out->n = 0; out->n < part.n; out->n++) {
		if (!addr6_parse(part.item[out->n], &out->addr[out->n]))
			return reader_refuse(r, "\"%s\" is not an IPv6 address", part.item[out->n]);
		if (!addr6_can_be_given(&out->addr[out->n]))
			return reader_refuse(r, "no machine can have the address %s", part.item[out->n]);
	}
	return true;
}

/* 0xffffffff means for ever on the wire (RFC 2131, section 3.3; RFC 8415, section 7.7). */
bool
keys_lease(struct reader *r, const struct key *k, const char *value)
{
	uint32_t *out = keys_field(r, k);

	if (!num_seconds(value, out))
		return reader_refuse(r, "not a time such as 600, 10m, 12h or 7d");
	if (*out < 10 || *out > 0x7fffffff)
		return reader_refuse(r, "a lease lasts 10 seconds to 68 years");
	return true;
}

bool
keys_decline(struct reader *r, const struct key *k, const char *value)
{
	uint32_t *out = keys_field(r, k);

	if (!num_seconds(value, out) || *out < 1 || *out > 0x7fffffff)
		return reader_refuse(r, "not a time such as 600, 10m, 12h or 7d");
	return true;
}

bool
keys_count(struct reader *r, const struct key *k, const char *value)
{
	uint32_t *out = keys_field(r, k);
	uint64_t n;

	if (!num_uint(value, 1, 100000000, &n))
		return reader_refuse(r, "not a number from 1 to 100000000");
	*out = (uint32_t)n;
	return true;
}

bool
keys_domain(struct reader *r, const struct key *k, const char *value)
{
	const char **out = keys_field(r, k);

	if (!reader_is_domain(value))
		return reader_refuse(r, "not a domain name");
	return reader_copy(r, value, out);
}

bool
keys_link(struct reader *r, const struct key *k, const char *value)
{
	const char **out = keys_field(r, k);

	if (!*value)
		return reader_refuse(r, "which one? subnet lines with the same name are on one wire");
	return reader_copy(r, value, out);
}

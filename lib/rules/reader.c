#include "reader.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "addr6.h"
#include "log.h"
#include "num.h"

bool
reader_refuse(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
	return false;
}

bool
reader_no_memory(struct reader *r)
{
	r->diag->no_memory = true;
	return reader_refuse(r, "out of memory");
}

void
reader_report(struct reader *r, bool warning, const char *key, const char *value)
{
	char quoted[300];

	diag_add(r->diag, warning, "%s:%u: %s%s %s: %s", r->rule.where.file, r->rule.where.line,
	    warning ? "warning: " : "", key, log_quote_str(value, quoted, sizeof(quoted)), r->why);
}

bool
reader_copy(struct reader *r, const char *value, const char **out)
{
	if (!*value)
		return reader_refuse(r, "empty");
	*out = arena_str(&r->rules->arena, value);
	return *out || reader_no_memory(r);
}

bool
reader_split(struct reader *r, const char *value, struct rule_strings *out)
{
	struct arena *a = &r->rules->arena;
	size_t n = 1;
	char *copy = arena_str(a, value);

	for (const char *p = value; *p; p++)
		n += *p == ',';
	out->item = arena_alloc(a, n * sizeof(out->item[0]));
	if (!copy || !out->item)
		return reader_no_memory(r);
	for (out->n = 0; out->n < n; out->n++) {
		out->item[out->n] = strsep(&copy, ",");
		if (!*out->item[out->n])
			return reader_refuse(r, n == 1 ? "empty" : "an empty element in the list");
	}
	return true;
}

bool
reader_addrs(struct reader *r, const char *value, struct rule_addrs *out)
{
	struct rule_strings part;

	if (!reader_split(r, value, &part))
		return false;
	out->addr = arena_alloc(&r->rules->arena, part.n * sizeof(out->addr[0]));
	if (!out->addr)
		return reader_no_memory(r);
	for (out->n = 0; out->n < part.n; out->n++)
		if (!num_ip4(part.item[out->n], &out->addr[out->n]))
			return reader_refuse(r, "\"%s\" is not an IPv4 address", part.item[out->n]);
	return true;
}

bool
reader_addrs6(struct reader *r, const char *value, struct rule_addrs6 *out)
{
	struct rule_strings part;

	if (!reader_split(r, value, &part))
		return false;
	out->addr = arena_alloc(&r->rules->arena, part.n * sizeof(out->addr[0]));
	if (!out->addr)
		return reader_no_memory(r);
	for (out->n = 0; out->n < part.n; out->n++) {
		if (!addr6_parse(part.item[out->n], &out->addr[out->n]))
			return reader_refuse(r, "\"%s\" is not an IPv6 address", part.item[out->n]);
		if (!addr6_can_be_given(&out->addr[out->n]))
			return reader_refuse(r, "no machine can have the address %s", part.item[out->n]);
	}
	return true;
}

bool
reader_is_domain(const char *s)
{
	size_t label = 0;

	if (strlen(s) > 253)
		return false;
	for (; *s; s++) {
		if (*s == '.') {
			if (label == 0)
				return false;
			label = 0;
		} else if (isalnum((unsigned char)*s) || *s == '_' || (*s == '-' && label > 0)) {
			if (++label > 63)
				return false;
		} else {
			return false;
		}
	}
	return label > 0;
}

/* ---- what subnets of both families say --------------------------------- */

/* 0xffffffff means for ever on the wire (RFC 2131, section 3.3; RFC 8415, section 7.7). */
bool
reader_lease(struct reader *r, const char *value, uint32_t *out)
{
	if (!num_seconds(value, out))
		return reader_refuse(r, "not a time such as 600, 10m, 12h or 7d");
	if (*out < 10 || *out > 0x7fffffff)
		return reader_refuse(r, "a lease lasts 10 seconds to 68 years");
	return true;
}

bool
reader_decline(struct reader *r, const char *value, uint32_t *out)
{
	if (!num_seconds(value, out) || *out < 1 || *out > 0x7fffffff)
		return reader_refuse(r, "not a time such as 600, 10m, 12h or 7d");
	return true;
}

bool
reader_count(struct reader *r, const char *value, uint32_t *out)
{
	uint64_t n;

	if (!num_uint(value, 1, 100000000, &n))
		return reader_refuse(r, "not a number from 1 to 100000000");
	*out = (uint32_t)n;
	return true;
}

bool
reader_domain(struct reader *r, const char *value, const char **out)
{
	if (!reader_is_domain(value))
		return reader_refuse(r, "not a domain name");
	return reader_copy(r, value, out);
}

bool
reader_link(struct reader *r, const char *value, const char **out)
{
	if (!*value)
		return reader_refuse(r, "which one? subnet lines with the same name are on one wire");
	return reader_copy(r, value, out);
}

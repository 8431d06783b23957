#include "rules.h"

#include <stdlib.h>
#include <string.h>

#include "addr6.h"
#include "num.h"
#include "pxe.h"

const char *const rules_word[RULE_KINDS] = {
	[RULE_INTERFACE] = "interface",
	[RULE_SUBNET] = "subnet",
	[RULE_HOST] = "host",
	[RULE_BOOT] = "boot",
	[RULE_OPTION] = "option",
	[RULE_DENY] = "deny",
	[RULE_MENU] = "menu",
	[RULE_HOSTS] = "hosts",
	[RULE_INCLUDE] = "include",
	[RULE_SUBNET6] = "subnet",
	[RULE_OPTION6] = "option6",
	[RULE_RA] = "ra",
};

const struct rule *
rules_line(const struct rules *r, enum rule_kind kind, size_t i)
{
	return &r->line[r->of[kind][i]];
}

bool
rules_is_for(const struct rule *rule, enum rules_family family)
{
	return rule->families & RULES_OF(family);
}

bool
subnet_holds(const struct subnet *s, uint32_t addr)
{
	return (addr & num_mask4(s->prefix)) == s->net;
}

bool
subnet_link_holds(const struct subnet *s, uint32_t addr)
{
	for (size_t i = 0; i < s->mates; i++)
		if (subnet_holds(s->mate[i], addr))
			return true;
	return subnet_holds(s, addr);
}

static bool
ranges_hold(const struct rule_range *range, size_t n, uint32_t addr)
{
	for (size_t i = 0; i < n; i++)
		if (addr >= range[i].low && addr <= range[i].high)
			return true;
	return false;
}

bool
subnet_ranges_hold(const struct subnet *s, uint32_t addr)
{
	return ranges_hold(s->range, s->ranges, addr);
}

bool
subnet_is_others(const struct subnet *s, uint32_t addr)
{
	return ranges_hold(s->others, s->other, addr);
}

bool
subnet6_holds(const struct subnet6 *s, const struct in6_addr *addr)
{
	return addr6_in(addr, &s->net, s->prefix);
}

bool
subnet6_link_holds(const struct subnet6 *s, const struct in6_addr *addr)
{
	for (size_t i = 0; i < s->mates; i++)
		if (subnet6_holds(s->mate[i], addr))
			return true;
	return subnet6_holds(s, addr);
}

bool
subnet6_ranges_hold(const struct subnet6 *s, const struct in6_addr *addr)
{
	for (size_t i = 0; i < s->ranges; i++)
		if (addr6_cmp(&s->range[i].low, addr) <= 0 && addr6_cmp(addr, &s->range[i].high) <= 0)
			return true;
	return false;
}

bool
match_names_ipxe(const struct match *m)
{
	const unsigned ipxe = 1u << PXE_CLIENT_IPXE, other = 1u << PXE_CLIENT_OTHER;
	/* client=!http leaves iPXE over, but does not name it */
	bool named = (m->clients & (ipxe | other)) == ipxe || (m->user_class && !(m->negated & NOT_USER_CLASS)) ||
	    (m->ipxe && !(m->negated & NOT_IPXE));

	for (size_t i = 0; i < m->options && !named; i++)
		named =
		    !m->option[i].negated && (m->option[i].code == DHCP_IPXE || m->option[i].code == DHCP_USER_CLASS);
	return named;
}

bool
match_names_machines(const struct match *m)
{
	bool named = (m->mac.n && !(m->negated & NOT_MAC)) || (m->uuid.n && !(m->negated & NOT_UUID)) ||
	    (m->tag.n && !(m->negated & NOT_TAG)) || (m->user_class && !(m->negated & NOT_USER_CLASS));

	for (size_t i = 0; i < m->options && !named; i++)
		named = !m->option[i].negated;
	return named;
}

const struct subnet *
rules_network(const struct rules *r, uint32_t addr)
{
	for (size_t i = 0; i < r->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(r, RULE_SUBNET, i)->subnet;

		if (s->prefix && subnet_holds(s, addr))
			return s;
	}
	return NULL;
}

const struct subnet *
rules_giver(const struct rules *r, uint32_t addr)
{
	for (size_t i = 0; i < r->n[RULE_SUBNET]; i++) {
		const struct subnet *s = rules_line(r, RULE_SUBNET, i)->subnet;

		if (!s->proxy && subnet_holds(s, addr))
			return s;
	}
	return NULL;
}

const struct subnet6 *
rules_network6(const struct rules *r, const struct in6_addr *addr)
{
	for (size_t i = 0; i < r->n[RULE_SUBNET6]; i++) {
		const struct subnet6 *s = rules_line(r, RULE_SUBNET6, i)->subnet6;

		if (s->prefix && subnet6_holds(s, addr))
			return s;
	}
	return NULL;
}

bool
rules_has_server(const struct boot_server *s)
{
	return s->addr || s->has_addr6 || s->name;
}

void
rules_host_is(struct host *h, struct machineid *id)
{
	if (id->kind == MACHINEID_MAC) {
		h->mac = (uint8_t(*)[6])id->bytes;
		h->macs = 1;
	} else if (id->kind == MACHINEID_UUID) {
		memcpy(h->uuid, id->bytes, sizeof(h->uuid));
		h->has_uuid = true;
	} else if (id->kind == MACHINEID_DUID) {
		h->duid = id->bytes;
		h->duid_len = id->len;
	} else {
		h->id = id->bytes;
		h->id_len = id->len;
	}
}

void
rules_host_id(const struct host *h, struct machineid *out)
{
	const struct {
		enum machineid_kind kind;
		const uint8_t *bytes;
		size_t len;
	} is[] = {
		{ MACHINEID_MAC, h->macs ? h->mac[0] : NULL, h->macs ? sizeof(h->mac[0]) : 0 },
		{ MACHINEID_UUID, h->uuid, h->has_uuid ? sizeof(h->uuid) : 0 },
		{ MACHINEID_DUID, h->duid, h->duid_len },
		{ MACHINEID_CLIENT, h->id, h->id_len },
	};

	*out = (struct machineid){ .kind = MACHINEID_CLIENT };
	for (size_t i = 0; i < sizeof(is) / sizeof(is[0]); i++) {
		if (is[i].len == 0)
			continue;
		out->kind = (uint8_t)is[i].kind;
		out->len = (uint8_t)is[i].len;
		memcpy(out->bytes, is[i].bytes, is[i].len);
		return;
	}
}

void
rules_free(struct rules *r)
{
	free(r->line);
	for (size_t i = 0; i < RULE_KINDS; i++) {
		free(r->of[i]);
		free(r->gate[i]);
	}
	arena_free(&r->arena);
	*r = (struct rules){ 0 };
}

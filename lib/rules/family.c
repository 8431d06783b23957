#include "family.h"

#include <string.h>

#include "num.h"
#include "pxe.h"

/* ---- before it is read -------------------------------------------------- */

static bool
has_colon(const char *s)
{
	return strchr(s, ':') != NULL;
}

/* A URL whose server is an address is for clients of that family: http://[fd00::1]/x. */
static unsigned
url_families(const char *url)
{
	const char *host = strstr(url, "://");
	char plain[NUM_IP4_TEXT];
	uint32_t addr;
	size_t len;

	if (!host)
		return RULES_BOTH;
	host += 3;
	if (*host == '[')
		return RULES_OF(RULES_IP6);
	len = strcspn(host, ":/");
	if (len >= sizeof(plain))
		return RULES_BOTH;
	memcpy(plain, host, len);
	plain[len] = '\0';
	return num_ip4(plain, &addr) ? RULES_OF(RULES_IP4) : RULES_BOTH;
}

/* What one key=value says; RULES_BOTH: nothing. */
static unsigned
key_sign(const char *key, const char *value)
{
	if (strcmp(key, "opt6") == 0)
		return RULES_OF(RULES_IP6);
	if (strcmp(key, "ipxe") == 0)
		return RULES_OF(RULES_IP4);
	if (strcmp(key, "subnet") == 0 || (strcmp(key, "ip") == 0 && *value != '{'))
		return RULES_OF(has_colon(value) ? RULES_IP6 : RULES_IP4);
	return strcmp(key, "file") == 0 ? url_families(value) : RULES_BOTH;
}

/* What the first two words say. */
static unsigned
word_sign(const char *kind, const char *second)
{
	if (strcmp(kind, "option6") == 0 || strcmp(kind, "ra") == 0)
		return RULES_OF(RULES_IP6);
	if (strcmp(kind, "menu") == 0)
		return RULES_OF(RULES_IP4);
	if (strcmp(kind, "subnet") == 0)
		return RULES_OF(has_colon(second) ? RULES_IP6 : RULES_IP4);
	return strcmp(kind, "option") == 0 && strchr(second, '.') ? RULES_OF(RULES_IP4) : RULES_BOTH;
}

static const char *
second_word(const struct facts *f)
{
	return f->n > 1 && !f->word[1].key ? f->word[1].value : "";
}

bool
family_is_subnet6(const struct facts *f)
{
	return has_colon(second_word(f));
}

void
family_begin(struct reader *r, const struct facts *f)
{
	const char *kind = f->word[0].value;
	const size_t *nets = r->rules->nets;
	unsigned sign = word_sign(kind, second_word(f));
	bool plain = strcmp(kind, "option") == 0;

	for (size_t i = 1; i < f->n; i++) {
		const struct facts_word *w = &f->word[i];

		if (!w->key)
			continue;
		sign &= key_sign(w->key, w->value);
		plain = plain || strcmp(w->key, "opt") == 0;
	}
	r->rule.guessed = plain && sign == RULES_BOTH;
	r->six = sign == RULES_OF(RULES_IP6) || (r->rule.guessed && nets[RULES_IP6] > 0 && nets[RULES_IP4] == 0);
}

/* ---- after -------------------------------------------------------------- */

static unsigned
match_families(const struct match *m)
{
	unsigned left = RULES_BOTH;

	if (m->has_net || m->ipxe || m->clients == 1u << PXE_CLIENT_BOOTP)
		left &= RULES_OF(RULES_IP4);
	if (m->has_net6)
		left &= RULES_OF(RULES_IP6);
	for (size_t i = 0; i < m->options; i++) {
		if (!m->option[i].code6)
			left &= RULES_OF(RULES_IP4);
		if (!m->option[i].code)
			left &= RULES_OF(RULES_IP6);
	}
	return left;
}

/* A machine may be known only by what one protocol carries; what its own file is named
 * after is not known yet. */
static unsigned
host_families(const struct host *h)
{
	if (h->macs || h->has_uuid || !h->id_len == !h->duid_len)
		return RULES_BOTH;
	return RULES_OF(h->duid_len ? RULES_IP6 : RULES_IP4);
}

static unsigned
boot_families(const struct boot_line *b)
{
	unsigned left = b->file ? url_families(b->file) : RULES_BOTH;

	if (b->server.addr && !b->server.has_addr6)
		left &= RULES_OF(RULES_IP4);
	if (b->server.has_addr6 && !b->server.addr)
		left &= RULES_OF(RULES_IP6);
	return left;
}

static unsigned
kind_families(const struct rule *rule)
{
	switch (rule->kind) {
	case RULE_SUBNET:
	case RULE_OPTION:
	case RULE_MENU:
		return RULES_OF(RULES_IP4);
	case RULE_SUBNET6:
	case RULE_OPTION6:
	case RULE_RA:
		return RULES_OF(RULES_IP6);
	case RULE_HOST:
		return host_families(rule->host);
	case RULE_BOOT:
		return boot_families(rule->boot);
	default:
		return RULES_BOTH;
	}
}

bool
family_settle(struct reader *r)
{
	r->rule.families = kind_families(&r->rule) & match_families(r->rule.match);
	return r->rule.families || reader_refuse(r, "it names things of DHCP and of DHCPv6, so no client can fit it");
}

void
family_check_guess(struct reader *r)
{
	const size_t *nets = r->rules->nets;
	const char *key = r->rule.kind == RULE_OPTION || r->rule.kind == RULE_OPTION6 ? "option" : "opt";
	bool six = !rules_is_for(&r->rule, RULES_IP4);

	if (!r->rule.guessed || r->rule.faulty)
		return;
	if (six && nets[RULES_IP4] > 0)
		reader_refuse(r,
		    "is this DHCP's or DHCPv6's? Write %s6 for DHCPv6's, or put it behind a subnet line of IPv4", key);
	else if (!six && nets[RULES_IP4] == 0 && nets[RULES_IP6] > 0)
		reader_refuse(r, "is this DHCPv6's? Write %s6, or put it behind a subnet line", key);
	else
		return;
	reader_report(r, false, key, "");
}

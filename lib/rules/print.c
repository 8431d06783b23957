/* rules_text: a rule as the line that reads back to it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr6.h"
#include "facts.h"
#include "ipxe.h"
#include "num.h"
#include "pxe.h"
#include "rules.h"

/* There is no memory: the text is no good (rules_text). */
static void
spoil(FILE *f)
{
	fputc('\0', f);
}

/* key=value, or the value alone when the key is NULL. */
static void
print_word(FILE *f, const char *key, const char *value)
{
	size_t len = strlen(value), need = facts_quote(value, len, NULL, 0) + 1;
	char *quoted = malloc(need);

	if (!quoted) {
		spoil(f);
		return;
	}
	facts_quote(value, len, quoted, need);
	if (key)
		fprintf(f, " %s=%s", key, quoted);
	else
		fprintf(f, " %s", quoted);
	free(quoted);
}

static void
print_list(FILE *f, const char *key, const char *before, const struct rule_strings *s)
{
	char *text = NULL;
	size_t size;
	FILE *m;

	if (s->n == 0)
		return;
	m = open_memstream(&text, &size);
	if (!m) {
		spoil(f);
		return;
	}
	for (size_t i = 0; i < s->n; i++)
		fprintf(m, "%s%s", i ? "," : before, s->item[i]);
	if (fclose(m) == 0 && text)
		print_word(f, key, text);
	else
		spoil(f);
	free(text);
}

static void
print_addrs(FILE *f, const char *key, const struct rule_addrs *a)
{
	char text[NUM_IP4_TEXT];

	for (size_t i = 0; i < a->n; i++)
		if (i)
			fprintf(f, ",%s", num_ip4_text(a->addr[i], text));
		else
			fprintf(f, " %s=%s", key, num_ip4_text(a->addr[i], text));
}

static void
print_addrs6(FILE *f, const char *key, const struct rule_addrs6 *a)
{
	char text[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < a->n; i++)
		if (i)
			fprintf(f, ",%s", addr6_text(&a->addr[i], text));
		else
			fprintf(f, " %s=%s", key, addr6_text(&a->addr[i], text));
}

static void
print_hex(FILE *f, const char *key, const uint8_t *bytes, size_t len)
{
	fprintf(f, " %s=%s", key, len ? "" : "\"\"");
	for (size_t i = 0; i < len; i++)
		fprintf(f, "%s%02x", i ? ":" : "", bytes[i]);
}

static void
print_number(FILE *f, const char *key, uint32_t n)
{
	if (n)
		fprintf(f, " %s=%u", key, n);
}

/* KEY= and the '!' of a condition turned round. */
static void
print_key(FILE *f, const struct match *m, const char *key, enum match_not bit)
{
	fprintf(f, " %s=%s", key, m->negated & bit ? "!" : "");
}

static void
print_patterns(FILE *f, const struct patterns *p)
{
	for (size_t i = 0; i < p->n; i++)
		fprintf(f, "%s%s", i ? "," : "", p->item[i].text);
}

/* The conditions that are words and numbers, which need no quotes. */
static void
print_match_plain(FILE *f, const struct match *m)
{
	char net[INET6_ADDRSTRLEN];
	const char *sep = " client=";

	for (int c = 0; c <= PXE_CLIENT_BOOTP; c++)
		if (m->clients & 1u << c) {
			fprintf(f, "%s%s", sep, pxe_client_name((enum pxe_client)c));
			sep = ",";
		}
	if (m->archs)
		print_key(f, m, "arch", NOT_ARCH);
	for (size_t i = 0; i < m->archs; i++)
		if (m->arch[i].name)
			fprintf(f, "%s%s", i ? "," : "", m->arch[i].name);
		else
			fprintf(f, "%s%u", i ? "," : "", m->arch[i].code);
	if (m->mac.n)
		print_key(f, m, "mac", NOT_MAC);
	print_patterns(f, &m->mac);
	if (m->uuid.n)
		print_key(f, m, "uuid", NOT_UUID);
	print_patterns(f, &m->uuid);
	if (m->ipxe)
		print_key(f, m, "ipxe", NOT_IPXE);
	sep = "";
	for (uint8_t code = IPXE_FEATURES; code < IPXE_FEATURES_END; code++)
		if (m->ipxe & 1ull << (code - IPXE_FEATURES)) {
			const char *name = ipxe_feature_name(code);

			fputs(sep, f);
			if (name)
				fputs(name, f);
			else
				fprintf(f, "%u", code);
			sep = ",";
		}
	if (m->has_net) {
		print_key(f, m, "subnet", NOT_NET);
		fprintf(f, "%s/%u", num_ip4_text(m->net, net), m->prefix);
	}
	if (m->has_net6) {
		print_key(f, m, "subnet", NOT_NET);
		fprintf(f, "%s/%u", addr6_text(&m->net6, net), m->prefix6);
	}
	if (m->known)
		fprintf(f, " host=%s", m->known == RULE_KNOWN ? "known" : "unknown");
}

/* A value in quotes, behind what stands before it in them: '!', an option's code. */
static void
print_behind(FILE *f, const char *key, const char *before, const char *value)
{
	char *text;

	if (asprintf(&text, "%s%s", before, value) < 0)
		return;
	print_word(f, key, text);
	free(text);
}

static void
print_match_option(FILE *f, const struct rule_option *o)
{
	char before[24] = "";
	int n = 0;

	if (strcmp(o->key, "opt6") == 0)
		n = snprintf(before + 1, sizeof(before) - 1, "%u:", o->code6);
	else if (strcmp(o->key, "opt") == 0)
		n = o->sub ? snprintf(before + 1, sizeof(before) - 1, "%u.%u:", o->code, o->sub) :
		             snprintf(before + 1, sizeof(before) - 1, "%u:", o->code);
	before[0] = '!';
	if (o->hex)
		snprintf(before + 1 + n, sizeof(before) - 1 - (size_t)n, "hex:");
	print_behind(f, o->key, before + !o->negated, o->is[0].text);
}

static void
print_match(FILE *f, const struct match *m)
{
	print_match_plain(f, m);
	if (m->user_class)
		print_behind(f, "user-class", m->negated & NOT_USER_CLASS ? "!" : "", m->user_class->text);
	print_list(f, "tag", m->negated & NOT_TAG ? "!" : "", &m->tag);
	for (size_t i = 0; i < m->options; i++)
		print_match_option(f, &m->option[i]);
}

static void
print_subnet_line(FILE *f, const struct rule *rule)
{
	const struct subnet *s = rule->subnet;
	char low[NUM_IP4_TEXT], high[NUM_IP4_TEXT];

	fprintf(f, " %s/%u%s%s", num_ip4_text(s->net, low), s->prefix, s->proxy ? " proxy" : "",
	    s->authoritative ? " authoritative" : "");
	print_match(f, rule->match);
	for (size_t i = 0; i < s->ranges; i++)
		fprintf(f, "%s%s-%s", i ? "," : " range=", num_ip4_text(s->range[i].low, low),
		    num_ip4_text(s->range[i].high, high));
	print_addrs(f, "router", &s->router);
	print_addrs(f, "dns", &s->dns);
	if (s->domain)
		print_word(f, "domain", s->domain);
	print_number(f, "lease", s->lease_s);
	print_number(f, "lease-min", s->lease_min_s);
	print_number(f, "lease-max", s->lease_max_s);
	print_number(f, "decline", s->decline_s);
	print_number(f, "max-leases", s->max_leases);
	print_number(f, "offers", s->offers);
	if (s->probe_off)
		fputs(" probe=off", f);
	if (s->key_mac)
		fputs(" key=mac", f);
	if (s->share_n)
		fprintf(f, " share=%u/%u", s->share_k, s->share_n);
	print_number(f, "delay", s->delay_s);
	if (s->link)
		print_word(f, "link", s->link);
	if (s->broadcast)
		fputs(" broadcast=always", f);
	if (s->bootp_dynamic)
		fputs(" bootp=dynamic", f);
}

static void
print_subnet6_line(FILE *f, const struct rule *rule)
{
	const struct subnet6 *s = rule->subnet6;
	char low[INET6_ADDRSTRLEN], high[INET6_ADDRSTRLEN];

	fprintf(f, " %s/%u%s", addr6_text(&s->net, low), s->prefix, s->netboot ? " netboot" : "");
	print_match(f, rule->match);
	for (size_t i = 0; i < s->ranges; i++)
		fprintf(f, "%s%s-%s", i ? "," : " range=", addr6_text(&s->range[i].low, low),
		    addr6_text(&s->range[i].high, high));
	print_addrs6(f, "dns", &s->dns);
	if (s->domain)
		print_word(f, "domain", s->domain);
	print_number(f, "lease", s->lease_s);
	print_number(f, "decline", s->decline_s);
	print_number(f, "max-leases", s->max_leases);
	print_number(f, "offers", s->offers);
	print_number(f, "preference", s->preference);
	if (s->link)
		print_word(f, "link", s->link);
}

static void
print_ra(FILE *f, const struct ra_line *ra)
{
	char net[INET6_ADDRSTRLEN];

	if (ra->none)
		fputs(" none", f);
	else
		fprintf(f, " prefix=%s/%u", addr6_text(&ra->net, net), ra->prefix);
	print_addrs6(f, "dns", &ra->dns);
}

/* Addresses of both families have one key. */
static void
print_host_addrs(FILE *f, const struct host *h)
{
	char text[INET6_ADDRSTRLEN];

	print_addrs(f, "addr", &h->addrs);
	if (h->addrs.n == 0)
		print_addrs6(f, "addr", &h->addrs6);
	for (size_t i = 0; h->addrs.n > 0 && i < h->addrs6.n; i++)
		fprintf(f, ",%s", addr6_text(&h->addrs6.addr[i], text));
}

static void
print_host(FILE *f, const struct host *h)
{
	char text[NUM_UUID_TEXT];

	/* the name of a machine's own file says which machine it is */
	for (size_t i = 0; i < h->macs && !h->own; i++)
		fprintf(f, "%s%s", i ? "," : " mac=", num_mac_text(h->mac[i], ':', text));
	if (h->has_uuid && !h->own)
		fprintf(f, " uuid=%s", num_uuid_text(h->uuid, text));
	if (h->id_len && !h->own)
		print_hex(f, "client-id", h->id, h->id_len);
	if (h->duid_len && !h->own)
		print_hex(f, "duid", h->duid, h->duid_len);
	print_host_addrs(f, h);
	if (h->name)
		print_word(f, "name", h->name);
	print_list(f, "tag", "", &h->tag);
}

static void
print_server(FILE *f, const struct boot_server *server)
{
	char text[INET6_ADDRSTRLEN];

	if (server->name)
		print_word(f, "server", server->name);
	else if (server->addr)
		fprintf(f, " server=%s", num_ip4_text(server->addr, text));
	if (server->has_addr6)
		fprintf(f, "%s%s", server->addr ? "," : " server=", addr6_text(&server->addr6, text));
}

static void
print_boot(FILE *f, const struct rule *rule)
{
	print_match(f, rule->match);
	if (rule->boot->file)
		print_word(f, "file", rule->boot->file);
	print_server(f, &rule->boot->server);
	print_number(f, "delay", rule->boot->delay_s);
	if (rule->boot->chain)
		fputs(" chain", f);
	if (rule->boot->once)
		fputs(" once", f);
}

static void
print_option_addrs(FILE *f, const struct rule *rule)
{
	struct rd r = rd_open(rule->option->bytes, rule->option->len);
	const char *sep = " ip=";
	char text[INET6_ADDRSTRLEN];

	if (rule->option->text)
		print_word(f, "ip", rule->option->text);
	for (; rd_left(&r) > 0; sep = ",") {
		struct in6_addr addr;

		if (rule->kind == RULE_OPTION) {
			num_ip4_text(rd_u32(&r), text);
		} else {
			memcpy(&addr, rd_take(&r, sizeof(addr)), sizeof(addr));
			addr6_text(&addr, text);
		}
		fprintf(f, "%s%s", sep, text);
	}
}

/* The numbers of one size, as far as the bytes go. */
static void
print_option_numbers(FILE *f, const struct option_line *o)
{
	static const char *const key[] = { [OPTION_U8] = "u8", [OPTION_U16] = "u16", [OPTION_U32] = "u32" };
	struct rd r = rd_open(o->bytes, o->len);

	for (bool first = true; rd_left(&r) > 0; first = false) {
		uint32_t n = o->value == OPTION_U8 ? rd_u8(&r) : o->value == OPTION_U16 ? rd_u16(&r) : rd_u32(&r);

		if (first)
			fprintf(f, " %s=%u", key[o->value], n);
		else
			fprintf(f, ",%u", n);
	}
}

static void
print_option(FILE *f, const struct rule *rule)
{
	const struct option_line *o = rule->option;

	fprintf(f, " %u", o->code);
	if (o->has_sub)
		fprintf(f, ".%u", o->sub);
	print_match(f, rule->match);
	if (o->asked)
		fputs(" when=asked", f);
	if (o->value == OPTION_TEXT)
		print_word(f, "text", o->text);
	else if (o->value == OPTION_HEX)
		print_hex(f, "hex", o->bytes, o->len);
	else if (o->value == OPTION_IP)
		print_option_addrs(f, rule);
	else
		print_option_numbers(f, o);
}

static void
print_menu(FILE *f, const struct rule *rule)
{
	const struct menu_line *m = rule->menu;

	print_match(f, rule->match);
	if (m->prompt) {
		print_word(f, "prompt", m->prompt);
		fprintf(f, " timeout=%u", m->timeout_s);
		return;
	}
	print_word(f, "item", m->item);
	if (m->file)
		print_word(f, "file", m->file);
	else
		fputs(" local", f);
	print_server(f, &m->server);
}

char *
rules_text(const struct rule *rule)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	fputs(rules_word[rule->kind], f);
	switch (rule->kind) {
	case RULE_INTERFACE:
		print_word(f, NULL, rule->interface);
		break;
	case RULE_INCLUDE:
		print_word(f, NULL, rule->include);
		break;
	case RULE_HOSTS:
		print_word(f, NULL, rule->dir);
		break;
	case RULE_SUBNET:
		print_subnet_line(f, rule);
		break;
	case RULE_HOST:
		print_host(f, rule->host);
		break;
	case RULE_BOOT:
		print_boot(f, rule);
		break;
	case RULE_SUBNET6:
		print_subnet6_line(f, rule);
		break;
	case RULE_RA:
		print_ra(f, rule->ra);
		break;
	case RULE_OPTION:
	case RULE_OPTION6:
		print_option(f, rule);
		break;
	case RULE_DENY:
		print_match(f, rule->match);
		break;
	default:
		print_menu(f, rule);
		break;
	}
	if (fclose(f) == 0 && text && strlen(text) == size)
		return text;
	free(text);
	errno = ENOMEM;
	return NULL;
}

/* A rule as the line that would be read into it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "num.h"
#include "pxe.h"
#include "rules.h"

static void
put(FILE *f, const char *key, const char *value)
{
	size_t len = strlen(value), need = facts_quote(value, len, NULL, 0) + 1;
	char *quoted = malloc(need);

	if (!quoted)
		return; /* the stream then fails too, or nearly nothing works */
	facts_quote(value, len, quoted, need);
	if (key)
		fprintf(f, " %s=%s", key, quoted);
	else
		fprintf(f, " %s", quoted);
	free(quoted);
}

static void
put_list(FILE *f, const char *key, const struct rule_strings *s)
{
	char *text = NULL;
	size_t size;
	FILE *m;

	if (s->n == 0 || !(m = open_memstream(&text, &size)))
		return;
	for (size_t i = 0; i < s->n; i++)
		fprintf(m, "%s%s", i ? "," : "", s->item[i]);
	if (fclose(m) == 0)
		put(f, key, text);
	free(text);
}

static void
put_addrs(FILE *f, const char *key, const struct rule_addrs *a)
{
	char text[NUM_IP4_TEXT];

	for (size_t i = 0; i < a->n; i++)
		if (i)
			fprintf(f, ",%s", num_ip4_text(a->addr[i], text));
		else
			fprintf(f, " %s=%s", key, num_ip4_text(a->addr[i], text));
}

static void
put_hex(FILE *f, const char *key, const uint8_t *bytes, size_t len)
{
	fprintf(f, " %s=%s", key, len ? "" : "\"\"");
	for (size_t i = 0; i < len; i++)
		fprintf(f, "%s%02x", i ? ":" : "", bytes[i]);
}

static void
put_number(FILE *f, const char *key, uint32_t n)
{
	if (n)
		fprintf(f, " %s=%u", key, n);
}

static void
put_match(FILE *f, const struct match *m)
{
	char net[NUM_IP4_TEXT];
	const char *sep = " client=";

	for (int c = 0; c <= PXE_CLIENT_BOOTP; c++)
		if (m->clients & 1u << c) {
			fprintf(f, "%s%s", sep, pxe_client_name((enum pxe_client)c));
			sep = ",";
		}
	for (size_t i = 0; i < m->archs; i++) {
		fputs(i ? "," : " arch=", f);
		if (m->arch[i].name)
			fputs(m->arch[i].name, f);
		else
			fprintf(f, "%u", m->arch[i].code);
	}
	put_list(f, "mac", &m->mac);
	put_list(f, "uuid", &m->uuid);
	if (m->vendor)
		put(f, "vendor", m->vendor);
	if (m->user_class)
		put(f, "user-class", m->user_class);
	if (m->has_net)
		fprintf(f, " subnet=%s/%u", num_ip4_text(m->net, net), m->prefix);
	put_list(f, "tag", &m->tag);
	if (m->known)
		fprintf(f, " host=%s", m->known == RULE_KNOWN ? "known" : "unknown");
	if (m->circuit_id)
		put(f, "circuit-id", m->circuit_id);
}

static void
put_subnet(FILE *f, const struct rule *rule)
{
	const struct subnet *s = rule->subnet;
	char low[NUM_IP4_TEXT], high[NUM_IP4_TEXT];

	fprintf(f, " %s/%u%s%s", num_ip4_text(s->net, low), s->prefix, s->proxy ? " proxy" : "",
	    s->authoritative ? " authoritative" : "");
	put_match(f, rule->match);
	for (size_t i = 0; i < s->ranges; i++)
		fprintf(f, "%s%s-%s", i ? "," : " range=", num_ip4_text(s->range[i].low, low),
		    num_ip4_text(s->range[i].high, high));
	put_addrs(f, "router", &s->router);
	put_addrs(f, "dns", &s->dns);
	if (s->domain)
		put(f, "domain", s->domain);
	put_number(f, "lease", s->lease_s);
	put_number(f, "lease-min", s->lease_min_s);
	put_number(f, "lease-max", s->lease_max_s);
	put_number(f, "decline", s->decline_s);
	put_number(f, "max-leases", s->max_leases);
	put_number(f, "offers", s->offers);
	if (s->probe_off)
		fputs(" probe=off", f);
	if (s->bootp_dynamic)
		fputs(" bootp=dynamic", f);
}

static void
put_host(FILE *f, const struct host *h)
{
	char text[NUM_UUID_TEXT];

	/* of a file in a hosts folder: its name says the MAC address */
	for (size_t i = 0; i < h->macs && !h->own; i++)
		fprintf(f, "%s%s", i ? "," : " mac=", num_mac_text(h->mac[i], ':', text));
	if (h->has_uuid)
		fprintf(f, " uuid=%s", num_uuid_text(h->uuid, text));
	if (h->id_len)
		put_hex(f, "client-id", h->id, h->id_len);
	if (h->addr)
		fprintf(f, " addr=%s", num_ip4_text(h->addr, text));
	if (h->name)
		put(f, "name", h->name);
	put_list(f, "tag", &h->tag);
}

static void
put_server(FILE *f, uint32_t server)
{
	char text[NUM_IP4_TEXT];

	if (server)
		fprintf(f, " server=%s", num_ip4_text(server, text));
}

static void
put_boot(FILE *f, const struct rule *rule)
{
	put_match(f, rule->match);
	put(f, "file", rule->boot->file);
	put_server(f, rule->boot->server);
	put_number(f, "delay", rule->boot->delay_s);
	if (rule->boot->once)
		fputs(" once", f);
}

static void
put_numbers(FILE *f, const struct option_line *o)
{
	struct rd r = rd_open(o->bytes, o->len);
	const char *sep = "";

	fprintf(f, " %s=", rules_value_key[o->value]);
	for (; rd_left(&r) > 0; sep = ",")
		fprintf(f, "%s%u", sep,
		    o->value == OPTION_U8      ? rd_u8(&r) :
		        o->value == OPTION_U16 ? rd_u16(&r) :
		                                 rd_u32(&r));
}

static void
put_option(FILE *f, const struct rule *rule)
{
	const struct option_line *o = rule->option;
	struct rd r = rd_open(o->bytes, o->len);
	char text[NUM_IP4_TEXT];

	fprintf(f, " %u", o->code);
	if (o->has_sub)
		fprintf(f, ".%u", o->sub);
	put_match(f, rule->match);
	if (o->value == OPTION_TEXT)
		put(f, "text", o->text);
	else if (o->value == OPTION_HEX)
		put_hex(f, "hex", o->bytes, o->len);
	else if (o->value != OPTION_IP)
		put_numbers(f, o);
	else
		for (const char *sep = " ip="; rd_left(&r) > 0; sep = ",")
			fprintf(f, "%s%s", sep, num_ip4_text(rd_u32(&r), text));
}

static void
put_menu(FILE *f, const struct rule *rule)
{
	const struct menu_line *m = rule->menu;

	put_match(f, rule->match);
	if (m->prompt) {
		put(f, "prompt", m->prompt);
		fprintf(f, " timeout=%u", m->timeout_s);
		return;
	}
	put(f, "item", m->item);
	if (m->file)
		put(f, "file", m->file);
	else
		fputs(" local", f);
	put_server(f, m->server);
}

static void
put_rule(FILE *f, const struct rule *rule)
{
	fputs(rules_word[rule->kind], f);
	switch (rule->kind) {
	case RULE_INTERFACE:
		put(f, NULL, rule->interface);
		break;
	case RULE_HOSTS:
		put(f, NULL, rule->dir);
		break;
	case RULE_SUBNET:
		put_subnet(f, rule);
		break;
	case RULE_HOST:
		put_host(f, rule->host);
		break;
	case RULE_BOOT:
		put_boot(f, rule);
		break;
	case RULE_OPTION:
		put_option(f, rule);
		break;
	case RULE_DENY:
		put_match(f, rule->match);
		break;
	default:
		put_menu(f, rule);
		break;
	}
}

char *
rules_text(const struct rule *rule)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	put_rule(f, rule);
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}

#include "options6.h"

#include <string.h>

#include "addr6.h"
#include "dhcp.h"
#include "match6.h"

#define VALUE 1024 /* of one option that is filled in */

/* ---- option lines -------------------------------------------------------- */

static bool
is_wanted(const struct answer *a, const struct rule *rule)
{
	const struct option_line *o = rule->option;

	return (!o->asked || dhcp6_asks(a->request->msg.options, o->code)) && match6_fits(rule->match, a->client);
}

static const struct option_line *
line_in(const struct answer *a, const struct rules *rules, uint16_t code)
{
	for (size_t i = 0; i < rules->n[RULE_OPTION6]; i++) {
		const struct rule *rule = rules_line(rules, RULE_OPTION6, i);

		if (rule->option->code == code && is_wanted(a, rule))
			return rule->option;
	}
	return NULL;
}

/* The first line for the option: of the machine's own file, then of the rules. */
static const struct option_line *
find_line(const struct answer *a, uint16_t code)
{
	const struct host *file = a->client->found.file;
	const struct option_line *line = file ? line_in(a, file->own, code) : NULL;

	return line ? line : line_in(a, a->rules, code);
}

/* A template of text, or of addresses. */
static void
put_filled(const struct answer *a, const struct option_line *line, struct wr *w)
{
	const struct boot_view view = { .client = a->client, .server = a->self, .ip = answer6_addr(a) };
	char text[VALUE], *rest = text, *part;
	struct in6_addr addr;
	size_t mark;

	if (!boot6_fill(line->text, &view, text, sizeof(text)) || !*text)
		return;
	if (line->value != OPTION_IP) {
		dhcp6_put(w, line->code, text, strlen(text));
		return;
	}
	mark = dhcp6_open(w, line->code);
	while ((part = strsep(&rest, ",")))
		if (addr6_parse(part, &addr))
			wr_bytes(w, &addr, sizeof(addr));
	dhcp6_close(w, mark);
}

/* False when no line says anything of it. */
static bool
put_line(const struct answer *a, uint16_t code, struct wr *w)
{
	const struct option_line *line = find_line(a, code);

	if (!line)
		return false;
	if (line->bytes)
		dhcp6_put(w, code, line->bytes, line->len);
	else
		put_filled(a, line, w);
	return true;
}

/* ---- our own ------------------------------------------------------------- */

static void
put_dns(const struct answer *a, struct wr *w)
{
	const struct rule_addrs6 *dns = &a->client->subnet->dns;

	if (!put_line(a, DHCP6_DNS, w) && dns->n > 0 && dhcp6_asks(a->request->msg.options, DHCP6_DNS))
		dhcp6_put(w, DHCP6_DNS, dns->addr, dns->n * sizeof(dns->addr[0]));
}

/* As labels, uncompressed (RFC 8415, 10). */
static void
put_domain(const struct answer *a, struct wr *w)
{
	const char *domain = a->client->subnet->domain;
	size_t mark;

	if (put_line(a, DHCP6_DOMAIN, w) || !domain || !dhcp6_asks(a->request->msg.options, DHCP6_DOMAIN))
		return;
	mark = dhcp6_open(w, DHCP6_DOMAIN);
	dhcp_write_name(w, domain);
	dhcp6_close(w, mark);
}

/* Without a NUL: EDK2 takes one for a part of the name.  Some that boot do not list
 * it. */
static void
put_boot(const struct answer *a, struct wr *w)
{
	bool asks = dhcp6_asks(a->request->msg.options, DHCP6_BOOT_URL);

	if (!put_line(a, DHCP6_BOOT_URL, w) && a->boot.rule && (asks || client6_is_booting(a->client)))
		dhcp6_put(w, DHCP6_BOOT_URL, a->boot.url, strlen(a->boot.url));
}

/* The only sign by which UEFI HTTP Boot knows that the URL is for it. */
static void
put_class(const struct answer *a, struct wr *w)
{
	static const char http[] = "HTTPClient";
	size_t mark;

	if (put_line(a, DHCP6_VENDOR_CLASS, w) || a->client->kind != PXE_CLIENT_HTTP)
		return;
	mark = dhcp6_open(w, DHCP6_VENDOR_CLASS);
	wr_u32(w, DHCP6_ENTERPRISE_INTEL);
	wr_u16(w, (uint16_t)strlen(http));
	wr_text(w, http);
	dhcp6_close(w, mark);
}

/* Those that are written elsewhere; and 60, which makes EDK2 give up
 * (tianocore/edk2#10114). */
static bool
is_done(uint16_t code)
{
	static const uint16_t done[] = { DHCP6_CLIENT_ID, DHCP6_SERVER_ID, DHCP6_IA_NA, DHCP6_IA_TA, DHCP6_IA_PD,
		DHCP6_PREFERENCE, DHCP6_STATUS, DHCP6_RAPID_COMMIT, DHCP6_DNS, DHCP6_DOMAIN, DHCP6_BOOT_URL,
		DHCP6_VENDOR_CLASS, DHCP6_BOOT_PARAM };

	for (size_t i = 0; i < sizeof(done) / sizeof(done[0]); i++)
		if (done[i] == code)
			return true;
	return false;
}

static bool
has_earlier(const struct rules *rules, size_t i)
{
	uint16_t code = rules_line(rules, RULE_OPTION6, i)->option->code;

	while (i-- > 0)
		if (rules_line(rules, RULE_OPTION6, i)->option->code == code)
			return true;
	return false;
}

/* Every other option that lines speak of, once each. */
static void
put_rest(const struct answer *a, const struct rules *rules, const struct rules *before, struct wr *w)
{
	for (size_t i = 0; i < rules->n[RULE_OPTION6]; i++) {
		uint16_t code = rules_line(rules, RULE_OPTION6, i)->option->code;
		bool there = has_earlier(rules, i) || is_done(code);

		for (size_t k = 0; before && k < before->n[RULE_OPTION6] && !there; k++)
			there = rules_line(before, RULE_OPTION6, k)->option->code == code;
		if (!there)
			put_line(a, code, w);
	}
}

void
options6_write(const struct answer *a, struct wr *w)
{
	const struct rules *own = a->client->found.file ? a->client->found.file->own : NULL;

	put_dns(a, w);
	put_domain(a, w);
	put_boot(a, w);
	put_class(a, w);
	if (own)
		put_rest(a, own, NULL, w);
	put_rest(a, a->rules, own, w);
}

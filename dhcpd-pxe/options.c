#include "options.h"

#include <string.h>

#include "match.h"

/* Does the client list it (option 55)? */
static bool
options_asked(const struct writer *o, uint8_t code)
{
	size_t len = 0;
	const uint8_t *list = dhcp_get(&o->a->request->msg, DHCP_PARAMETERS, &len);

	return list && memchr(list, code, len);
}

static bool
options_wanted(const struct writer *o, const struct rule *rule)
{
	/* What a proxy must not send: the client's network is the other server's
	 * business, and EDK2 takes an offer with a lease time for a real one. */
	static const uint8_t not_for_proxy[] = { 1, 3, 12, 28, 33, 51, 58, 59, 121, 249 };

	if (rule->option->asked && !options_asked(o, rule->option->code))
		return false;
	if (o->a->way != ANSWER_SERVER && memchr(not_for_proxy, rule->option->code, sizeof(not_for_proxy)))
		return false;
	return match_fits(rule->match, o->a->client);
}

static void
options_gather_from(struct writer *o, const struct rules *rules)
{
	for (size_t i = 0; i < rules->n[RULE_OPTION]; i++) {
		const struct rule *rule = rules_line(rules, RULE_OPTION, i);

		if (rule->option->has_sub)
			o->has_subs[rule->option->code] = true;
		else if (!o->line[rule->option->code] && options_wanted(o, rule))
			o->line[rule->option->code] = rule->option;
	}
}

void
options_put(struct writer *o, uint8_t code, const void *value, size_t len)
{
	size_t need = len + 2 * (len / 255 + 1);

	o->done[code] = true;
	if (wr_left(&o->w) < need + o->tail)
		o->left_out++;
	else
		dhcp_put(&o->w, code, value, len);
}

/* The value of a line whose template is to be filled in: text, or addresses as on
 * the wire.  False: it does not fit. */
static bool
options_fill(const struct writer *o, const struct option_line *line, char *out, size_t size, size_t *len)
{
	const struct answer *a = o->a;
	const struct boot_view view = { .client = a->client,
		.server = a->boot.rule ? a->boot.server : a->self,
		.ip = a->yiaddr ? a->yiaddr : a->request->msg.ciaddr,
		.name = line->value == OPTION_IP || !a->boot.rule ? NULL : a->boot.server_name };
	char text[1024], *rest = text, *part;
	struct wr w = wr_open(out, size);
	uint32_t addr;

	if (line->value != OPTION_IP) {
		if (!boot_fill(line->text, &view, out, size))
			return false;
		*len = strlen(out);
		return true;
	}
	if (!boot_fill(line->text, &view, text, sizeof(text)))
		return false;
	while ((part = strsep(&rest, ",")))
		if (num_ip4(part, &addr))
			wr_u32(&w, addr);
	*len = wr_len(&w);
	return !w.full;
}

bool
options_put_line(struct writer *o, uint8_t code)
{
	const struct option_line *line = o->line[code];
	char value[1024];
	size_t len;

	if (!line)
		return false;
	o->done[code] = true;
	if (line->bytes)
		options_put(o, code, line->bytes, line->len);
	else if (!options_fill(o, line, value, sizeof(value), &len))
		o->left_out++;
	else if (len > 0) /* an option has at least one byte (RFC 2132, section 2) */
		options_put(o, code, value, len);
	return true;
}

void
options_put_or_line(struct writer *o, uint8_t code, const void *value, size_t len)
{
	if (!options_put_line(o, code) && len > 0)
		options_put(o, code, value, len);
}

void
options_put_u32(struct writer *o, uint8_t code, uint32_t v)
{
	uint8_t b[4];
	struct wr w = wr_open(b, sizeof(b));

	wr_u32(&w, v);
	options_put_or_line(o, code, b, sizeof(b));
}

void
options_put_asked_u32(struct writer *o, uint8_t code, uint32_t v)
{
	if (options_asked(o, code))
		options_put_u32(o, code, v);
}

void
options_put_addrs(struct writer *o, uint8_t code, const struct rule_addrs *list)
{
	uint8_t b[255];
	struct wr w = wr_open(b, sizeof(b) & ~3u);

	for (size_t i = 0; i < list->n && wr_left(&w) >= 4; i++)
		wr_u32(&w, list->addr[i]);
	options_put_or_line(o, code, b, wr_len(&w));
}

void
options_put_str(struct writer *o, uint8_t code, const char *s)
{
	options_put_or_line(o, code, s, s ? strlen(s) : 0);
}

/* The code.sub lines of one option, the first for each suboption. */
struct subs {
	uint8_t code;
	struct wr *w;
	bool *seen;
};

static void
options_add_subs_from(struct writer *o, const struct rules *rules, const struct subs *s)
{
	char text[256];

	for (size_t i = 0; i < rules->n[RULE_OPTION]; i++) {
		const struct rule *rule = rules_line(rules, RULE_OPTION, i);
		const struct option_line *l = rule->option;
		const void *value = l->bytes;
		size_t len = l->len;

		if (!l->has_sub || l->code != s->code || s->seen[l->sub] || !options_wanted(o, rule))
			continue;
		if (!l->bytes) {
			if (!options_fill(o, l, text, sizeof(text), &len))
				continue;
			value = text;
		}
		s->seen[l->sub] = true;
		if (!l->bytes && len == 0)
			continue;
		if (len > 255 || wr_left(s->w) < len + 3) { /* 43 ends with a mark */
			o->left_out++;
			continue;
		}
		wr_u8(s->w, l->sub);
		wr_u8(s->w, (uint8_t)len);
		wr_bytes(s->w, value, len);
	}
}

void
options_add_subs(struct writer *o, uint8_t code, struct wr *w, bool seen[256])
{
	bool none[256] = { false };

	if (o->a->client->found.file)
		options_add_subs_from(o, o->a->client->found.file->own, &(struct subs){ code, w, seen ? seen : none });
	options_add_subs_from(o, o->a->rules, &(struct subs){ code, w, seen ? seen : none });
}

bool
options_has(const struct answer *a, uint8_t code)
{
	struct writer o = { .a = a };

	options_gather(&o);
	return o.line[code] != NULL;
}

void
options_gather(struct writer *o)
{
	if (o->a->client->found.file)
		options_gather_from(o, o->a->client->found.file->own);
	options_gather_from(o, o->a->rules);
}

/* The line for the whole option, or else its code.sub lines together. */
static void
options_put_code(struct writer *o, uint8_t code)
{
	uint8_t value[255];
	struct wr w = wr_open(value, sizeof(value));

	if (o->done[code] || options_put_line(o, code))
		return;
	o->done[code] = true;
	if (o->has_subs[code])
		options_add_subs(o, code, &w, NULL);
	if (wr_len(&w) > 0)
		options_put(o, code, value, wr_len(&w));
}

static void
options_put_rest_from(struct writer *o, const struct rules *rules)
{
	for (size_t i = 0; i < rules->n[RULE_OPTION]; i++)
		options_put_code(o, rules_line(rules, RULE_OPTION, i)->option->code);
}

/* Each option once: first those that the client asks for, in its order (RFC
 * 2132, section 9.8), so that they find room; then in the order of the rules. */
void
options_put_rest(struct writer *o)
{
	size_t len = 0;
	const uint8_t *asked = dhcp_get(&o->a->request->msg, DHCP_PARAMETERS, &len);

	for (size_t i = 0; asked && i < len; i++)
		if (asked[i] != DHCP_PAD && asked[i] != DHCP_END)
			options_put_code(o, asked[i]);
	if (o->a->client->found.file)
		options_put_rest_from(o, o->a->client->found.file->own);
	options_put_rest_from(o, o->a->rules);
}

/* Which keys and words a line may have, and the lists they hold. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "option_types.h"
#include "keys.h"
#include "num.h"

bool
keys_copy(struct reader *r, const char *value, const char **out)
{
	if (!*value)
		return reader_refuse(r, "empty");
	*out = arena_str(&r->rules->arena, value);
	return *out || reader_refuse(r, "out of memory");
}

bool
keys_split(struct reader *r, const char *value, struct rule_strings *out)
{
	struct arena *a = &r->rules->arena;
	size_t n = 1;
	char *copy = arena_str(a, value);

	for (const char *p = value; *p; p++)
		n += *p == ',';
	out->item = arena_alloc(a, n * sizeof(out->item[0]));
	if (!copy || !out->item)
		return reader_refuse(r, "out of memory");
	for (out->n = 0; out->n < n; out->n++) {
		out->item[out->n] = strsep(&copy, ",");
		if (!*out->item[out->n])
			return reader_refuse(r, n == 1 ? "empty" : "an empty part between commas");
	}
	return true;
}

bool
keys_lower(struct reader *r, const char *value, bool colons, struct rule_strings *out)
{
	if (!keys_split(r, value, out))
		return false;
	for (size_t i = 0; i < out->n; i++) {
		char *s = arena_str(&r->rules->arena, out->item[i]);

		if (!s)
			return reader_refuse(r, "out of memory");
		out->item[i] = s;
		for (; *s; s++)
			*s = colons && *s == '-' ? ':' : (char)tolower((unsigned char)*s);
	}
	return true;
}

bool
keys_addrs(struct reader *r, const char *value, struct rule_addrs *out)
{
	struct rule_strings part;

	if (!keys_split(r, value, &part))
		return false;
	out->addr = arena_alloc(&r->rules->arena, part.n * sizeof(out->addr[0]));
	if (!out->addr)
		return reader_refuse(r, "out of memory");
	for (out->n = 0; out->n < part.n; out->n++)
		if (!num_ip4(part.item[out->n], &out->addr[out->n]))
			return reader_refuse(r, "\"%s\" is no IPv4 address", part.item[out->n]);
	return true;
}

bool
keys_is_name(const char *s, bool dots)
{
	size_t label = 0;

	if (strlen(s) > 253)
		return false;
	for (; *s; s++) {
		if (*s == '.') {
			if (!dots || label == 0)
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

/* Finds a key in the tables; *at numbers it through all of them. */
static const struct key *
find(const char *name, enum rule_kind kind, size_t *at)
{
	const struct key *const table[] = { keys_match, keys_subnet, keys_line }, *elsewhere = NULL;

	*at = 0;
	for (size_t t = 0; t < sizeof(table) / sizeof(table[0]); t++)
		for (const struct key *k = table[t]; k->name; k++, (*at)++) {
			if (strcmp(k->name, name) != 0)
				continue;
			if (k->kinds & KEYS_ON(kind))
				return k;
			elsewhere = k;
		}
	return elsewhere;
}

/* The keys that a kind of line has, for who has misspelt one. */
static bool
refuse_key(struct reader *r, const char *what)
{
	const struct key *const table[] = { keys_match, keys_subnet, keys_line };
	const char *line = rules_word[r->rule.kind], *sep = " ";
	char list[READER_WHY] = " none";
	size_t len = 0;

	for (size_t t = 0; t < sizeof(table) / sizeof(table[0]); t++)
		for (const struct key *k = table[t]; k->name; k++)
			if (k->kinds & KEYS_ON(r->rule.kind) && len < sizeof(list))
				len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", sep, k->name);
	return reader_refuse(r, "%s; the keys of %s lines are%s", what, line, list);
}

bool
reader_key(struct reader *r, const char *name, const char *value)
{
	size_t at;
	const struct key *k = find(name, r->rule.kind, &at);

	if (!k)
		return refuse_key(r, "no such key");
	if (!(k->kinds & KEYS_ON(r->rule.kind)))
		return refuse_key(r, "not here");
	if (r->seen & 1ull << at)
		return reader_refuse(r, "given twice on this line");
	r->seen |= 1ull << at;
	return k->set(r, value);
}

static bool
net_word(struct reader *r, const char *word)
{
	const char *mask = strchr(word, '/');
	struct subnet *s = r->rule.subnet;
	uint32_t bits;

	if (num_net4(word, &s->net, &s->prefix))
		return s->prefix >= 1 && s->prefix <= 30 ? true : reader_refuse(r, "a subnet has 1 to 30 bits of mask");
	if (!mask)
		return reader_refuse(r, "no network: it needs a mask, as in 10.0.0.0/24");
	if (num_ip4(mask + 1, &bits)) {
		for (uint8_t p = 0; p <= 32; p++)
			if (num_mask4(p) == bits)
				return reader_refuse(r, "write the netmask as /%u", p);
		return reader_refuse(r, "%s is no netmask: its ones have a gap", mask + 1);
	}
	for (uint8_t p = 1; p <= 30; p++) {
		char text[NUM_IP4_TEXT], plain[64];
		uint64_t given;

		if (!num_uint(mask + 1, p, p, &given) || (size_t)(mask - word) >= sizeof(plain))
			continue;
		memcpy(plain, word, (size_t)(mask - word));
		plain[mask - word] = '\0';
		if (num_ip4(plain, &bits))
			return reader_refuse(r, "bits are set behind the mask: the network is %s/%u",
			    num_ip4_text(bits & num_mask4(p), text), p);
	}
	return reader_refuse(r, "no network: it looks like 10.0.0.0/24");
}

/* CODE.SUB is a part of an option that holds options. */
static bool
sub_word(struct reader *r, const char *digits, uint8_t code)
{
	const struct form *f = form_of(code, 0);
	char is[FORM_WHY];
	uint64_t sub;

	if (!num_uint(digits, 1, 254, &sub))
		return reader_refuse(r, "no number behind the dot: 1 to 254");
	if (f && f->kind != FORM_PARTS) {
		form_text(f, code, 0, is);
		return reader_refuse(r, "it holds no other options: %s", is);
	}
	r->rule.option->code = code;
	r->rule.option->sub = (uint8_t)sub;
	r->rule.option->has_sub = true;
	return true;
}

static bool
code_word(struct reader *r, const char *word)
{
	/* Options that the protocol itself fills, or that another line is for. */
	static const struct {
		uint8_t code;
		const char *why;
	} ours[] = {
		{ 0, "padding is no option" },
		{ 255, "the end mark is no option" },
		{ 50, "only clients send it" },
		{ 51, "say it as lease= on the subnet line" },
		{ 52, "overloading breaks GRUB and iPXE; it is never sent" },
		{ 53, "it is the message type" },
		{ 54, "it is the address of the interface" },
		{ 55, "only clients send it" },
		{ 57, "only clients send it" },
		{ 61, "it is sent back as it came" },
		{ 66, "say it as server= on a boot line" },
		{ 67, "say it as file= on a boot line" },
		{ 82, "it is sent back as it came" },
		{ 93, "only clients send it" },
		{ 97, "it is sent back as it came" },
	};
	const char *dot = strchr(word, '.');
	char code[8];
	uint64_t n;
	size_t len = dot ? (size_t)(dot - word) : strlen(word);

	if (len >= sizeof(code))
		return reader_refuse(r, "options go by their number, 1 to 254");
	memcpy(code, word, len);
	code[len] = '\0';
	if (!num_uint(code, 0, 255, &n))
		return reader_refuse(r, "options go by their number, 1 to 254");
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (ours[i].code == n)
			return reader_refuse(r, "not yours to set: %s", ours[i].why);
	if (dot)
		return sub_word(r, dot + 1, (uint8_t)n);
	r->rule.option->code = (uint8_t)n;
	return true;
}

static bool
once_word(struct reader *r)
{
	if (!r->mac)
		return reader_refuse(r,
		    "it goes into a machine's file in a hosts folder, which is renamed when "
		    "the machine has booted");
	r->rule.boot->once = true;
	return true;
}

static bool
refuse_word(struct reader *r, const char *word)
{
	static const char *const words[RULE_KINDS] = {
		[RULE_SUBNET] = "; there are the words proxy and authoritative",
		[RULE_BOOT] = "; there is the word once",
		[RULE_MENU] = "; there is the word local",
	};
	size_t at;
	const struct key *k = find(word, r->rule.kind, &at);

	if (k && k->kinds & KEYS_ON(r->rule.kind))
		return reader_refuse(r, "it wants a value, without blanks: %s=...", word);
	return reader_refuse(r, "%s lines have no such word, and keys are key=value%s", rules_word[r->rule.kind],
	    words[r->rule.kind] ? words[r->rule.kind] : "");
}

static bool
flag_word(struct reader *r, const char *word)
{
	struct subnet *s = r->rule.subnet;

	if (r->rule.kind == RULE_SUBNET && strcmp(word, "proxy") == 0)
		s->proxy = true;
	else if (r->rule.kind == RULE_SUBNET && strcmp(word, "authoritative") == 0)
		s->authoritative = true;
	else if (r->rule.kind == RULE_MENU && strcmp(word, "local") == 0)
		r->rule.menu->local = true;
	else if (r->rule.kind == RULE_BOOT && strcmp(word, "once") == 0)
		return once_word(r);
	else
		return refuse_word(r, word);
	return true;
}

bool
reader_word(struct reader *r, const char *word, bool first)
{
	if (!first)
		return flag_word(r, word);
	switch (r->rule.kind) {
	case RULE_INTERFACE:
		if (strlen(word) >= 16 || strchr(word, '/') || !*word)
			return reader_refuse(r, "no name of an interface");
		return keys_copy(r, word, &r->rule.interface);
	case RULE_HOSTS:
		return keys_copy(r, word, &r->rule.dir);
	case RULE_SUBNET:
		return net_word(r, word);
	case RULE_OPTION:
		return code_word(r, word);
	default:
		return flag_word(r, word);
	}
}

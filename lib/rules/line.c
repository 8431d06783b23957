#include "line.h"

#include <stdio.h>
#include <string.h>

#include "addr6.h"
#include "dhcp.h"
#include "family.h"
#include "keys.h"
#include "line_check.h"
#include "num.h"
#include "option_types.h"

static const struct key *const tables[] = { keys_match, keys_subnet, keys_subnet6, keys_line, keys_option };
#define INCLUDE_DEPTH 8
#define TABLES (sizeof(tables) / sizeof(tables[0]))

/* Finds the kind and makes room for what such a line says. */
static bool
line_start(struct reader *r, const struct facts *f)
{
	static const size_t size[RULE_KINDS] = {
		[RULE_SUBNET] = sizeof(struct subnet),
		[RULE_HOST] = sizeof(struct host),
		[RULE_BOOT] = sizeof(struct boot_line),
		[RULE_OPTION] = sizeof(struct option_line),
		[RULE_MENU] = sizeof(struct menu_line),
		[RULE_SUBNET6] = sizeof(struct subnet6),
		[RULE_OPTION6] = sizeof(struct option_line),
		[RULE_RA] = sizeof(struct ra_line),
	};
	struct arena *a = &r->rules->arena;
	const char *word = f->word[0].value;
	size_t kind = 0;

	while (kind < RULE_KINDS && strcmp(rules_word[kind], word) != 0)
		kind++;
	if (kind == RULE_KINDS)
		return reader_refuse(r,
		    "no such line; the lines are interface, subnet, host, boot, option, option6, deny, menu, hosts, include, ra");
	family_begin(r, f);
	if (kind == RULE_SUBNET && family_is_subnet6(f))
		kind = RULE_SUBNET6;
	if (kind == RULE_OPTION && r->six)
		kind = RULE_OPTION6;
	if (r->machine && kind != RULE_HOST && kind != RULE_BOOT && kind != RULE_OPTION && kind != RULE_OPTION6)
		return reader_refuse(r, "a machine's file has only host, boot and option lines");
	memset(r->seen, 0, sizeof(r->seen));
	r->rule.kind = (enum rule_kind)kind;
	r->rule.match = arena_alloc(a, sizeof(*r->rule.match));
	/* any member of the union: they are all pointers */
	r->rule.subnet = size[kind] ? arena_alloc(a, size[kind]) : NULL;
	if (!r->rule.match || (size[kind] && !r->rule.subnet))
		return reader_no_memory(r);
	return true;
}

/* ---- key=value --------------------------------------------------------- */

/* The key of this kind of line, or else one of that name for other lines;
 * NULL when there is none.  *at numbers the keys through all tables. */
static const struct key *
line_find_key(const char *name, enum rule_kind kind, size_t *at)
{
	const struct key *elsewhere = NULL;

	*at = 0;
	for (size_t t = 0; t < TABLES; t++)
		for (const struct key *k = tables[t]; k->name; k++, (*at)++) {
			if (strcmp(k->name, name) != 0)
				continue;
			if (k->kinds & KEYS_ON(kind))
				return k;
			elsewhere = k;
		}
	return elsewhere;
}

/* Lists the keys that this kind of line has. */
static bool
line_refuse_key(struct reader *r, const char *what)
{
	char list[READER_WHY] = " none";
	size_t len = 0;

	for (size_t t = 0; t < TABLES; t++)
		for (const struct key *k = tables[t]; k->name; k++)
			if (k->kinds & KEYS_ON(r->rule.kind) && len < sizeof(list))
				len += (size_t)snprintf(list + len, sizeof(list) - len, " %s", k->name);
	return reader_refuse(r, "%s; the keys of %s lines are%s", what, rules_word[r->rule.kind], list);
}

static bool
line_key(struct reader *r, const char *name, const char *value)
{
	size_t at;
	const struct key *k = line_find_key(name, r->rule.kind, &at);

	if (!k)
		return line_refuse_key(r, "no such key");
	if (!(k->kinds & KEYS_ON(r->rule.kind)))
		return line_refuse_key(r, "not on this line");
	if (r->seen[at] && !k->repeats)
		return reader_refuse(r, "given twice on this line");
	r->seen[at] = true;
	return k->set(r, k, value);
}

/* ---- words without '=' ------------------------------------------------- */

static bool
line_network(struct reader *r, const char *word)
{
	const char *mask = strchr(word, '/');
	struct subnet *s = r->rule.subnet;
	uint32_t addr;

	if (num_net4(word, &s->net, &s->prefix))
		return (s->prefix >= 1 && s->prefix <= 30) || reader_refuse(r, "a subnet has a mask of 1 to 30 bits");
	if (!mask)
		return reader_refuse(r, "not a network: it needs a mask, as in 10.0.0.0/24");
	if (num_ip4(mask + 1, &addr)) {
		for (uint8_t p = 0; p <= 32; p++)
			if (num_mask4(p) == addr)
				return reader_refuse(r, "write the netmask as /%u", p);
		return reader_refuse(r, "%s is not a netmask: its one bits are not contiguous", mask + 1);
	}
	for (uint8_t p = 1; p <= 30; p++) {
		char text[NUM_IP4_TEXT], plain[64];
		uint64_t given;

		if (!num_uint(mask + 1, p, p, &given) || (size_t)(mask - word) >= sizeof(plain))
			continue;
		memcpy(plain, word, (size_t)(mask - word));
		plain[mask - word] = '\0';
		if (num_ip4(plain, &addr))
			return reader_refuse(
			    r, "host bits are set: the network is %s/%u", num_ip4_text(addr & num_mask4(p), text), p);
	}
	return reader_refuse(r, "not a network such as 10.0.0.0/24");
}

static bool
line_network6(struct reader *r, const char *word)
{
	struct subnet6 *s = r->rule.subnet6;
	const char *slash = strchr(word, '/');
	char plain[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN];
	struct in6_addr addr;
	uint64_t bits;

	if (addr6_parse_net(word, &s->net, &s->prefix)) {
		if (s->prefix < 1 || s->prefix > 127)
			return reader_refuse(r, "a subnet of IPv6 has a prefix of 1 to 127 bits, mostly 64");
		return addr6_can_be_given(&s->net) ||
		    reader_refuse(r, "no machine is given an address of this network");
	}
	if (!slash)
		return reader_refuse(r, "not a network: it needs a prefix length, as in fd00:77::/64");
	snprintf(plain, sizeof(plain), "%.*s", (int)(slash - word), word);
	if (!addr6_parse(plain, &addr) || !num_uint(slash + 1, 1, 127, &bits))
		return reader_refuse(r, "not a network such as fd00:77::/64");
	addr = addr6_mask(&addr, (unsigned)bits);
	return reader_refuse(r, "host bits are set: the network is %s/%u", addr6_text(&addr, text), (unsigned)bits);
}

/* A relative path is one from the directory of the file that the line stands in. */
static bool
line_include(struct reader *r, const char *word)
{
	const char *file = r->rule.where.file, *slash = strrchr(file, '/');
	char path[4096];
	int n = snprintf(path, sizeof(path), "%.*s%s", *word != '/' && slash ? (int)(slash - file) + 1 : 0, file, word);

	if (!r->rules->include)
		return reader_refuse(r, "rules are not included here");
	if (r->rules->depth >= INCLUDE_DEPTH)
		return reader_refuse(r, "more than %d files include one another", INCLUDE_DEPTH);
	if ((size_t)n >= sizeof(path))
		return reader_refuse(r, "longer than a path can be");
	return *word ? reader_copy(r, path, &r->rule.include) : reader_refuse(r, "empty");
}

/* CODE or CODE.SUB. */
static bool
line_option_code(struct reader *r, const char *word)
{
	/* Options that the protocol itself fills, or that another line is for. */
	static const struct {
		uint8_t code;
		const char *why;
	} reserved[] = {
		{ 0, "it is padding" },
		{ 255, "it is the end mark" },
		{ 50, "only clients send it" },
		{ 51, "use lease= on the subnet line" },
		{ 52, "overloading breaks GRUB and iPXE; it is never sent" },
		{ 53, "it is the message type" },
		{ 54, "it is the address of the interface" },
		{ 55, "only clients send it" },
		{ 57, "only clients send it" },
		{ 61, "it is sent back as it came" },
		{ 82, "it is sent back as it came" },
		{ 93, "only clients send it" },
		{ 97, "it is sent back as it came" },
	};
	const char *dot = strchr(word, '.');
	size_t len = dot ? (size_t)(dot - word) : strlen(word);
	const struct option_type *type;
	uint64_t code, sub = 0;
	char digits[8];

	snprintf(digits, sizeof(digits), "%.*s", (int)len, word);
	if (len >= sizeof(digits) || !num_uint(digits, 0, 255, &code))
		return reader_refuse(r, "an option is given by its number, 1 to 254%s",
		    num_uint(word, 256, 65535, &code) ? "; DHCPv6's are option6 lines" : "");
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (reserved[i].code == code)
			return reader_refuse(r, "cannot be set: %s", reserved[i].why);
	type = option_type((uint8_t)code, 0);
	/* Juniper's switches read a 43.0, which PXE calls padding */
	if (dot && !num_uint(dot + 1, code == DHCP_VENDOR ? 0 : 1, 254, &sub))
		return reader_refuse(r, "a suboption is given by its number, 1 to 254");
	if (dot && type && type->kind != TYPE_SUBOPTIONS) {
		char is[OPTION_TYPE_MAX];

		option_type_describe(type, (uint16_t)code, 0, is);
		return reader_refuse(r, "it has no suboptions: %s", is);
	}
	r->rule.option->code = (uint8_t)code;
	r->rule.option->sub = (uint8_t)sub;
	r->rule.option->has_sub = dot != NULL;
	return true;
}

static bool
line_option6_code(struct reader *r, const char *word)
{
	static const struct {
		uint16_t code;
		const char *why;
	} reserved[] = {
		{ 1, "it is sent back as it came" },
		{ 2, "it is the server's own identifier" },
		{ 3, "it carries the addresses" },
		{ 4, "it carries the addresses" },
		{ 5, "it carries the addresses" },
		{ 6, "only clients send it" },
		{ 7, "use preference= on the subnet line" },
		{ 8, "only clients send it" },
		{ 9, "it is the relays'" },
		{ 11, "messages are not authenticated" },
		{ 12, "it would lead clients past their relays" },
		{ 13, "it is the server's answer" },
		{ 14, "it is the server's answer" },
		{ 15, "only clients send it" },
		{ 16, "HTTP Boot clients are sent theirs" },
		{ 18, "it is the relays'" },
		{ 19, "clients are never told to reconfigure" },
		{ 20, "only clients send it" },
		{ 25, "prefixes are not delegated" },
		{ 26, "prefixes are not delegated" },
		{ 37, "it is the relays'" },
		{ 59, "use a boot line" },
		{ 60, "EDK2 refuses a reply that has it (github.com/tianocore/edk2/issues/10114)" },
		{ 61, "only clients send it" },
		{ 62, "only clients send it" },
		{ 79, "it is the relays'" },
	};
	uint64_t code;

	if (!num_uint(word, 1, 65535, &code))
		return reader_refuse(r, "an option of DHCPv6 is given by its number, 1 to 65535");
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (reserved[i].code == code)
			return reader_refuse(r, "cannot be set: %s", reserved[i].why);
	r->rule.option->code = (uint16_t)code;
	return true;
}

/* Says which words this kind of line has, or that the word is a key. */
static bool
line_refuse_word(struct reader *r, const char *word)
{
	static const char *const words[RULE_KINDS] = {
		[RULE_SUBNET] = "; the words are proxy and authoritative",
		[RULE_BOOT] = "; the words are chain and once",
		[RULE_MENU] = "; the word is local",
		[RULE_SUBNET6] = "; the word is netboot",
		[RULE_RA] = "; the word is none",
	};
	enum rule_kind kind = r->rule.kind;
	size_t at;
	const struct key *k = line_find_key(word, kind, &at);

	if (k && k->kinds & KEYS_ON(kind))
		return reader_refuse(r, "it needs a value, without blanks: %s=...", word);
	return reader_refuse(r, "%s lines have no such word, and keys are key=value%s", rules_word[kind],
	    words[kind] ? words[kind] : "");
}

static bool
line_flag(struct reader *r, const char *word)
{
	enum rule_kind kind = r->rule.kind;

	if (kind == RULE_SUBNET && strcmp(word, "proxy") == 0)
		r->rule.subnet->proxy = true;
	else if (kind == RULE_SUBNET && strcmp(word, "authoritative") == 0)
		r->rule.subnet->authoritative = true;
	else if (kind == RULE_SUBNET6 && strcmp(word, "netboot") == 0)
		r->rule.subnet6->netboot = true;
	else if (kind == RULE_RA && strcmp(word, "none") == 0)
		r->rule.ra->none = true;
	else if (kind == RULE_MENU && strcmp(word, "local") == 0)
		r->rule.menu->local = true;
	else if (kind == RULE_BOOT && strcmp(word, "chain") == 0)
		r->rule.boot->chain = true;
	else if (kind == RULE_BOOT && strcmp(word, "once") == 0 && r->machine)
		r->rule.boot->once = true;
	else if (kind == RULE_BOOT && strcmp(word, "once") == 0)
		return reader_refuse(
		    r, "it is for a machine's file in a hosts directory, which is renamed when the machine has booted");
	else
		return line_refuse_word(r, word);
	return true;
}

/* `first`: the word right after the kind. */
static bool
line_word(struct reader *r, const char *word, bool first)
{
	if (!first)
		return line_flag(r, word);
	switch (r->rule.kind) {
	case RULE_INTERFACE:
		if (strlen(word) >= 16 || strchr(word, '/') || !*word)
			return reader_refuse(r, "not the name of an interface");
		return reader_copy(r, word, &r->rule.interface);
	case RULE_HOSTS:
		return reader_copy(r, word, &r->rule.dir);
	case RULE_INCLUDE:
		return line_include(r, word);
	case RULE_SUBNET:
		return line_network(r, word);
	case RULE_SUBNET6:
		return line_network6(r, word);
	case RULE_OPTION:
		return line_option_code(r, word);
	case RULE_OPTION6:
		return line_option6_code(r, word);
	default:
		return line_flag(r, word);
	}
}

bool
line_read(struct reader *r, const struct facts *f)
{
	const struct facts_word *first = &f->word[0];
	size_t before = r->diag->errors;

	if (first->key) {
		reader_refuse(r, "a line begins with a word, not with key=value");
		reader_report(r, false, first->key, first->value);
		return false;
	}
	if (!line_start(r, f)) {
		reader_report(r, false, "line", first->value);
		return false;
	}
	for (size_t i = 1; i < f->n; i++) {
		const struct facts_word *w = &f->word[i];
		bool good = w->key ? line_key(r, w->key, w->value) : line_word(r, w->value, i == 1);

		if (!good)
			reader_report(r, false, w->key ? w->key : rules_word[r->rule.kind], w->value);
	}
	if (!family_settle(r) && r->diag->errors == before)
		reader_report(r, false, rules_word[r->rule.kind], "");
	r->rule.faulty = r->diag->errors != before;
	if (!r->rule.faulty)
		line_check(r);
	return true;
}

#include "rules.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "log.h"
#include "num.h"
#include "reader.h"

const char *const rules_word[RULE_KINDS] = {
	[RULE_INTERFACE] = "interface",
	[RULE_SUBNET] = "subnet",
	[RULE_HOST] = "host",
	[RULE_BOOT] = "boot",
	[RULE_OPTION] = "option",
	[RULE_DENY] = "deny",
	[RULE_MENU] = "menu",
	[RULE_HOSTS] = "hosts",
};

bool
reader_refuse(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
	return false;
}

void
reader_fault(struct reader *r, bool warning, const char *key, const char *value)
{
	char quoted[300];

	diag_add(r->diag, warning, "%s:%u: %s%s %s: %s", r->rule.where.file, r->rule.where.line,
	    warning ? "warning: " : "", key, log_quote_str(value, quoted, sizeof(quoted)), r->why);
}

/* Room for what this kind of line says; false when there is no memory. */
static bool
begin_line(struct reader *r)
{
	static const size_t size[RULE_KINDS] = {
		[RULE_SUBNET] = sizeof(struct subnet),
		[RULE_HOST] = sizeof(struct host),
		[RULE_BOOT] = sizeof(struct boot_line),
		[RULE_OPTION] = sizeof(struct option_line),
		[RULE_MENU] = sizeof(struct menu_line),
	};
	struct arena *a = &r->rules->arena;

	r->seen = 0;
	r->rule.match = arena_alloc(a, sizeof(*r->rule.match));
	r->rule.subnet = NULL;
	if (size[r->rule.kind])
		r->rule.subnet = arena_alloc(a, size[r->rule.kind]); /* any member: they are all pointers */
	return r->rule.match && (r->rule.subnet || !size[r->rule.kind]);
}

static bool
find_kind(struct reader *r, const char *word)
{
	for (size_t i = 0; i < RULE_KINDS; i++)
		if (strcmp(rules_word[i], word) == 0) {
			r->rule.kind = (enum rule_kind)i;
			if (!r->mac || i == RULE_HOST || i == RULE_BOOT || i == RULE_OPTION)
				return true;
			return reader_refuse(r, "a machine's file holds host, boot and option lines only");
		}
	return reader_refuse(r, "no such line; there are interface, subnet, host, boot, option, deny, menu, hosts");
}

static bool
keep_line(struct reader *r)
{
	struct rules *rules = r->rules;

	if (rules->lines == rules->room) {
		size_t room = rules->room ? rules->room * 2 : 4;
		struct rule *more = reallocarray(rules->line, room, sizeof(*more));

		if (!more)
			return reader_refuse(r, "out of memory");
		rules->line = more;
		rules->room = room;
	}
	rules->line[rules->lines++] = r->rule;
	return true;
}

static void
read_words(struct reader *r, const struct facts *f)
{
	for (size_t i = 1; i < f->n; i++) {
		const struct facts_word *w = &f->word[i];
		bool good = w->key ? reader_key(r, w->key, w->value) : reader_word(r, w->value, i == 1);

		if (!good)
			reader_fault(r, false, w->key ? w->key : rules_word[r->rule.kind], w->value);
	}
}

static void
read_line(struct reader *r, const struct facts *f)
{
	size_t before = r->diag->errors;

	if (f->word[0].key) {
		reader_refuse(r, "a line begins with a word, not with key=value");
		reader_fault(r, false, f->word[0].key, f->word[0].value);
		return;
	}
	if (!find_kind(r, f->word[0].value)) {
		reader_fault(r, false, "line", f->word[0].value);
		return;
	}
	if (!begin_line(r)) {
		reader_refuse(r, "out of memory");
		reader_fault(r, false, "line", f->word[0].value);
		return;
	}
	read_words(r, f);
	if (r->diag->errors == before)
		reader_end_line(r);
	/* a faulty line is kept too, so that lines that lean on it are not blamed */
	if (!keep_line(r))
		reader_fault(r, false, "line", f->word[0].value);
}

/* Bytes of a word, up to a blank that is not in quotes. */
static size_t
word_len(const char *word, size_t room)
{
	bool quoted = false;
	size_t n = 0;

	for (; n < room && word[n] != '\n' && (quoted || !isblank((unsigned char)word[n])); n++)
		quoted ^= word[n] == '"';
	return n;
}

/* A line that is no line of words: its quoting is wrong, say. */
static void
say_syntax(struct reader *r, enum facts_error e, const char *word, size_t room)
{
	char key[32] = "line", value[READER_WHY];
	size_t len = word_len(word, room), name = 0;

	while (name < len && (isalnum((unsigned char)word[name]) || word[name] == '-'))
		name++;
	if (name > 0 && name < len && name < sizeof(key) && word[name] == '=') {
		snprintf(key, sizeof(key), "%.*s", (int)name, word);
		word += name + 1;
		len -= name + 1;
	}
	snprintf(value, sizeof(value), "%.*s", (int)(len < sizeof(value) ? len : sizeof(value)), word);
	reader_refuse(r, "%s", facts_error_text(e));
	reader_fault(r, false, key, value);
}

static void
read_all(struct reader *r, const char *text, size_t len)
{
	struct facts f = { 0 };

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* editors put it there */
		text += 3;
		len -= 3;
	}
	while (len > 0) {
		const char *nl = memchr(text, '\n', len);
		size_t n = nl ? (size_t)(nl - text) + 1 : len;
		enum facts_error e = facts_parse(&f, text, n);

		r->rule.where.line++;
		if (e != FACTS_OK)
			say_syntax(r, e, text + f.error_column - 1, n - (f.error_column - 1));
		else if (f.n > 0)
			read_line(r, &f);
		text += n;
		len -= n;
	}
	facts_free(&f);
}

void
rules_read(struct rules *rules, const char *name, const char *text, size_t len, struct diag *diag)
{
	struct reader r = { .rules = rules, .diag = diag };

	r.rule.where.file = arena_str(&rules->arena, name);
	if (r.rule.where.file)
		read_all(&r, text, len);
	else
		diag_add(diag, false, "%s: out of memory", name);
}

void
rules_read_host(struct rules *rules, const struct rules_machine *m, struct diag *diag)
{
	struct reader r = { .rules = rules, .diag = diag, .mac = m->mac };

	r.rule.where.file = arena_str(&rules->arena, m->name);
	if (r.rule.where.file)
		read_all(&r, m->text, m->len);
	else
		diag_add(diag, false, "%s: out of memory", m->name);
}

const struct rule *
rules_line(const struct rules *r, enum rule_kind kind, size_t i)
{
	return &r->line[r->of[kind][i]];
}

bool
subnet_holds(const struct subnet *s, uint32_t addr)
{
	return (addr & num_mask4(s->prefix)) == s->net;
}

bool
subnet_ranges_hold(const struct subnet *s, uint32_t addr)
{
	for (size_t i = 0; i < s->ranges; i++)
		if (addr >= s->range[i].low && addr <= s->range[i].high)
			return true;
	return false;
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

void
rules_free(struct rules *r)
{
	free(r->line);
	for (size_t i = 0; i < RULE_KINDS; i++)
		free(r->of[i]);
	arena_free(&r->arena);
	*r = (struct rules){ 0 };
}

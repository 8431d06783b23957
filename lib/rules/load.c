/* rules_read and rules_read_host: a whole text, line by line. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"

static void
load_rule(struct reader *r, const struct facts *f)
{
	struct rules *rules = r->rules;
	size_t before = r->diag->errors;

	if (!line_read(r, f))
		return;
	if (rules->lines == rules->room) {
		size_t room = rules->room ? rules->room * 2 : 4;
		struct rule *more = reallocarray(rules->line, room, sizeof(*more));

		if (!more) {
			reader_no_memory(r);
			reader_report(r, false, "line", f->word[0].value);
			return;
		}
		rules->line = more;
		rules->room = room;
	}
	rules->line[rules->lines++] = r->rule;
	rules->nets[RULES_IP4] += r->rule.kind == RULE_SUBNET;
	rules->nets[RULES_IP6] += r->rule.kind == RULE_SUBNET6;
	if (r->rule.kind != RULE_INCLUDE || r->diag->errors > before)
		return;
	rules->depth++;
	rules->include(rules->include_context, rules, r->rule.include, r->diag);
	rules->depth--;
}

/* Reports a line that cannot be split into words (a missing quote, for instance):
 * `word` is where it goes wrong, `room` what is left of the line. */
static void
load_syntax(struct reader *r, enum facts_error e, const char *word, size_t room)
{
	char key[32] = "line", value[READER_WHY];
	size_t len = 0, name = 0;
	bool quoted = false;

	for (; len < room && word[len] != '\n' && (quoted || !isblank((unsigned char)word[len])); len++)
		quoted ^= word[len] == '"';
	while (name < len && (isalnum((unsigned char)word[name]) || word[name] == '-'))
		name++;
	if (name > 0 && name < len && name < sizeof(key) && word[name] == '=') {
		snprintf(key, sizeof(key), "%.*s", (int)name, word);
		word += name + 1;
		len -= name + 1;
	}
	snprintf(value, sizeof(value), "%.*s", (int)(len < sizeof(value) ? len : sizeof(value)), word);
	reader_refuse(r, "%s", facts_error_text(e));
	reader_report(r, false, key, value);
}

static void
load_text(struct reader *r, const char *name, const char *text, size_t len)
{
	struct facts f = { 0 };

	r->rule.where.file = arena_str(&r->rules->arena, name);
	if (!r->rule.where.file) {
		diag_no_memory(r->diag, name);
		return;
	}
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* editors put it there */
		text += 3;
		len -= 3;
	}
	while (len > 0) {
		const char *nl = memchr(text, '\n', len);
		size_t n = nl ? (size_t)(nl - text) + 1 : len;
		enum facts_error e = facts_parse(&f, text, n);

		r->rule.where.line++;
		r->diag->no_memory = r->diag->no_memory || e == FACTS_MEMORY;
		if (e != FACTS_OK)
			load_syntax(r, e, text + f.error_column - 1, n - (f.error_column - 1));
		else if (f.n > 0)
			load_rule(r, &f);
		text += n;
		len -= n;
	}
	facts_free(&f);
}

void
rules_read(struct rules *rules, const char *name, const char *text, size_t len, struct diag *diag)
{
	load_text(&(struct reader){ .rules = rules, .diag = diag }, name, text, len);
}

void
rules_read_host(struct rules *rules, const struct rules_machine *m, struct diag *diag)
{
	load_text(&(struct reader){ .rules = rules, .diag = diag, .machine = &m->id }, m->name, m->text, m->len);
}

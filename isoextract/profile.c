#include "profile.h"

#include <stdlib.h>
#include <string.h>

#include "facts.h"

#define NO_MEMORY "out of memory"

/* The file being read. */
struct parse {
	struct profile *out;
	unsigned line;
	bool bad;
	void (*complain)(void *context, unsigned line, const char *key, const char *why);
	void *context;
};

static void
profile_wrong(struct parse *p, const char *key, const char *why)
{
	p->bad = true;
	p->complain(p->context, p->line, key, why);
}

/* ---- pieces ---------------------------------------------------------------- */

static const struct {
	const char *key;
	enum profile_test test;
} tests[] = { { "path", PROFILE_PATH }, { "no", PROFILE_NO }, { "volume", PROFILE_VOLUME }, { "name", PROFILE_NAME },
	{ "version", PROFILE_VERSION }, { "uname", PROFILE_UNAME }, { "text", PROFILE_TEXT }, { "not", PROFILE_NOT } };

static bool
find_test(const char *key, enum profile_test *out)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (strcmp(key, tests[i].key) == 0) {
			*out = tests[i].test;
			return true;
		}
	return false;
}

static void
add_condition(struct parse *p, struct profile_conditions *list, const struct facts_word *w, enum profile_test test)
{
	const bool of_file = test == PROFILE_TEXT || test == PROFILE_NOT;
	struct profile_condition *more;
	char *value;

	if (!*w->value || (of_file && !strchr(w->value, ':'))) {
		profile_wrong(p, w->key, *w->value ? "is not FILE:GLOB" : "is empty");
		return;
	}
	more = reallocarray(list->item, list->n + 1, sizeof(*more));
	if (more)
		list->item = more;
	value = strdup(w->value);
	if (!more || !value) {
		free(value);
		profile_wrong(p, w->key, NO_MEMORY);
		return;
	}
	list->item[list->n] = (struct profile_condition){ test, value, value };
	if (of_file) {
		char *colon = strchr(value, ':');

		*colon = '\0';
		list->item[list->n].glob = colon + 1;
	}
	list->n++;
}

/* Takes a value that a line may give once. */
static void
take_word(struct parse *p, char **slot, const struct facts_word *w)
{
	if (*slot) {
		profile_wrong(p, w->key, "is given twice");
		return;
	}
	*slot = strdup(w->value);
	if (!*slot)
		profile_wrong(p, w->key, NO_MEMORY);
}

/* Refuses a template that neither this program nor whoever makes the menu fills in. */
static void
check_templates(struct parse *p, const struct facts_word *w)
{
	static const char *const known[] = { "dir", "volume", "kib", "found", "menu", "modules", "major", "base",
		"server", "path", "iso", "isopath", "answers" };
	const size_t count = sizeof(known) / sizeof(known[0]);

	for (const char *s = w->value; (s = strchr(s, '{'));) {
		size_t n = strcspn(++s, "}"), i = 0;

		while (i < count && (strlen(known[i]) != n || memcmp(known[i], s, n) != 0))
			i++;
		if (s[n] != '}' || (i == count && (n != 1 || *s < '1' || *s > '9'))) {
			profile_wrong(p, w->key, "has an unknown template");
			return;
		}
	}
}

/* ---- lines ------------------------------------------------------------------- */

static void
read_family(struct parse *p, const struct facts *f)
{
	if (p->out->family)
		profile_wrong(p, "family", "is given twice; a file has one family");
	else if (f->n < 2 || f->word[1].key)
		profile_wrong(p, "family", "needs a name after it");
	else if (!(p->out->family = strdup(f->word[1].value)))
		profile_wrong(p, "family", NO_MEMORY);
	for (size_t i = 2; i < f->n; i++) {
		const struct facts_word *w = &f->word[i];

		if (w->key && strcmp(w->key, "title") == 0)
			take_word(p, &p->out->title, w);
		else if (!w->key || strcmp(w->key, "order") != 0)
			profile_wrong(p, w->key ? w->key : w->value, "does not belong here");
		else if (w->value[0] < '0' || w->value[0] > '0' + PROFILE_ORDER_MAX || w->value[1] != '\0')
			profile_wrong(p, w->key, "is not a digit from 0 to 9");
		else
			p->out->order = (unsigned)(w->value[0] - '0');
	}
}

static void
read_when(struct parse *p, const struct facts *f)
{
	struct profile_conditions *more, *c;
	enum profile_test test;

	more = reallocarray(p->out->when, p->out->whens + 1, sizeof(*more));
	if (!more) {
		profile_wrong(p, "when", NO_MEMORY);
		return;
	}
	p->out->when = more;
	c = &p->out->when[p->out->whens++];
	*c = (struct profile_conditions){ 0 };
	for (size_t i = 1; i < f->n; i++) {
		const struct facts_word *w = &f->word[i];

		if (w->key && find_test(w->key, &test))
			add_condition(p, c, w, test);
		else
			profile_wrong(p, w->key ? w->key : w->value, "is not a condition");
	}
	if (c->n == 0)
		profile_wrong(p, "when", "needs a condition after it");
}

static void
read_name_line(struct parse *p, const struct facts *f)
{
	struct profile_name *more, *n;

	more = reallocarray(p->out->name, p->out->names + 1, sizeof(*more));
	if (!more) {
		profile_wrong(p, "name", NO_MEMORY);
		return;
	}
	p->out->name = more;
	n = &p->out->name[p->out->names++];
	*n = (struct profile_name){ 0 };
	for (size_t i = 1; i < f->n; i++) {
		const struct facts_word *w = &f->word[i];

		if (w->key && strcmp(w->key, "file") == 0)
			take_word(p, &n->file, w);
		else if (w->key && strcmp(w->key, "prefix") == 0)
			take_word(p, &n->prefix, w);
		else if (w->key && strcmp(w->key, "volume") == 0)
			take_word(p, &n->volume, w);
		else if (w->key && strcmp(w->key, "text") == 0)
			take_word(p, &n->text, w);
		else
			profile_wrong(p, w->key ? w->key : w->value, "does not belong here");
	}
	if (!n->file == !n->volume)
		profile_wrong(p, "file", "or volume is needed, and not both");
	else if (n->volume ? !n->text || n->prefix : n->text && n->prefix)
		profile_wrong(p, "text", "is needed with volume; with file give either prefix or text");
}

static void
read_rule_word(struct parse *p, struct profile_rule *r, const struct facts_word *w)
{
	const struct {
		const char *key;
		char **slot;
	} slots[] = { { "kernel", &r->kernel }, { "initrd", &r->initrd }, { "args", &r->args }, { "needs", &r->needs },
		{ "label", &r->label }, { "arch", &r->arch }, { "embed", &r->embed }, { "with", &r->with },
		{ "answers", &r->answers }, { "find", &r->find }, { "way", &r->way }, { "note", &r->note },
		{ "why", &r->why }, { "mirror", &r->mirror }, { "package", &r->package }, { "from", &r->from },
		{ "udebs", &r->udebs }, { "linux", &r->linux_version }, { "firmware", &r->firmware } };
	enum profile_test test;

	if (w->key)
		check_templates(p, w);
	for (size_t i = 0; w->key && i < sizeof(slots) / sizeof(slots[0]); i++)
		if (strcmp(w->key, slots[i].key) == 0) {
			take_word(p, slots[i].slot, w);
			return;
		}
	if (!w->key && strcmp(w->value, "keep") == 0)
		r->keep = true;
	else if (w->key && find_test(w->key, &test))
		add_condition(p, &r->when, w, test);
	else
		profile_wrong(p, w->key ? w->key : w->value, "does not belong here");
}

/* Does each item of the list have a source before an '@'? */
static bool
is_embed_list(const char *list)
{
	for (size_t n;; list += n + 1) {
		const char *at;

		n = strcspn(list, ",");
		at = memchr(list, '@', n);
		if (!at || at == list)
			return false;
		if (!list[n])
			return true;
	}
}

static void
read_rule(struct parse *p, const struct facts *f, const char *word)
{
	struct profile_rule *more, *r;

	more = reallocarray(p->out->rule, p->out->rules + 1, sizeof(*more));
	if (!more) {
		profile_wrong(p, f->word[0].value, NO_MEMORY);
		return;
	}
	p->out->rule = more;
	r = &p->out->rule[p->out->rules++];
	*r = (struct profile_rule){ .unfit = *word == 'u', .netboot = *word == 'n' };
	for (size_t i = 1; i < f->n; i++)
		read_rule_word(p, r, &f->word[i]);
	if (!r->kernel)
		profile_wrong(p, "kernel", "is missing");
	if (r->embed && !is_embed_list(r->embed))
		profile_wrong(p, "embed", "is a list of SOURCE@NAME or SOURCE@, separated by commas");
	if (r->way && strcmp(r->way, "multiboot") != 0)
		profile_wrong(p, "way", "is not multiboot");
	if (r->firmware && strcmp(r->firmware, "bios") != 0 && strcmp(r->firmware, "efi") != 0)
		profile_wrong(p, "firmware", "is neither bios nor efi");
	if (r->unfit && !r->why)
		profile_wrong(p, "why", "is missing");
	if (r->netboot && (!r->mirror || !r->initrd))
		profile_wrong(p, r->mirror ? "initrd" : "mirror", "is missing");
	if (!r->netboot && (r->mirror || r->package || r->from || r->udebs || r->linux_version))
		profile_wrong(p, word, "is no netboot line: mirror, package, from, udebs and linux do not belong here");
}

static void
profile_read_line(struct parse *p, struct facts *f, const char *line, size_t len)
{
	enum facts_error e = facts_parse(f, line, len);
	const char *word;

	if (e != FACTS_OK) {
		profile_wrong(p, "", facts_error_text(e));
		return;
	}
	if (f->n == 0)
		return;
	word = f->word[0].key ? "" : f->word[0].value;
	if (strcmp(word, "family") == 0)
		read_family(p, f);
	else if (strcmp(word, "when") == 0)
		read_when(p, f);
	else if (strcmp(word, "name") == 0)
		read_name_line(p, f);
	else if (strcmp(word, "boot") == 0 || strcmp(word, "unfit") == 0 || strcmp(word, "netboot") == 0)
		read_rule(p, f, word);
	else
		profile_wrong(p, f->word[0].key ? f->word[0].key : word,
		    "is not a line of a profile; these are family, when, name, boot, unfit and netboot");
}

bool
profile_parse(const char *text, size_t len, struct profile *out,
    void (*complain)(void *context, unsigned line, const char *key, const char *why), void *context)
{
	struct profile read = { .order = PROFILE_ORDER };
	struct parse p = { .out = &read, .complain = complain, .context = context };
	struct facts f = { 0 };

	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) + 1 : len;

		p.line++;
		profile_read_line(&p, &f, text, n);
		text += n;
		len -= n;
	}
	facts_free(&f);
	if (!read.family && !p.bad)
		profile_wrong(&p, "family", "is missing");
	*out = read;
	if (p.bad)
		profile_free(out);
	return !p.bad;
}

static void
free_conditions(struct profile_conditions *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->item[i].value);
	free(c->item);
}

void
profile_free(struct profile *p)
{
	for (size_t i = 0; i < p->whens; i++)
		free_conditions(&p->when[i]);
	for (size_t i = 0; i < p->rules; i++) {
		struct profile_rule *r = &p->rule[i];

		free(r->kernel);
		free(r->initrd);
		free(r->args);
		free(r->needs);
		free(r->label);
		free(r->arch);
		free(r->embed);
		free(r->answers);
		free(r->find);
		free(r->way);
		free(r->firmware);
		free(r->with);
		free(r->note);
		free(r->why);
		free(r->mirror);
		free(r->package);
		free(r->from);
		free(r->udebs);
		free(r->linux_version);
		free_conditions(&r->when);
	}
	free(p->when);
	free(p->rule);
	free(p->family);
	free(p->title);
	for (size_t i = 0; i < p->names; i++) {
		free(p->name[i].file);
		free(p->name[i].prefix);
		free(p->name[i].volume);
		free(p->name[i].text);
	}
	free(p->name);
	*p = (struct profile){ 0 };
}

#include "runlog.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "num.h"

#define ADDRESSES 64
#define VALUE 1200
#define MAC_LEN 17
#define HEX_IP 8

/* What machines have of their own. */
struct own {
	uint32_t addr[ADDRESSES];
	size_t n;
};

/* ---- values ---- */

/* How many bytes of `s` are a MAC address, PXELINUX's hardware type in front of it included; 0
 * for none. */
static size_t
mac_length(const char *s)
{
	size_t type = strncmp(s, "01-", 3) == 0 ? 3 : 0;
	char text[NUM_MAC_TEXT];
	uint8_t mac[6];

	if (strnlen(s, type + MAC_LEN) < type + MAC_LEN)
		return 0;
	memcpy(text, s + type, MAC_LEN);
	text[MAC_LEN] = '\0';
	return num_mac(text, mac) ? type + MAC_LEN : 0;
}

static bool
is_uuid(const char *s)
{
	char text[NUM_UUID_TEXT];
	uint8_t uuid[16];

	snprintf(text, sizeof(text), "%s", s);
	return num_uuid(text, uuid);
}

/* How many bytes of `s` are one of the own addresses; 0 for none. */
static size_t
own_address(const struct own *own, const char *s)
{
	char text[NUM_IP4_TEXT];

	for (size_t i = 0; i < own->n; i++) {
		size_t len = strlen(num_ip4_text(own->addr[i], text));

		if (strncmp(s, text, len) == 0 && !isdigit((unsigned char)s[len]))
			return len;
	}
	return 0;
}

/* PXELINUX asks for its address in capital hexadecimal digits, and for ever fewer of them;
 * how many `s` begins with, 0 when it is something else. */
static size_t
own_digits(const struct own *own, const char *s)
{
	char text[HEX_IP + 1];
	size_t len = strspn(s, "0123456789ABCDEF");

	if (isalnum((unsigned char)s[len]) || len == 0 || len > HEX_IP)
		return 0;
	for (size_t i = 0; i < own->n; i++) {
		snprintf(text, sizeof(text), "%08X", own->addr[i]);
		if (strncmp(s, text, len) == 0)
			return len;
	}
	return 0;
}

static void
generalise(const struct own *own, const char *s, char out[VALUE])
{
	size_t len = 0, n;

	for (const char *start = s; *s && len + 16 < VALUE;) {
		bool word = s == start || !isalnum((unsigned char)s[-1]);

		if (word && is_uuid(s)) {
			len += (size_t)snprintf(out + len, VALUE - len, "{uuid}");
			s += NUM_UUID_TEXT - 1;
		} else if (word && (n = mac_length(s)) > 0) {
			len += (size_t)snprintf(out + len, VALUE - len, "{mac}");
			s += n;
		} else if (word && (n = own_address(own, s)) > 0) {
			len += (size_t)snprintf(out + len, VALUE - len, "{ip}");
			s += n;
		} else if (s > start && s[-1] == '/' && (n = own_digits(own, s)) > 0) {
			len += (size_t)snprintf(out + len, VALUE - len, "{ip:%zu}", n);
			s += n;
		} else {
			out[len++] = *s++;
		}
	}
	out[len] = '\0';
}

/* ---- records ---- */

/* Keys that say which run it was, or when; of a verdict all but the verdict itself, since
 * the steps before it say the rest. */
static bool
is_circumstance(const char *word, const char *key)
{
	static const char *const keys[] = { "n", "ms", "rate", "persona", "machine", "requests", "name", "what",
		"fix" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return strcmp(word, "verdict") == 0 && strcmp(key, "boots") != 0;
}

static bool
add_record(struct runlog *r, const struct own *own, const struct facts *f)
{
	const char *what = facts_get(f, strcmp(f->word[0].value, "fault") == 0 ? "name" : "what");
	const char *ms = facts_get(f, "ms");
	struct runlog_record *new;
	char value[VALUE];

	new = reallocarray(r->at, r->n + 1, sizeof(*new));
	if (!new)
		return false;
	r->at = new;
	new += r->n++;
	*new = (struct runlog_record){ .word = strdup(f->word[0].value),
		.what = strdup(what ? what : ""),
		.pair = calloc(f->n, sizeof(*new->pair)) };
	if (!new->word || !new->what || !new->pair)
		return false;
	if (ms && strcmp(new->word, "step") == 0)
		num_uint(ms, 0, UINT32_MAX, &new->ms);
	for (size_t i = 1; i < f->n; i++) {
		struct runlog_pair *p = &new->pair[new->pairs];

		/* of a key that stands twice the first counts, as for facts_get */
		if (!f->word[i].key || is_circumstance(new->word, f->word[i].key) ||
		    facts_get(f, f->word[i].key) != f->word[i].value)
			continue;
		generalise(own, f->word[i].value, value);
		new->pairs++;
		p->key = strdup(f->word[i].key);
		p->value = strdup(value);
		if (!p->key || !p->value)
			return false;
	}
	return true;
}

/* ---- lines ---- */

static bool
is_wanted(const struct facts *f, const char *machine)
{
	const char *named = facts_get(f, "machine");
	const char *word = f->n && !f->word[0].key ? f->word[0].value : "";

	if (strcmp(word, "step") != 0 && strcmp(word, "fault") != 0 && strcmp(word, "verdict") != 0)
		return false;
	return !machine || (named && strcmp(named, machine) == 0);
}

static void
learn_address(struct own *own, const struct facts *f)
{
	const char *text = facts_get(f, "address");
	uint32_t addr;

	if (own->n < ADDRESSES && text && num_ip4(text, &addr))
		own->addr[own->n++] = addr;
}

/* One pass over the lines. */
struct pass {
	struct runlog *to; /* NULL: only the addresses are learnt */
	const char *machine;
	struct own *own;
	char *error;
};

/* One line; false, and why. */
static bool
read_line(const struct pass *p, const struct facts *f)
{
	if (!p->to) {
		learn_address(p->own, f);
		return true;
	}
	if (!is_wanted(f, p->machine))
		return true;
	if (p->to->n == RUNLOG_RECORDS) {
		snprintf(p->error, RUNLOG_ERROR, "more than %d steps", RUNLOG_RECORDS);
		return false;
	}
	snprintf(p->error, RUNLOG_ERROR, "out of memory");
	return add_record(p->to, p->own, f);
}

static bool
read_lines(const struct pass *p, const char *text, size_t len)
{
	struct facts f = { .n = 0 };
	bool fine = true;

	for (unsigned n = 1; fine && len > 0; n++) {
		const char *end = memchr(text, '\n', len);
		size_t line = end ? (size_t)(end - text) + 1 : len;
		enum facts_error e = facts_parse(&f, text, line);

		if (e != FACTS_OK || (f.n && f.word[0].key)) {
			snprintf(p->error, RUNLOG_ERROR, "line %u is no facts line%s%s", n, e != FACTS_OK ? ": " : "",
			    e != FACTS_OK ? facts_error_text(e) : "");
			fine = false;
		} else {
			fine = read_line(p, &f);
		}
		text += line;
		len -= line;
	}
	facts_free(&f);
	return fine;
}

bool
runlog_read(struct runlog *r, const char *text, size_t len, const char *machine, char error[RUNLOG_ERROR])
{
	struct own own = { .n = 0 };
	struct pass addresses = { NULL, machine, &own, error }, records = { r, machine, &own, error };

	*r = (struct runlog){ .n = 0 };
	if (!read_lines(&addresses, text, len) || !read_lines(&records, text, len)) {
		runlog_free(r);
		return false;
	}
	if (r->n == 0)
		snprintf(error, RUNLOG_ERROR, "there is no step of a boot in it");
	return r->n > 0;
}

void
runlog_free(struct runlog *r)
{
	for (size_t i = 0; i < r->n; i++) {
		for (size_t k = 0; k < r->at[i].pairs; k++) {
			free(r->at[i].pair[k].key);
			free(r->at[i].pair[k].value);
		}
		free(r->at[i].pair);
		free(r->at[i].word);
		free(r->at[i].what);
	}
	free(r->at);
	*r = (struct runlog){ .n = 0 };
}

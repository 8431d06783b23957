#include "rundiff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"

#define TEXT 1200
/* What a pair of records is worth: the same, or the same kind with other values. */
#define SAME 3
#define KIN 1

static const char *
value_of(const struct runlog_record *r, const char *key)
{
	for (size_t i = 0; i < r->pairs; i++)
		if (strcmp(r->pair[i].key, key) == 0)
			return r->pair[i].value;
	return NULL;
}

static bool
has_all_of(const struct runlog_record *a, const struct runlog_record *b)
{
	for (size_t i = 0; i < b->pairs; i++) {
		const char *value = value_of(a, b->pair[i].key);

		if (!value || strcmp(value, b->pair[i].value) != 0)
			return false;
	}
	return true;
}

static unsigned
likeness(const struct runlog_record *a, const struct runlog_record *b)
{
	if (strcmp(a->word, b->word) != 0 || strcmp(a->what, b->what) != 0)
		return 0;
	return has_all_of(a, b) && has_all_of(b, a) ? SAME : KIN;
}

/* ---- what is said ---- */

struct said {
	struct report *report;
	size_t count;
};

static void
say(struct said *s, const struct runlog_record *of, const char *key, const char *a, const char *b)
{
	struct report_difference d = { .of = of->what[0] ? of->what : of->word, .key = key, .a = a, .b = b };

	report_difference(s->report, &d);
	s->count++;
}

/* A record that the other run has not, as one text. */
static void
say_alone(struct said *s, const struct runlog_record *r, bool in_a)
{
	char text[TEXT] = "", value[TEXT];
	size_t len = 0;

	for (size_t i = 0; i < r->pairs && len < sizeof(text); i++) {
		facts_quote(r->pair[i].value, strlen(r->pair[i].value), value, sizeof(value));
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s=%s", i ? " " : "", r->pair[i].key, value);
	}
	say(s, r, NULL, in_a ? text : NULL, in_a ? NULL : text);
}

static void
say_pair(struct said *s, const struct runlog_record *a, const struct runlog_record *b)
{
	uint64_t most = a->ms > b->ms ? a->ms : b->ms, least = a->ms > b->ms ? b->ms : a->ms;
	char one[24], two[24];

	for (size_t i = 0; i < a->pairs; i++) {
		const char *other = value_of(b, a->pair[i].key);

		if (!other || strcmp(other, a->pair[i].value) != 0)
			say(s, a, a->pair[i].key, a->pair[i].value, other);
	}
	for (size_t i = 0; i < b->pairs; i++)
		if (!value_of(a, b->pair[i].key))
			say(s, b, b->pair[i].key, NULL, b->pair[i].value);
	if (most < least + 1000 || most < 3 * least)
		return;
	snprintf(one, sizeof(one), "%llu", (unsigned long long)a->ms);
	snprintf(two, sizeof(two), "%llu", (unsigned long long)b->ms);
	say(s, a, "ms", one, two);
}

/* ---- which belongs to which ---- */

/* best[i][j]: the most that the records from i and j on are worth. */
static uint32_t *
weigh(const struct runlog *a, const struct runlog *b)
{
	size_t width = b->n + 1;
	uint32_t *best = calloc((a->n + 1) * width, sizeof(*best));

	for (size_t i = a->n; best && i-- > 0;)
		for (size_t j = b->n; j-- > 0;) {
			unsigned like = likeness(&a->at[i], &b->at[j]);
			uint32_t with = like ? like + best[(i + 1) * width + j + 1] : 0;
			uint32_t down = best[(i + 1) * width + j], right = best[i * width + j + 1];
			uint32_t without = down > right ? down : right;

			best[i * width + j] = with > without ? with : without;
		}
	return best;
}

bool
rundiff(const struct runlog *a, const struct runlog *b, struct report *r, size_t *count)
{
	struct said s = { .report = r };
	size_t i = 0, j = 0, width = b->n + 1;
	uint32_t *best = weigh(a, b);

	if (!best)
		return false;
	while (i < a->n || j < b->n) {
		unsigned like = i < a->n && j < b->n ? likeness(&a->at[i], &b->at[j]) : 0;

		if (like && best[i * width + j] == like + best[(i + 1) * width + j + 1])
			say_pair(&s, &a->at[i++], &b->at[j++]);
		else if (j == b->n || (i < a->n && best[(i + 1) * width + j] >= best[i * width + j + 1]))
			say_alone(&s, &a->at[i++], true);
		else
			say_alone(&s, &b->at[j++], false);
	}
	free(best);
	*count = s.count;
	return true;
}

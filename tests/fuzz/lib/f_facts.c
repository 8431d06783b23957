/* Any bytes as facts lines: what is read can be written and read back the same,
 * and any bytes can be quoted into a valid line. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each word's value, quoted after a key. */
static void
check_word(const struct facts_word *w)
{
	size_t len = strlen(w->value), n = facts_quote(w->value, len, NULL, 0);
	char *line = malloc(n + 16);
	struct facts again = { 0 };

	if (!line)
		abort();
	memcpy(line, "w k=", 4);
	if (facts_quote(w->value, len, line + 4, n + 1) != n || strlen(line) != n + 4)
		abort();
	if (facts_parse(&again, line, n + 4) != FACTS_OK || again.n != 2 ||
	    strcmp(facts_get(&again, "k"), w->value) != 0)
		abort();
	facts_free(&again);
	free(line);
}

static void
check_line(struct facts *f, const char *line, size_t len)
{
	enum facts_error e = facts_parse(f, line, len);

	if (e != FACTS_OK) {
		if (f->n != 0 || f->error_column < 1 || f->error_column > len + 1 || !*facts_error_text(e))
			abort();
		return;
	}
	for (size_t i = 0; i < f->n; i++) {
		const struct facts_word *w = &f->word[i];

		if (w->column < 1 || w->column > len || (w->key && !facts_get(f, w->key)))
			abort();
		check_word(w);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size;
	struct facts f = { 0 };
	char out[64];

	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		size_t n = newline ? (size_t)(newline - p) + 1 : (size_t)(end - p);

		check_line(&f, p, n);
		p += n;
	}
	facts_quote(data, size, out, sizeof(out));
	if (strlen(out) >= sizeof(out))
		abort();
	facts_free(&f);
	return 0;
}

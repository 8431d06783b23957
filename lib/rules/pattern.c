#include "pattern.h"

#include <string.h>

#include "num.h"

/* Room for a symbol for each character, and the copy of the text. */
static uint16_t *
pattern_start(struct arena *a, const char *text, struct pattern *out)
{
	uint16_t *symbol = arena_alloc(a, (strlen(text) + 1) * sizeof(symbol[0]));

	*out = (struct pattern){ .text = arena_str(a, text), .symbol = symbol };
	return out->text ? symbol : NULL;
}

bool
pattern_text(struct arena *a, const char *text, struct pattern *out)
{
	uint16_t *symbol = pattern_start(a, text, out);

	if (!symbol)
		return false;
	for (; *text; text++)
		symbol[out->symbols++] = *text == '*' ? PATTERN_ANY : (uint8_t)*text;
	return true;
}

bool
pattern_hex(struct arena *a, const char *text, struct pattern *out)
{
	uint16_t *symbol = pattern_start(a, text, out);

	if (!symbol)
		return false;
	while (*text) {
		int byte = *text == '*' ? PATTERN_ANY : num_hex_byte(text);

		if (byte < 0)
			return false;
		symbol[out->symbols++] = (uint16_t)byte;
		text += byte == PATTERN_ANY ? 1 : 2;
		if ((*text == ':' || *text == '-') && text[1])
			text++;
	}
	return out->symbols > 0;
}

static uint8_t
fold_case(uint16_t c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool
pattern_same(const struct pattern *p, uint16_t symbol, uint8_t byte)
{
	return symbol == byte || (p->fold && fold_case(symbol) == fold_case(byte));
}

bool
pattern_fits(const struct pattern *p, const void *bytes, size_t len)
{
	const uint8_t *s = bytes, *end = len ? s + len : s, *from = NULL;
	const uint16_t *next = p->symbol, *last = p->symbol + p->symbols, *star = NULL;

	/* star, from: behind the last '*', and behind the bytes that it stands for */
	while (s < end) {
		if (next < last && *next == PATTERN_ANY) {
			star = ++next;
			from = s;
		} else if (next < last && pattern_same(p, *next, *s)) {
			next++;
			s++;
		} else if (star) {
			next = star;
			s = ++from;
		} else {
			return false;
		}
	}
	while (next < last && *next == PATTERN_ANY)
		next++;
	return next == last;
}

#include "grub_text.h"

static void
go_on_at(struct script_text *t, const char *p)
{
	for (const char *q = t->bytes + t->pos; q < p; q++)
		t->line += *q == '\n';
	t->pos = (size_t)(p - t->bytes);
}

void
grub_text_begin(struct script_text *t)
{
	go_on_at(t, grubwords_begin(t->bytes + t->pos, t->bytes + t->len));
}

bool
grub_text_command(struct script_text *t, const struct grubwords_variables *vars, struct grubwords *out)
{
	const char *p = t->bytes + t->pos;
	bool any = grubwords_read(&p, t->bytes + t->len, vars, out);

	go_on_at(t, p);
	return any && out->n > 0;
}

static void
skip_block(struct script_text *t, size_t *start, size_t *len)
{
	const char *end = t->bytes + t->len, *close = grubwords_block_end(t->bytes + t->pos, end);

	*start = t->pos;
	*len = (size_t)(close - t->bytes) - t->pos;
	go_on_at(t, close < end ? close + 1 : end);
}

void
grub_text_block(struct script_text *t, const struct grubwords *c, size_t *start, size_t *len)
{
	*start = t->pos;
	*len = 0;
	if (c->end == GRUBWORDS_OPEN)
		skip_block(t, start, len);
}

void
grub_text_body(struct script_text *t, const struct grubwords *c, size_t *start, size_t *len)
{
	grub_text_begin(t);
	if (c->end != GRUBWORDS_OPEN && t->pos < t->len && t->bytes[t->pos] == '{') {
		t->pos++;
		skip_block(t, start, len);
		return;
	}
	grub_text_block(t, c, start, len);
}

/* The words of grub.cfg's commands: quotes, escapes, variables, blocks. */
#ifndef GRUB_WORDS_H
#define GRUB_WORDS_H

#include "interp.h"

#define GRUB_WORDS 64
#define GRUB_WORD 512 /* longer ones are cut */

struct grub_words {
	char word[GRUB_WORDS][GRUB_WORD];
	size_t n;
};

/* Reads a command up to its end or an opening brace, variables expanded;
 * false when the line is empty. */
bool grub_words_read(struct text *t, const struct interp *vars, struct grub_words *out);
/* Passes over a block up to its closing brace: where it began, its length. */
void grub_words_skip_block(struct text *t, size_t *start, size_t *len);
/* Drops word k. */
void grub_words_drop(struct grub_words *c, size_t k);

#endif

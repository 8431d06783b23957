/* grub.cfg, read command by command; its lines are counted. */
#ifndef GRUB_TEXT_H
#define GRUB_TEXT_H

#include "grubwords.h"
#include "interp.h"

/* Passes over what stands before a command. */
void grub_text_begin(struct script_text *t);
/* Reads a command; false when it has no words. */
bool grub_text_command(struct script_text *t, const struct grubwords_variables *vars, struct grubwords *out);
/* Passes over the block that the command has opened, up to its closing brace: where
 * it began, its length (0 when it has opened none). */
void grub_text_block(struct script_text *t, const struct grubwords *c, size_t *start, size_t *len);
/* The same for a function, whose brace may stand in another line. */
void grub_text_body(struct script_text *t, const struct grubwords *c, size_t *start, size_t *len);

#endif

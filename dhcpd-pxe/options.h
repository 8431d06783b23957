/*
 * The options of a reply that is being written (reply.c, reply_boot.c): what
 * we say ourselves, and the option lines of the rules, which win over that.
 * Pure.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "answer.h"

struct writer {
	const struct answer *a;
	struct wr w;
	size_t tail;                         /* room that 61, 82 and END will need */
	unsigned left_out;                   /* options for which there was no room */
	const struct option_line *line[256]; /* option lines for whole options */
	bool has_subs[256];                  /* there are code.sub lines, for whomever */
	bool done[256];
};

/* Finds the lines that are for this client; before the first option. */
void options_gather(struct writer *o);
/* An option, if there is room. */
void options_put(struct writer *o, uint8_t code, const void *value, size_t len);
/* What the option lines say of it, else this; nothing when len is 0. */
void options_put_or_line(struct writer *o, uint8_t code, const void *value, size_t len);
void options_put_u32(struct writer *o, uint8_t code, uint32_t v);
/* Only to a client whose parameter list (55) has it. */
void options_put_asked_u32(struct writer *o, uint8_t code, uint32_t v);
void options_put_addrs(struct writer *o, uint8_t code, const struct rule_addrs *list);
void options_put_str(struct writer *o, uint8_t code, const char *s);
/* The option line of this code, if there is one. */
bool options_put_line(struct writer *o, uint8_t code);
/* Adds the code.sub lines of an option that holds options to `w`, but those
 * `seen` already (NULL: none), which it marks. */
void options_add_subs(struct writer *o, uint8_t code, struct wr *w, bool seen[256]);
/* Every line that has not been written yet. */
void options_put_rest(struct writer *o);

#endif

/*
 * The options of a reply that is being written (reply.c, reply_boot.c): our
 * own, and those of option lines, which override them.  Pure.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "answer.h"

struct writer {
	const struct answer *a;
	struct wr w;
	size_t tail;                         /* room that 61, 82 and END will need */
	unsigned left_out;                   /* options that had no room */
	const struct option_line *line[256]; /* option lines for whole options */
	bool has_subs[256];                  /* there are code.sub lines, for some client */
	bool done[256];
};

/* Does this answer have the option, by an option line? */
bool options_has(const struct answer *a, uint8_t code);
/* Finds the lines that match this client; call it before the first option. */
void options_gather(struct writer *o);
/* An option, if there is room. */
void options_put(struct writer *o, uint8_t code, const void *value, size_t len);
/* The option line of this code, or else this value; nothing when len is 0. */
void options_put_or_line(struct writer *o, uint8_t code, const void *value, size_t len);
void options_put_u32(struct writer *o, uint8_t code, uint32_t v);
/* The same, only for a client that asks for it (option 55). */
void options_put_asked_u32(struct writer *o, uint8_t code, uint32_t v);
void options_put_addrs(struct writer *o, uint8_t code, const struct rule_addrs *list);
void options_put_str(struct writer *o, uint8_t code, const char *s);
/* The option line of this code, if there is one. */
bool options_put_line(struct writer *o, uint8_t code);
/* Appends the code.sub lines of an option to `w`, except suboptions already in
 * `seen` (NULL: none), and marks them there. */
void options_add_subs(struct writer *o, uint8_t code, struct wr *w, bool seen[256]);
/* Every line that has not been written yet. */
void options_put_rest(struct writer *o);

#endif

/*
 * Facts lines: WORD key=value key="va lue" ..., one record a line
 * (pxe-facts(5)).  Rules files, lease events, `isoextract -b` and `pxeprobe`
 * all speak it.
 */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One word of a line. */
struct facts_word {
	const char *key;   /* NULL for a word without '=' */
	const char *value; /* unquoted; never NULL, no NUL byte inside */
	size_t column;     /* 1 for the line's first byte */
};

/* A parsed line.  Zero it to start; facts_parse reuses its memory, and all
 * strings live until the next call or facts_free. */
struct facts {
	struct facts_word *word;
	size_t n; /* 0: the line is blank or a comment */
	size_t error_column;
	char *store;
	size_t store_size, word_size;
};

enum facts_error {
	FACTS_OK,
	FACTS_UNTERMINATED, /* a quoted value without its end */
	FACTS_ESCAPE,       /* \ before something else than " \ n xHH, or \x00 */
	FACTS_AFTER_QUOTE,  /* text right behind a closing quote */
	FACTS_NUL,          /* a NUL byte in the line */
	FACTS_MEMORY
};

/* Reads one line of `len` bytes, without or with its newline. */
enum facts_error facts_parse(struct facts *f, const char *line, size_t len);
const char *facts_error_text(enum facts_error e);
/* Value of the first word with this key, NULL when there is none. */
const char *facts_get(const struct facts *f, const char *key);
void facts_free(struct facts *f);

/* Writes `len` bytes as a value: plain where that reads back the same, else
 * quoted.  Returns the length without the NUL; when that is >= size the
 * result was cut (as snprintf does it). */
size_t facts_quote(const void *bytes, size_t len, char *out, size_t size);
/* The same with quotes in any case. */
size_t facts_quote_always(const void *bytes, size_t len, char *out, size_t size);

/* How many bytes of one whole printable UTF-8 character start here: 0 for a
 * control one (C1 too: 0x9b starts an escape sequence on some terminals) and
 * for what is no UTF-8.  Of the first `left` bytes, at least 1. */
size_t facts_printable(const void *bytes, size_t left);

/* A record being written; text, or a JSON object a line ("record" holds the
 * first word).  Zero but for
 * `json` to start. */
struct facts_out {
	char *buf;
	size_t len, size;
	bool json, failed;
};

void facts_begin(struct facts_out *o, const char *word);
void facts_put(struct facts_out *o, const char *key, const char *value);
void facts_put_bytes(struct facts_out *o, const char *key, const void *bytes, size_t len);
void facts_put_num(struct facts_out *o, const char *key, uint64_t value);
/* A number given in thousandths: 1500 is written as 1.5. */
void facts_put_milli(struct facts_out *o, const char *key, uint64_t thousandths);
/* Ends the line, writes it and makes ready for the next; -1 with errno when
 * it could not be built or written. */
int facts_end(struct facts_out *o, FILE *to);
void facts_out_free(struct facts_out *o);

#endif

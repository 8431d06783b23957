/* The tables of the keys that the lines of a rules file may have. */
#ifndef KEYS_H
#define KEYS_H

#include "reader.h"

struct key {
	const char *name;
	unsigned kinds; /* lines it may stand on: 1 << enum rule_kind */
	/* Reads the value into r->rule, or refuses it and returns false. */
	bool (*set)(struct reader *r, const struct key *key, const char *value);
	size_t arg;   /* for set: where in the line's struct the value goes, say */
	bool repeats; /* may stand on a line several times */
};

#define KEYS_ON(kind) (1u << (kind))

/* Each ends with a NULL name. */
extern const struct key keys_match[];   /* which clients a line is for */
extern const struct key keys_subnet[];  /* what a subnet gives */
extern const struct key keys_subnet6[]; /* the same for IPv6, and what is advertised there */
extern const struct key keys_line[];    /* what a host, boot or menu line does */
extern const struct key keys_option[];  /* the value of an option */

#endif

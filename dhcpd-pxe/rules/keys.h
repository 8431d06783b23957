/* The tables of keys that lines of a rules file may have. */
#ifndef KEYS_H
#define KEYS_H

#include "reader.h"

struct key {
	const char *name;
	unsigned kinds; /* lines it may stand on: 1 << enum rule_kind */
	bool (*set)(struct reader *r, const char *value);
};

#define KEYS_ON(kind) (1u << (kind))

extern const struct key keys_match[];  /* which clients; ended by a NULL name */
extern const struct key keys_subnet[]; /* what a subnet gives */
extern const struct key keys_line[];   /* what the other lines do */

/* The comma-separated parts of a value, in the arena; false has said why. */
bool keys_split(struct reader *r, const char *value, struct rule_strings *out);
bool keys_addrs(struct reader *r, const char *value, struct rule_addrs *out);
bool keys_copy(struct reader *r, const char *value, const char **out);
/* The same in lower case with '-' as ':'. */
bool keys_lower(struct reader *r, const char *value, bool colons, struct rule_strings *out);
/* Letters of a DNS name; `dots`: of several labels. */
bool keys_is_name(const char *s, bool dots);
/* The value of an option line. */
bool keys_option_value(struct reader *r, enum option_value kind, const char *value);

#endif

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

/* For set: values that lines of several kinds take, at arg in the line's struct. */
bool keys_addrs(struct reader *r, const struct key *key, const char *value);
/* Of machines and servers, so no multicast or link-local ones. */
bool keys_addrs6(struct reader *r, const struct key *key, const char *value);
/* How long a lease of either family lasts, how long a declined address rests: seconds. */
bool keys_lease(struct reader *r, const struct key *key, const char *value);
bool keys_decline(struct reader *r, const struct key *key, const char *value);
/* Of leases, offers. */
bool keys_count(struct reader *r, const struct key *key, const char *value);
bool keys_domain(struct reader *r, const struct key *key, const char *value);
/* What link= calls a wire. */
bool keys_link(struct reader *r, const struct key *key, const char *value);

/* Each ends with a NULL name. */
extern const struct key keys_match[];   /* which clients a line is for */
extern const struct key keys_subnet[];  /* what a subnet gives */
extern const struct key keys_subnet6[]; /* the same for IPv6, and what is advertised there */
extern const struct key keys_line[];    /* what a host, boot or menu line does */
extern const struct key keys_option[];  /* the value of an option */

#endif

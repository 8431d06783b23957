/*
 * Rewrite rules for names (-m): s/ERE/replacement/flags, one per line, each
 * applied to the result of those before it.  Pure: remapfile.c reads the file.
 */
#ifndef REMAP_H
#define REMAP_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#define REMAP_NAME 4096 /* longest name, with its NUL */
#define REMAP_ERROR 256

struct remap_rule {
	regex_t re;
	char *with;  /* the replacement, as written */
	char *line;  /* the whole rule, as written */
	bool global; /* g: every match */
	bool last;   /* l: no rule after this one, if it matched */
	bool mac;    /* passed over for clients whose Ethernet address is not known */
};

/* Zero it to start. */
struct remap {
	struct remap_rule *rule;
	size_t n, size;
	bool mac; /* any of them needs that address */
};

/* What {ip}, {ip-hex}, {mac} and {mac-} stand for. */
struct remap_client {
	const char *ip;     /* "10.0.0.7" */
	const char *ip_hex; /* "0A000007", as PXELINUX writes it; IPv6: 32 digits */
	const char *mac;    /* "52:54:00:12:34:56"; NULL: not known */
	const char *mac_dash;
};

/* Adds the rule on a line; an empty line or a comment (#) adds nothing.  False
 * and a message in `error` when it is wrong. */
bool remap_add(struct remap *m, const char *line, char error[REMAP_ERROR]);
/* False when the result does not fit. */
bool remap_apply(const struct remap *m, const char *name, const struct remap_client *client, char out[REMAP_NAME]);
void remap_free(struct remap *m);

#endif

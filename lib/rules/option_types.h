/*
 * The type that the RFCs give each option's value, so that a router given as
 * u8= is found when the rules are read and not by the clients.  Pure.
 */
#ifndef OPTION_TYPES_H
#define OPTION_TYPES_H

#include "rules.h"

#define OPTION_TYPE_MAX 200

enum option_type_kind {
	TYPE_ANY, /* unknown here, or the vendor's own */
	TYPE_TEXT,
	TYPE_ADDR,
	TYPE_ADDRS,
	TYPE_ADDRS6,
	TYPE_PAIRS,
	TYPE_MASK,
	TYPE_FLAG,
	TYPE_U8,
	TYPE_U16,
	TYPE_U16S,
	TYPE_U32,
	TYPE_NAMES,
	TYPE_ROUTES,
	TYPE_SUBOPTIONS
};

struct option_type {
	const char *name; /* of the option, in the words of its RFC */
	enum option_type_kind kind;
	uint16_t rfc;   /* 0: none; the only program that reads it says so */
	uint16_t least; /* smallest number that the RFC allows */
	bool text_too;  /* or text, for a client that wants it so */
	bool six;       /* an option of DHCPv6 */
};

/* NULL when an option may have any type; of CODE.SUB when `sub` is not 0. */
const struct option_type *option_type(uint8_t code, uint8_t sub);
/* Of DHCPv6; NULL likewise. */
const struct option_type *option6_type(uint16_t code);
/* May its value be given with this key?  hex= can give any. */
bool option_type_takes(const struct option_type *t, enum option_value key);
/* Are the bytes of an option line of this type?  True while there are none, as
 * long as the value is a template. */
bool option_type_fits(const struct option_type *t, const struct option_line *o);
/* "option 3 (routers) is a list of addresses, as in ip=10.0.0.1,10.0.0.2 (RFC
 * 2132)". */
void option_type_describe(const struct option_type *t, uint16_t code, uint8_t sub, char out[OPTION_TYPE_MAX]);

#endif

/*
 * The form that an option's value has by its RFC, so that a router given as
 * u8= is found when the rules are read and not by the clients.  Pure.
 */
#ifndef OPTION_TYPES_H
#define OPTION_TYPES_H

#include "rules.h"

#define FORM_WHY 200

enum form_kind {
	FORM_ANY, /* not known here, or the vendor's own */
	FORM_TEXT,
	FORM_ADDR,
	FORM_ADDRS,
	FORM_PAIRS,
	FORM_MASK,
	FORM_FLAG,
	FORM_U8,
	FORM_U16,
	FORM_U16S,
	FORM_U32,
	FORM_NAMES,
	FORM_ROUTES,
	FORM_PARTS
};

struct form {
	const char *name; /* of the option, in its RFC's words */
	enum form_kind kind;
	uint16_t rfc;   /* 0: no RFC says so, the only reader does */
	uint16_t least; /* of a number, where the RFC has one */
	bool text_too;
};

/* NULL when an option may have any form; of CODE.SUB where `sub` is not 0. */
const struct form *form_of(uint8_t code, uint8_t sub);
/* Is its value written with this key?  hex= says any. */
bool form_takes(const struct form *f, enum option_value key);
/* Are the bytes of an option line (none as long as it is a template) what they
 * should be? */
bool form_fits(const struct form *f, const struct option_line *o);
/* What they should be: "option 3 (routers) is a list of addresses, as in
 * ip=10.0.0.1,10.0.0.2 (RFC 2132)". */
void form_text(const struct form *f, uint8_t code, uint8_t sub, char out[FORM_WHY]);

#endif

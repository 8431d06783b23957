/*
 * The addresses of the names that server= gives, looked up once (resolve.c).  Pure.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAMES_MOST 256

struct names {
	struct names_entry {
		char *name;
		uint32_t addr; /* in host order; 0: not known */
	} * entry;
	size_t n;
};

/* Adds a name, once; false when there is no memory or there are NAMES_MOST. */
bool names_add(struct names *s, const char *name);
/* Its address, or 0; `s` may be NULL. */
uint32_t names_find(const struct names *s, const char *name);
void names_free(struct names *s);

#endif

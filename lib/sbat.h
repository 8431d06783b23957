/*
 * SBAT (shim's SBAT.md): a program's components with their generations, and the
 * generations that a shim asks for.  Pure.
 */
#ifndef SBAT_H
#define SBAT_H

#include "wire.h"

#define SBAT_LIST 256 /* "grub,5 grub.debian,5", cut where there is more */

struct sbat { /* zero it to start */
	char list[SBAT_LIST];
	char vendor[64], version[64]; /* the distribution's; "" unknown */
};

/* The text of a .sbat section. */
void sbat_read(struct rd text, struct sbat *out);
/* The section .sbatlevel of a shim of 15.8 or later: what it sets the machine's level to,
 * as a list; "" where there is none. */
void sbat_level(struct rd section, char out[SBAT_LIST]);

#endif

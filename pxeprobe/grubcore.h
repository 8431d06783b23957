/*
 * GRUB for BIOS machines (core.0 of grub-mknetdir, grub-mkimage -O i386-pc-pxe): its kernel,
 * modules, prefix and configuration are compressed.  Pure.
 */
#ifndef GRUBCORE_H
#define GRUBCORE_H

#include "bootprog.h"

/* False when the file is none; otherwise what it has built in is noted. */
bool grubcore_read(const uint8_t *bytes, size_t len, struct bootprog *out);

#endif

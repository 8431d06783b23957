/*
 * All boot menus of an image, laid over its catalog: what they start, if it is there.
 * Pure but for memory.
 */
#ifndef MENUS_H
#define MENUS_H

#include <stdbool.h>
#include <stddef.h>

#include "catalog.h"
#include "menu.h"

/* Reads the menus whose texts the catalog, which must be sorted, has kept.  Kernels and
 * initial RAM disks get the names that the members have.  False for lack of memory. */
bool menus_read(const struct catalog *c, struct menu *out);

/* Copies kernel arguments without those that name a disc or a drive, which `gone`
 * gets.  What does not fit is left out. */
void menus_without_disc(const char *args, char *out, size_t size, char *gone, size_t gone_size);

#endif

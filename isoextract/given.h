/*
 * A kernel with its initial RAM disks, given as files instead of an image: one `boot`
 * record, of an unknown system.  Pure but for memory.
 */
#ifndef GIVEN_H
#define GIVEN_H

#include <stdbool.h>

#include "boot.h"
#include "bootfile.h"
#include "catalog.h"

/* `files`, the kernel first and up to a NULL, are paths, of which the last parts count: they
 * are to be served from one directory.  False and a sentence in *why (static) if it
 * is no kernel, two have one name, or memory is lacking.  The record borrows from `c`,
 * which starts empty. */
bool
given_boot(const struct bootfile *f, char *const *files, struct catalog *c, struct boot_records *out, const char **why);

#endif

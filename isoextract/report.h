/* Facts lines on stdout (pxe-facts(5)). */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include "boot.h"
#include "bootfile.h"
#include "catalog.h"
#include "reader.h"

/* The `file`, `dir`, `link` and `other` records of -l. */
void report_member(const struct reader_entry *e, const char *path, bool json);
/* The same, with unsafe=yes, for a member whose name leads outside. */
void report_unsafe(const struct reader_entry *e, bool json);
/* The `boot`, `unfit` and `loader` records of -b.  Returns how many kernels can boot. */
size_t report_boot(const struct boot_records *b, const struct catalog *c, bool json);
/* The `loader` record of a boot program that is the SOURCE itself. */
void report_bootfile(const struct bootfile *f, const char *name, bool json);

#endif

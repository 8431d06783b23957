/* Facts lines on stdout (pxe-facts(5)). */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include "boot.h"
#include "catalog.h"
#include "reader.h"

/* `file`, `dir`, `link` and `other` records of -l. */
void report_member(const struct reader_entry *e, const char *path, bool json);
/* The same for a member whose name cannot be one inside: with unsafe=yes. */
void report_unsafe(const struct reader_entry *e, bool json);
/* `boot`, `unfit` and `loader` records of -b; how many kernels can boot. */
size_t report_boot(const struct boot *b, const struct catalog *c, bool json);

#endif

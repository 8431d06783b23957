/*
 * Small files that were asked for, kept in memory.  One stat(2) for each
 * request tells whether a file is still the same, so what is sent is never
 * old; opening and reading it again is what is saved.
 */
#ifndef CACHE_H
#define CACHE_H

#include <stdint.h>
#include <sys/stat.h>

#include "site.h"

#define CACHE_FILE_MAX 16384
#define CACHE_SLOTS 256       /* 4 MiB when all are full */

/* NULL when memory is short: things work without it. */
struct cache *cache_make(void);
void cache_free(struct cache *c);

/* What is kept under a cleaned name, when `same` is still what it was made
 * from.  item->bytes lives until the next cache_put. */
bool cache_knows(const struct cache *c, const char *name);
bool cache_get(const struct cache *c, const char *name, const struct stat *st,
    struct site_item *out);

/* Reads the file and keeps it, if it is small and has rested for a while: one
 * that changed a moment ago may change again without its times telling. */
void cache_put(struct cache *c, const char *name, const struct stat *st,
    int64_t now, const struct site_item *item);

#endif

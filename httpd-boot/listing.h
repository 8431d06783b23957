/*
 * A directory as an HTML page: sorted, with sizes and dates, names escaped.  Links
 * are absolute paths, since a directory is served with and without its slash.
 */
#ifndef LISTING_H
#define LISTING_H

#include <stddef.h>

#include "beneath.h"

#define LISTING_TYPE "text/html; charset=utf-8"

/* `path` is the cleaned name of the directory ("" for the root), `dir` a descriptor for
 * reading it (stays open).  Whatever cannot be served (links that lead
 * out, devices) is left out.  The page is malloc'ed; 0, or -1 with errno. */
int listing_make(const struct beneath *root, const char *path, int dir, char **page, size_t *len);

#endif

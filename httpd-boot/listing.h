/*
 * A folder as a page: sorted, sizes and dates, names escaped.  Links are
 * absolute paths, since a folder is served with and without its slash.
 */
#ifndef LISTING_H
#define LISTING_H

#include <stddef.h>

#include "beneath.h"

#define LISTING_TYPE "text/html; charset=utf-8"

/* `path` is the folder's cleaned name ("" for the root), `dir` it opened for
 * reading (stays open).  What cannot be opened from here (links that lead
 * out, devices) is left away.  The page is malloc'ed; 0, or -1 with errno. */
int listing_make(const struct beneath *root, const char *path, int dir, char **page, size_t *len);

#endif

/*
 * A listing as an HTML page for people and programs, or as JSON in the form of
 * nginx's autoindex.  Links are relative, and rest on the page's own URL ending in
 * a slash.
 */
#ifndef LISTING_PAGE_H
#define LISTING_PAGE_H

#include <stddef.h>

#include "listing.h"

#define LISTING_PAGE_HTML "text/html; charset=utf-8"
#define LISTING_PAGE_JSON "application/json"

/* Of the directory whose cleaned name is `path` ("" for the root).  malloc'ed; NULL when
 * memory is short. */
char *listing_page(const struct listing *l, const char *path, const struct listing_view *view, size_t *len);

/* `len` bytes of a path, as a URL has them; returns how many were written, up to three
 * for one, and a NUL behind them. */
size_t listing_page_href(const char *s, size_t len, char *out);

#endif

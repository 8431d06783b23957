/*
 * The options of a reply that configure and boot a client: our own, and those of
 * option lines, which override them.  Pure.
 */
#ifndef OPTIONS6_H
#define OPTIONS6_H

#include "answer6.h"

void options6_write(const struct answer *a, struct wr *w);

#endif

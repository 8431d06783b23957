/*
 * The options of a reply that configure and boot a client: our own, and those of
 * option lines, which override them.  Pure.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "answer.h"

void options_write(const struct answer *a, struct wr *w);

#endif

/*
 * Reads the members of a directory, such as a mounted image or an unpacked tree, so
 * that it can be asked how it boots as an image is.
 */
#ifndef DIRREADER_H
#define DIRREADER_H

#include "reader.h"
#include "selection.h"

/* Gives what `wanted` picks (NULL: everything), maybe more.  What is added to the
 * directory later is not seen.  NULL and a sentence in *fault (static) if it cannot be read. */
struct reader *dirreader_open(const char *dir, const struct selection *wanted, const char **fault);

#endif

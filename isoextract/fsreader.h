/* Members of the file system in an image: UDF or ISO 9660. */
#ifndef FSREADER_H
#define FSREADER_H

#include "reader.h"

struct volread;

/* NULL when the source holds no such file system, or one that is left to
 * libarchive, or cannot be read anywhere.  *fault is a sentence then when
 * there was one that could not be read, else NULL. */
struct volread *volread_open(struct source *s, const struct volume_filter *f, const char **fault);
void volread_close(struct volread *r);
enum reader_result volread_next(struct volread *r, struct reader_entry *e);
enum reader_result volread_data(struct volread *r, const void **bytes, size_t *len, uint64_t *offset);
enum reader_result volread_place(struct volread *r, struct reader_place *out);
const char *volread_label(const struct volread *r);
uint64_t volread_bytes(const struct volread *r);
const char *volread_why(const struct volread *r);

#endif

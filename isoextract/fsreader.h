/* Members of the file system in an image: UDF or ISO 9660. */
#ifndef FSREADER_H
#define FSREADER_H

#include "reader.h"

struct fsreader;

/* NULL when the source holds no such file system, or one that is left to
 * libarchive, or cannot be read anywhere.  *fault is a sentence then when
 * there was one that could not be read, else NULL. */
struct fsreader *fsreader_open(struct source *s, const struct fsindex_filter *f, const char **fault);
void fsreader_close(struct fsreader *r);
enum reader_result fsreader_next(struct fsreader *r, struct reader_entry *e);
enum reader_result fsreader_data(struct fsreader *r, const void **bytes, size_t *len, uint64_t *offset);
enum reader_result fsreader_place(struct fsreader *r, struct reader_place *out);
const char *fsreader_label(const struct fsreader *r);
uint64_t fsreader_bytes(const struct fsreader *r);
const char *fsreader_why(const struct fsreader *r);

#endif

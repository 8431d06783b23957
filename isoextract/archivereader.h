/*
 * Archives and images that libarchive reads: ISO 9660, tar, cpio, zip, ar,
 * compressed or not; .rpm, and .deb, whose data.tar is looked into.  The only
 * user of libarchive.
 */
#ifndef ARCHIVEREADER_H
#define ARCHIVEREADER_H

#include "reader.h"

/* Is it compressed, in a way that packed_decoder knows?  Not lzma, which has no
 * mark of its own; libarchive finds it by guessing. */
bool packed_is_compressed(const void *head, size_t len);
extern const struct source_decoder packed_decoder;

struct packed;

/* NULL for lack of memory.  The rest is as reader.h has it. */
struct packed *packed_open(struct source *s);
void packed_close(struct packed *r);
enum reader_result packed_next(struct packed *r, struct reader_entry *e);
enum reader_result packed_data(struct packed *r, const void **bytes, size_t *len, uint64_t *offset);
bool packed_unknown(const struct packed *r);
const char *packed_why(const struct packed *r);

#endif

/*
 * Archives and images that libarchive reads: ISO 9660, tar, cpio, zip, ar,
 * compressed or not; .rpm, and .deb, whose data.tar is looked into.  The only
 * user of libarchive.
 */
#ifndef ARCHIVEREADER_H
#define ARCHIVEREADER_H

#include "reader.h"

/* Is it compressed, in a way that archivereader_decoder knows?  Not lzma, which has no
 * mark of its own; libarchive finds it by guessing. */
bool archivereader_is_compressed(const void *head, size_t len);
extern const struct source_decoder archivereader_decoder;

struct archivereader;

/* NULL for lack of memory.  The rest is as reader.h has it. */
struct archivereader *archivereader_open(struct source *s);
void archivereader_close(struct archivereader *r);
enum reader_result archivereader_next(struct archivereader *r, struct reader_entry *e);
enum reader_result archivereader_data(struct archivereader *r, const void **bytes, size_t *len, uint64_t *offset);
bool archivereader_unknown(const struct archivereader *r);
const char *archivereader_why(const struct archivereader *r);

#endif

/*
 * Reads what libarchive can read: ISO 9660, tar, cpio, zip and ar, compressed or
 * not, .rpm, and the data.tar of a .deb.  The only user of libarchive (whose
 * struct archive keeps that name).
 */
#ifndef ARCHIVEREADER_H
#define ARCHIVEREADER_H

#include "reader.h"
#include "source.h"

/* NULL, or a sentence if libarchive cannot be loaded.  To be asked before all else but
 * archivereader_is_compressed. */
const char *archivereader_missing(void);

/* Can archivereader_decoder decompress it?  False for lzma, which has no magic
 * number; libarchive guesses it. */
bool archivereader_is_compressed(const void *head, size_t len);
extern const struct source_decoder archivereader_decoder;

/* NULL for lack of memory.  The source must outlive the reader. */
struct reader *archivereader_open(struct source *s);

#endif

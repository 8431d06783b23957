/*
 * Where bytes come from: a file, a block device, a pipe, a URL, or another source,
 * decompressed or kept.  Or a directory, which has none itself.  It has one position, which reading advances; a seekable
 * source can set it anywhere.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SOURCE_ERROR 512
#define SOURCE_RUN 8388608 /* most to ask of a server at once */
#define SOURCE_HEAD 65536  /* first bytes to keep: they identify ISO 9660 and UDF */

struct source;
struct digest;

struct source_options {
	const char *path;          /* what leads to a file or directory, if not its name */
	bool sequential;           /* read every byte once, in order, even if seeking is possible */
	bool stream;               /* read a URL from the start if its server has no ranges */
	bool (*interrupted)(void); /* called between reads; true ends them (EINTR) */
};

/* Opens `name`: "-" is standard input, http://, https:// and ftp:// are fetched,
 * anything else is a path.  On failure NULL and a sentence in `error`; *wrong is
 * set if the name is at fault (no such file), not the system. */
struct source *source_open(const char *name, const struct source_options *o, char error[SOURCE_ERROR], bool *wrong);
/* Also closes the sources that it is made of. */
void source_close(struct source *s);

/* A decompressor: `open` starts at the source's next byte (NULL for lack of
 * memory); `read` and `why` are like source_read and source_error. */
struct source_decoder {
	void *(*open)(struct source *from);
	void (*close)(void *decoding);
	ssize_t (*read)(void *decoding, const void **bytes);
	const char *(*why)(const void *decoding);
};
/* Decompresses `from`, and takes it over unless memory is lacking (NULL). */
struct source *source_decoded(struct source *from, const struct source_decoder *decoder);
/* Reads a copy, in a file, of `from`, which was read to its end.  Takes both over
 * unless memory is lacking (NULL).  Seekable. */
struct source *source_kept(struct source *from, int fd);
/* What leads to the directory if it is one, which has no bytes; else NULL. */
const char *source_directory(const struct source *s);
/* The source that was opened in the first place. */
struct source *source_root(struct source *s);

bool source_seekable(const struct source *s);
/* Goes back to the start, if it is seekable or decompresses one that is. */
bool source_can_rewind(const struct source *s);
int source_rewind(struct source *s);
/* Does each read make a request to a server? */
bool source_is_remote(const struct source *s);
/* Bytes in all; 0: unknown. */
uint64_t source_size(const struct source *s);
uint64_t source_position(const struct source *s);
/* Bytes actually read or fetched from what was opened. */
uint64_t source_traffic(const struct source *s);
const char *source_error(const struct source *s); /* of the last -1 */

/* The next bytes, which stay valid until the next call; 0 at the end, -1 with
 * errno and source_error. */
ssize_t source_read(struct source *s, const void **bytes);
/* Skips up to n bytes without reading them.  How many; 0 if it cannot. */
uint64_t source_skip(struct source *s, uint64_t n);
/* -1 if it cannot. */
int source_seek(struct source *s, uint64_t position);
/* Copies len bytes from anywhere in a seekable source; the position stays.  How
 * many there were, fewer only at the end; -1 like source_read. */
ssize_t source_at(struct source *s, uint64_t at, void *out, size_t len);
/* A descriptor that the kernel can copy from: a seekable file or device whose bytes
 * need not pass a digest; else -1. */
int source_fd(const struct source *s);
/* About how many bytes will be wanted from the next read on: a remote source asks
 * for them at once. */
void source_expect(struct source *s, uint64_t bytes);
/* From now on source_read feeds every byte to *d as well. */
void source_tee(struct source *s, struct digest *d);

/* From now on `tap` sees every byte that source_read gives, and where it lies; NULL ends it. */
void
source_tap(struct source *s, void (*tap)(void *context, uint64_t at, const void *bytes, size_t len), void *context);

/* `tick` is called now and then while reading a remote source. */
void source_watch(struct source *s, void (*tick)(void *context), void *context);

/* Up to SOURCE_HEAD of the first bytes; a pipe still gives them to source_read. */
const uint8_t *source_head(struct source *s, size_t *len);

#endif

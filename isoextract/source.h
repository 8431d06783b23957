/*
 * Where the bytes come from: a file, a block device, a pipe, a URL, or another
 * source, decompressed or kept.  One position, read forwards; where `seekable`,
 * it can be set anywhere.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SOURCE_ERROR 512
#define SOURCE_RUN 8388608 /* more than this at once is not asked of a server */
#define SOURCE_HEAD 65536  /* first bytes that are kept: ISO 9660 and UDF say there what they are */

struct source;
struct digest;

struct source_options {
	bool sequential;           /* read every byte once, in order, even where seeking could be done */
	bool stream;               /* a URL whose server has no ranges: take it from the start all the same */
	bool (*interrupted)(void); /* asked between reads; true ends them (EINTR) */
};

/* Opens `name`: "-" is fd 0, http://, https:// and ftp:// are fetched, all
 * else is a path.  NULL and a sentence in `error`; *wrong then says that the
 * name is at fault (no such file), not the system. */
struct source *source_open(const char *name, const struct source_options *o, char error[SOURCE_ERROR], bool *wrong);
/* With all that it is made of. */
void source_close(struct source *s);

/* What decompresses: `open` begins with the source's next byte (NULL for lack of
 * memory), `read` and `why` are as source_read and source_error. */
struct source_decoder {
	void *(*open)(struct source *from);
	void (*close)(void *decoding);
	ssize_t (*read)(void *decoding, const void **bytes);
	const char *(*why)(const void *decoding);
};
/* `from`, decompressed: it is taken over, unless there is no memory (NULL). */
struct source *source_decoded(struct source *from, const struct source_decoder *decoder);
/* All the bytes of `from`, which has been read to its end, in a file: both are
 * taken over, unless there is no memory (NULL).  It can be read anywhere. */
struct source *source_kept(struct source *from, int fd);
/* What was opened in the first place. */
struct source *source_root(struct source *s);

bool source_seekable(const struct source *s);
/* Back to the start, where that can be done: where it is seekable, or made of
 * one that is. */
bool source_can_rewind(const struct source *s);
int source_rewind(struct source *s);
/* Is every look at it a request to a server? */
bool source_is_remote(const struct source *s);
/* Bytes in all, 0 when that is not known. */
uint64_t source_size(const struct source *s);
uint64_t source_position(const struct source *s);
/* Bytes that really were read or fetched, from what was opened. */
uint64_t source_traffic(const struct source *s);
const char *source_error(const struct source *s); /* of the last -1 */

/* The next bytes, which stay valid until the next call; 0 at the end, -1 with
 * errno and source_error. */
ssize_t source_read(struct source *s, const void **bytes);
/* Passes over up to n bytes without reading; how many, 0 where it cannot. */
uint64_t source_skip(struct source *s, uint64_t n);
/* -1 where it cannot. */
int source_seek(struct source *s, uint64_t position);
/* len bytes from anywhere, where it is seekable; the position stays.  How many
 * there were, fewer only at the end; -1 like source_read. */
ssize_t source_at(struct source *s, uint64_t at, void *out, size_t len);
/* What the kernel can copy from: a seekable one that is a file or device, and
 * whose bytes nobody else is to see; else -1. */
int source_fd(const struct source *s);
/* About how much will be wanted from where the next read starts: what a
 * remote one asks for at once. */
void source_expect(struct source *s, uint64_t bytes);
/* Every byte read from now on goes through *d as well (sequential ones). */
void source_tee(struct source *s, struct digest *d);

/* tick is called now and then while a remote one is read. */
void source_watch(struct source *s, void (*tick)(void *context), void *context);

/* The first bytes, up to SOURCE_HEAD of them; a pipe's are not lost. */
const uint8_t *source_head(struct source *s, size_t *len);

#endif

#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "guard.h"
#include "url.h"
#include "remote.h"

#define BUFFER 262144
/* Remote directories are read in pieces of this size, a member's data in pieces
 * of up to BUFFER_REMOTE, to make few requests. */
#define PIECE_REMOTE 65536
#define BUFFER_REMOTE SOURCE_RUN

struct source {
	struct source *from;   /* what it is made of; NULL: it was opened */
	int fd;                /* -1 for a URL and for what is decompressed */
	const char *directory; /* NULL: it has bytes */
	struct remote *remote;
	const struct source_decoder *decoder; /* NULL: the bytes are as they are */
	void *decoding;
	const uint8_t *decoded; /* not taken yet */
	size_t decoded_len;
	bool seekable, sequential;
	bool (*interrupted)(void);
	uint64_t size, position, traffic, expect;
	size_t buffer_size;
	uint8_t *buffer;
	uint64_t buffer_at; /* position of the buffer, which is kept: libarchive goes back a little */
	size_t buffer_len;
	struct digest *tee;
	void (*tap)(void *context, uint64_t at, const void *bytes, size_t len);
	void *tap_context;
	uint8_t head[SOURCE_HEAD];
	size_t head_len;
	bool head_read;
	char error[SOURCE_ERROR];
};

/* ---- opening ------------------------------------------------------------ */

static bool
open_fd(struct source *s, const char *name, const char *path, char error[SOURCE_ERROR], bool *wrong)
{
	struct stat st;
	off_t end = -1;
	bool known;

	s->fd = strcmp(name, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0) {
		*wrong = errno == ENOENT || errno == ENOTDIR || errno == EACCES;
		snprintf(error, SOURCE_ERROR, "cannot open %s: %s", name, strerror(errno));
		return false;
	}
	known = fstat(s->fd, &st) == 0;
	if (known && S_ISDIR(st.st_mode)) {
		s->directory = path;
		s->seekable = s->head_read = true;
		return true;
	}
	if (isatty(s->fd)) {
		*wrong = true;
		snprintf(error, SOURCE_ERROR, "%s is a terminal; pipe an image into it", name);
		return false;
	}
	/* Regular files and block devices can be read anywhere; their end gives the size. */
	if (known && lseek(s->fd, 0, SEEK_CUR) == 0)
		end = S_ISREG(st.st_mode) ? st.st_size : S_ISBLK(st.st_mode) ? lseek(s->fd, 0, SEEK_END) : -1;
	if (end >= 0) {
		s->size = (uint64_t)end;
		s->seekable = true;
	}
	return true;
}

static struct source *
new_source(size_t buffer_size, bool (*interrupted)(void))
{
	struct source *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->fd = -1;
	s->interrupted = interrupted;
	s->buffer_size = buffer_size;
	s->buffer = malloc(buffer_size);
	if (s->buffer)
		return s;
	free(s);
	return NULL;
}

struct source *
source_open(const char *name, const struct source_options *o, char error[SOURCE_ERROR], bool *wrong)
{
	struct source *s = new_source(url_is(name) ? BUFFER_REMOTE : BUFFER, o->interrupted);

	*wrong = false;
	if (!s) {
		snprintf(error, SOURCE_ERROR, "out of memory");
		return NULL;
	}
	s->sequential = o->sequential;
	if (!url_is(name)) {
		if (open_fd(s, name, o->path ? o->path : name, error, wrong))
			return s;
	} else if ((s->remote = remote_open(name, o->stream, o->interrupted, error, wrong))) {
		s->seekable = remote_ranges(s->remote, &s->size);
		return s;
	}
	source_close(s);
	return NULL;
}

struct source *
source_decoded(struct source *from, const struct source_decoder *decoder)
{
	struct source *s = new_source(BUFFER, from->interrupted);

	if (s)
		s->decoding = decoder->open(from);
	if (!s || !s->decoding) {
		source_close(s);
		return NULL;
	}
	s->decoder = decoder;
	s->from = from;
	from->expect = UINT64_MAX; /* all of it is wanted */
	return s;
}

struct source *
source_kept(struct source *from, int fd)
{
	struct source *s = new_source(BUFFER, from->interrupted);

	if (!s)
		return NULL;
	s->from = from;
	s->fd = fd;
	s->size = from->position;
	s->seekable = true;
	return s;
}

void
source_close(struct source *s)
{
	while (s) {
		struct source *from = s->from;

		if (s->decoder)
			s->decoder->close(s->decoding);
		if (s->fd >= 0)
			close(s->fd);
		remote_close(s->remote);
		free(s->buffer);
		free(s);
		s = from;
	}
}

struct source *
source_root(struct source *s)
{
	while (s->from)
		s = s->from;
	return s;
}

const char *
source_directory(const struct source *s)
{
	return s->directory;
}

bool
source_seekable(const struct source *s)
{
	return s->seekable && !s->sequential;
}

bool
source_is_remote(const struct source *s)
{
	return s->remote != NULL;
}

uint64_t
source_size(const struct source *s)
{
	return s->size;
}

uint64_t
source_position(const struct source *s)
{
	return s->position;
}

uint64_t
source_traffic(const struct source *s)
{
	while (s->from)
		s = s->from;
	return s->remote ? remote_traffic(s->remote) : s->traffic;
}

const char *
source_error(const struct source *s)
{
	return s->error;
}

/* ---- reading -------------------------------------------------------------- */

/* Up to `len` of the next bytes. */
static ssize_t
decode_bytes(struct source *s, void *out, size_t len)
{
	const void *bytes;
	ssize_t n = 1;

	while (s->decoded_len == 0 && n > 0) {
		n = s->decoder->read(s->decoding, &bytes);
		s->decoded = n > 0 ? bytes : NULL;
		s->decoded_len = n > 0 ? (size_t)n : 0;
	}
	if (n < 0) {
		snprintf(s->error, sizeof(s->error), "%s", s->decoder->why(s->decoding));
		errno = EIO;
		return -1;
	}
	if (len > s->decoded_len)
		len = s->decoded_len;
	if (len == 0) /* the end: there may be no bytes to point at */
		return 0;
	memcpy(out, s->decoded, len);
	s->decoded += len;
	s->decoded_len -= len;
	return (ssize_t)len;
}

/* Up to `len` bytes from `at`, which for a pipe must be where the last read ended. */
static ssize_t
fetch_bytes(struct source *s, uint64_t at, void *out, size_t len)
{
	ssize_t n;

	if (s->interrupted && s->interrupted()) {
		errno = EINTR;
		snprintf(s->error, sizeof(s->error), "interrupted");
		return -1;
	}
	if (s->decoder)
		return decode_bytes(s, out, len);
	guard_progress();
	if (s->remote) {
		guard_lend();
		n = remote_read(s->remote, at, out, len);
		guard_take_back();
		if (n < 0)
			snprintf(s->error, sizeof(s->error), "%s", remote_error(s->remote));
		return n;
	}
	guard_lend();
	n = s->seekable ? pread(s->fd, out, len, (off_t)at) : read(s->fd, out, len);
	guard_take_back();
	if (n < 0)
		snprintf(s->error, sizeof(s->error), "%s", errno == EINTR ? "interrupted" : strerror(errno));
	else
		s->traffic += (uint64_t)n;
	return n;
}

static ssize_t
give(struct source *s, const uint8_t *bytes, size_t len, const void **out)
{
	if (s->tee)
		digest_feed(s->tee, bytes, len);
	if (s->tap)
		s->tap(s->tap_context, s->position, bytes, len);
	s->position += len;
	*out = bytes;
	return (ssize_t)len;
}

ssize_t
source_read(struct source *s, const void **bytes)
{
	ssize_t n;

	*bytes = NULL;
	if (s->position < s->head_len)
		return give(s, s->head + s->position, s->head_len - (size_t)s->position, bytes);
	if (s->position < s->buffer_at || s->position >= s->buffer_at + s->buffer_len) {
		size_t want = s->buffer_size;

		/* Ask a server for no more than will be wanted. */
		if (s->remote && s->seekable && !s->sequential && s->expect < want)
			want = s->expect < PIECE_REMOTE ? PIECE_REMOTE : (size_t)s->expect;
		n = fetch_bytes(s, s->position, s->buffer, want);
		s->buffer_at = s->position;
		s->buffer_len = n > 0 ? (size_t)n : 0;
		s->expect -= s->expect < s->buffer_len ? s->expect : s->buffer_len;
		if (n <= 0)
			return n;
	}
	n = (ssize_t)(s->position - s->buffer_at);
	return give(s, s->buffer + n, s->buffer_len - (size_t)n, bytes);
}

uint64_t
source_skip(struct source *s, uint64_t n)
{
	if (!source_seekable(s))
		return 0;
	if (s->size > 0 && n > s->size - s->position)
		n = s->size - s->position;
	s->position += n;
	return n;
}

int
source_seek(struct source *s, uint64_t position)
{
	if (!source_seekable(s) || position > s->size) {
		errno = ESPIPE;
		return -1;
	}
	s->position = position;
	return 0;
}

bool
source_can_rewind(const struct source *s)
{
	return source_seekable(s) || (s->decoder && source_seekable(s->from));
}

int
source_rewind(struct source *s)
{
	void *decoding;

	if (!s->decoder)
		return source_seek(s, 0);
	if (source_seek(s->from, 0) < 0)
		return -1;
	decoding = s->decoder->open(s->from);
	if (!decoding)
		return -1;
	s->decoder->close(s->decoding);
	s->decoding = decoding;
	s->decoded_len = s->buffer_len = s->head_len = 0;
	s->head_read = false;
	s->position = 0;
	return 0;
}

ssize_t
source_at(struct source *s, uint64_t at, void *out, size_t len)
{
	size_t have = 0;
	ssize_t n = 1;

	if (s->remote && at < s->head_len) { /* saves a request */
		have = s->head_len - at < len ? s->head_len - (size_t)at : len;
		memcpy(out, s->head + at, have);
	}
	while (have < len && n > 0) {
		n = fetch_bytes(s, at + have, (uint8_t *)out + have, len - have);
		have += n > 0 ? (size_t)n : 0;
	}
	return n < 0 ? -1 : (ssize_t)have;
}

int
source_fd(const struct source *s)
{
	return source_seekable(s) && !s->tee ? s->fd : -1;
}

void
source_expect(struct source *s, uint64_t bytes)
{
	s->expect = bytes;
}

void
source_tee(struct source *s, struct digest *d)
{
	s->tee = d;
}

void
source_tap(struct source *s, void (*tap)(void *context, uint64_t at, const void *bytes, size_t len), void *context)
{
	s->tap = tap;
	s->tap_context = context;
}

void
source_watch(struct source *s, void (*tick)(void *context), void *context)
{
	if (s->remote)
		remote_watch(s->remote, tick, context);
}

const uint8_t *
source_head(struct source *s, size_t *len)
{
	ssize_t n = 1;

	while (!s->head_read && s->head_len < SOURCE_HEAD && n > 0) {
		n = fetch_bytes(s, s->head_len, s->head + s->head_len, SOURCE_HEAD - s->head_len);
		if (n > 0)
			s->head_len += (size_t)n;
	}
	s->head_read = true;
	*len = s->head_len;
	return s->head;
}

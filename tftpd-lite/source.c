#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "netascii.h"

#define BUCKETS 1024
#define VECTORS 64

struct file {
	dev_t dev;
	ino_t ino;
	int fd;
	unsigned readers;
	struct file *next;
};

struct files {
	struct file *bucket[BUCKETS];
};

/* Where a block of a text file begins. */
struct place {
	uint64_t offset;
	struct netascii_out state;
};

struct source {
	struct file *file;
	uint64_t size;
	bool text;
	uint32_t blksize;
	size_t places;
	struct place *place;     /* of block n at n % places */
};

struct files *
files_new(void)
{
	return calloc(1, sizeof(struct files));
}

void
files_free(struct files *f)
{
	free(f);
}

static struct file **
bucket_of(struct files *f, ino_t ino)
{
	return &f->bucket[(ino ^ ino >> 10) % BUCKETS];
}

/* The file that is open as fd, which is ours now. */
static struct file *
share(struct files *f, int fd, const struct stat *st)
{
	struct file **bucket = bucket_of(f, st->st_ino), *file;

	for (file = *bucket; file; file = file->next)
		if (file->dev == st->st_dev && file->ino == st->st_ino) {
			close(fd);
			file->readers++;
			return file;
		}
	file = malloc(sizeof(*file));
	if (!file) {
		close(fd);
		return NULL;
	}
	*file = (struct file){ .dev = st->st_dev, .ino = st->st_ino, .fd = fd, .readers = 1, .next = *bucket };
	return *bucket = file;
}

static void
unshare_file(struct files *f, struct file *file)
{
	struct file **link = bucket_of(f, file->ino);

	if (--file->readers)
		return;
	while (*link != file)
		link = &(*link)->next;
	*link = file->next;
	close(file->fd);
	free(file);
}

struct source *
source_open(struct files *f, int fd, bool netascii)
{
	struct source *s;
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = S_ISDIR(st.st_mode) ? EISDIR : ENOENT;
		return NULL;
	}
	s = malloc(sizeof(*s));
	if (!s) {
		close(fd);
		return NULL;
	}
	*s = (struct source){ .size = (uint64_t)st.st_size, .text = netascii };
	s->file = share(f, fd, &st);
	if (!s->file) {
		free(s);
		errno = ENOMEM;
		return NULL;
	}
	return s;
}

void
source_close(struct files *f, struct source *s)
{
	unshare_file(f, s->file);
	free(s->place);
	free(s);
}

uint64_t
source_size(const struct source *s)
{
	return s->size;
}

int
source_agree(struct source *s, uint32_t blksize, uint32_t windowsize)
{
	s->blksize = blksize;
	if (!s->text)
		return 0;
	s->places = (size_t)windowsize + 2;
	s->place = calloc(s->places, sizeof(*s->place));
	return s->place ? 0 : -1;
}

/* Where the i-th block of a span goes. */
static uint8_t *
slot(const struct source *s, const struct source_span *span, uint32_t i)
{
	return span->out + i * (span->gap + s->blksize) + span->gap;
}

/* ---- binary ------------------------------------------------------------ */

/* n <= VECTORS blocks of the span from its i-th on. */
static int
read_some(const struct source *s, const struct source_span *span, uint32_t i, uint32_t n)
{
	uint64_t offset = (span->first - 1 + i) * s->blksize, at = offset;
	struct iovec iov[VECTORS];
	ssize_t want = 0, got;

	for (uint32_t k = 0; k < n; k++, at += s->blksize) {
		uint64_t left = at < s->size ? s->size - at : 0;

		iov[k].iov_base = slot(s, span, i + k);
		iov[k].iov_len = left < s->blksize ? (size_t)left : s->blksize;
		want += (ssize_t)iov[k].iov_len;
	}
	if (want == 0)
		return 0;
	got = preadv(s->file->fd, iov, (int)n, (off_t)offset);
	if (got == want)
		return 0;
	if (got >= 0)
		errno = ESTALE;
	return -1;
}

static int
read_binary(const struct source *s, const struct source_span *span, size_t *last_len)
{
	uint64_t last = s->size / s->blksize + 1, end = span->first + span->count;
	uint32_t count = end > last + 1 ? (uint32_t)(last + 1 - span->first) : span->count;

	for (uint32_t done = 0; done < count;) {
		uint32_t n = count - done < VECTORS ? count - done : VECTORS;

		if (read_some(s, span, done, n) < 0)
			return -1;
		done += n;
	}
	*last_len = end > last ? (size_t)(s->size % s->blksize) : s->blksize;
	return (int)count;
}

/* ---- text -------------------------------------------------------------- */

/* One block from *at on, which moves to where the next one begins. */
static ssize_t
read_text_block(const struct source *s, struct place *at, uint8_t *out)
{
	uint8_t raw[4096];
	size_t n = 0;

	while (n < s->blksize) {
		size_t want = s->blksize - n < sizeof(raw) ? s->blksize - n : sizeof(raw), wrote;
		ssize_t got = pread(s->file->fd, raw, want, (off_t)at->offset);

		if (got < 0)
			return -1;
		wrote = netascii_encode(&at->state, raw, (size_t)got, out + n, s->blksize - n);
		at->offset += at->state.taken;
		n += wrote;
		if (wrote == 0)
			break;
	}
	return (ssize_t)n;
}

static int
read_text(struct source *s, const struct source_span *span, size_t *last_len)
{
	for (uint32_t i = 0; i < span->count; i++) {
		struct place at = s->place[(span->first + i) % s->places];
		ssize_t len = read_text_block(s, &at, slot(s, span, i));

		if (len < 0)
			return -1;
		*last_len = (size_t)len;
		if ((size_t)len < s->blksize)
			return (int)i + 1;
		s->place[(span->first + i + 1) % s->places] = at;
	}
	return (int)span->count;
}

int
source_read(struct source *s, const struct source_span *span, size_t *last_len)
{
	return s->text ? read_text(s, span, last_len) : read_binary(s, span, last_len);
}

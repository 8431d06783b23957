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

/* ---- binary ------------------------------------------------------------ */

/* Up to VECTORS whole blocks at an offset. */
static int
read_some(const struct source *s, uint64_t offset, uint32_t count, size_t gap, uint8_t *out)
{
	struct iovec iov[VECTORS];
	ssize_t want = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t at = offset + (uint64_t)i * s->blksize, left = at < s->size ? s->size - at : 0;
		size_t len = left < s->blksize ? (size_t)left : s->blksize;

		iov[i] = (struct iovec){ .iov_base = out + i * (gap + s->blksize) + gap, .iov_len = len };
		want += (ssize_t)len;
	}
	if (want > 0) {
		ssize_t got = preadv(s->file->fd, iov, (int)count, (off_t)offset);

		if (got != want) {
			errno = got < 0 ? errno : ESTALE;
			return -1;
		}
	}
	return 0;
}

static int
read_binary(const struct source *s, uint64_t first, uint32_t count, size_t gap,
    uint8_t *out, size_t *last_len)
{
	uint64_t last = s->size / s->blksize + 1;

	if (first + count > last + 1)
		count = (uint32_t)(last + 1 - first);
	for (uint32_t done = 0; done < count;) {
		uint32_t n = count - done < VECTORS ? count - done : VECTORS;

		if (read_some(s, (first - 1 + done) * s->blksize, n, gap, out + done * (gap + s->blksize)) < 0)
			return -1;
		done += n;
	}
	*last_len = first + count - 1 == last ? (size_t)(s->size % s->blksize) : s->blksize;
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
		size_t want = s->blksize - n < sizeof(raw) ? s->blksize - n : sizeof(raw), used, wrote;
		ssize_t got = pread(s->file->fd, raw, want, (off_t)at->offset);

		if (got < 0)
			return -1;
		wrote = netascii_encode(&at->state, raw, (size_t)got, &used, out + n, s->blksize - n);
		at->offset += used;
		n += wrote;
		if (wrote == 0)
			break;
	}
	return (ssize_t)n;
}

static int
read_text(struct source *s, uint64_t first, uint32_t count, size_t gap,
    uint8_t *out, size_t *last_len)
{
	for (uint32_t i = 0; i < count; i++) {
		struct place at = s->place[(first + i) % s->places];
		ssize_t len = read_text_block(s, &at, out + i * (gap + s->blksize) + gap);

		if (len < 0)
			return -1;
		*last_len = (size_t)len;
		if ((size_t)len < s->blksize)
			return (int)i + 1;
		s->place[(first + i + 1) % s->places] = at;
	}
	return (int)count;
}

int
source_read(struct source *s, uint64_t first, uint32_t count, size_t gap,
    uint8_t *out, size_t *last_len)
{
	return s->text ? read_text(s, first, count, gap, out, last_len) :
	    read_binary(s, first, count, gap, out, last_len);
}

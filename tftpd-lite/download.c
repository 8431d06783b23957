#include "download.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hashtab.h"
#include "netascii.h"
#include "readcache.h"

struct file {
	struct readcache_file data;
	dev_t dev;
	ino_t ino;
	struct timespec changed;
	unsigned readers;
	struct hashtab_node by_inode;
};

struct files {
	struct hashtab by_inode;
	struct readcache *cache;
};

/* Where a block of a text file begins. */
struct place {
	uint64_t offset;
	struct netascii_out state;
};

struct download {
	struct file *file;
	struct readcache *cache;
	bool text;
	uint32_t blksize;
	uint64_t last;       /* of a binary file: the number of its last block, */
	size_t last_len;     /* which is never full */
	size_t places;       /* of a text file */
	struct place *place; /* of block n at n % places */
};

struct files *
files_new(void)
{
	struct files *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->cache = readcache_new();
	if (f->cache)
		return f;
	free(f);
	return NULL;
}

void
files_free(struct files *f)
{
	readcache_free(f->cache);
	hashtab_free(&f->by_inode);
	free(f);
}

/* False when it was written to since: what is cached of it is old. */
static bool
file_is_unchanged(const struct file *file, const struct readcache_file *data, const struct stat *st)
{
	return file->dev == st->st_dev && file->ino == st->st_ino && file->data.size == data->size &&
	    file->data.at == data->at && file->changed.tv_sec == st->st_mtim.tv_sec &&
	    file->changed.tv_nsec == st->st_mtim.tv_nsec;
}

/* The file that is open as data->fd; takes that over.  NULL without memory. */
static struct file *
share_file(struct files *f, const struct readcache_file *data, const struct stat *st)
{
	uint64_t hash = hashtab_hash(0, &st->st_ino, sizeof(st->st_ino));
	struct hashtab_node *node = hashtab_first(&f->by_inode, hash);
	struct file *file;

	for (; node; node = hashtab_next(node)) {
		file = HASHTAB_ENTRY(node, struct file, by_inode);
		if (file_is_unchanged(file, data, st)) {
			close(data->fd);
			file->readers++;
			file->data.lone = false;
			return file;
		}
	}
	file = malloc(sizeof(*file));
	if (!file || hashtab_add(&f->by_inode, &file->by_inode, hash) < 0) {
		free(file);
		close(data->fd);
		return NULL;
	}
	file->data = *data;
	file->dev = st->st_dev;
	file->ino = st->st_ino;
	file->changed = st->st_mtim;
	file->readers = 1;
	file->data.lone = true;
	return file;
}

struct download *
download_open(struct files *f, const struct download_source *source, bool netascii)
{
	struct readcache_file data = { .fd = source->fd, .size = source->size, .at = source->at };
	struct download *s;
	int fd = source->fd;
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
	*s = (struct download){ .cache = f->cache, .text = netascii };
	if (!source->part)
		data.size = (uint64_t)st.st_size;
	s->file = share_file(f, &data, &st);
	if (!s->file) {
		free(s);
		errno = ENOMEM;
		return NULL;
	}
	return s;
}

void
download_close(struct files *f, struct download *s)
{
	struct file *file = s->file;

	free(s->place);
	free(s);
	if (--file->readers)
		return;
	hashtab_remove(&f->by_inode, &file->by_inode);
	readcache_forget(f->cache, &file->data);
	close(file->data.fd);
	free(file);
}

uint64_t
download_size(const struct download *s)
{
	return s->file->data.size;
}

int
download_set_terms(struct download *s, uint32_t blksize, uint32_t windowsize)
{
	s->blksize = blksize;
	s->last = s->file->data.size / blksize + 1;
	s->last_len = (size_t)(s->file->data.size % blksize);
	if (!s->text)
		return 0;
	s->places = (size_t)windowsize + 2;
	s->place = calloc(s->places, sizeof(*s->place));
	return s->place ? 0 : -1;
}

/* Where the i-th block of a span goes. */
static uint8_t *
block_at(const struct download *s, const struct download_span *span, uint32_t i)
{
	return span->out + i * (span->gap + s->blksize) + span->gap;
}

/* ---- text -------------------------------------------------------------- */

/* Reads the block at *at, which moves to where the next one begins. */
static ssize_t
read_text_block(const struct download *s, struct place *at, uint8_t *out)
{
	uint8_t raw[4096];
	size_t n = 0;

	while (n < s->blksize) {
		size_t want = s->blksize - n < sizeof(raw) ? s->blksize - n : sizeof(raw), wrote;
		ssize_t got = pread(s->file->data.fd, raw, want, (off_t)at->offset);

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
read_text(struct download *s, const struct download_span *span, size_t *last_len)
{
	for (uint32_t i = 0; i < span->count; i++) {
		struct place at = s->place[(span->first + i) % s->places];
		ssize_t len = read_text_block(s, &at, block_at(s, span, i));

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
download_read(struct download *s, const struct download_span *span, size_t *last_len)
{
	uint64_t end = span->first + span->count;
	uint32_t count = end > s->last + 1 ? (uint32_t)(s->last + 1 - span->first) : span->count;

	if (s->text)
		return read_text(s, span, last_len);
	for (uint32_t i = 0; i < count; i++) {
		uint64_t block = span->first + i;
		size_t len = block == s->last ? s->last_len : s->blksize;

		if (readcache_read(s->cache, &s->file->data, (block - 1) * s->blksize, block_at(s, span, i), len) < 0)
			return -1;
	}
	*last_len = end > s->last ? s->last_len : s->blksize;
	return (int)count;
}

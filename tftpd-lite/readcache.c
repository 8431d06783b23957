#include "readcache.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUCKETS 512 /* a power of two */

/* Reading a whole piece pays off when several blocks come out of it.  With more
 * readers than pieces, each would be evicted before that: so a piece is paid
 * for with credit that the blocks found in other pieces have earned. */
#define COST 8
#define CREDIT_MAX 256

struct piece {
	const struct readcache_file *file; /* NULL: free */
	uint64_t index;
	size_t len;
	bool wanted;        /* since the hand last passed (CLOCK) */
	struct piece *next; /* in its bucket */
	uint8_t *bytes;
};

struct readcache {
	struct piece *bucket[BUCKETS];
	struct piece piece[READCACHE_PIECES];
	size_t hand;
	unsigned credit;
};

struct readcache *
readcache_new(void)
{
	struct readcache *c = calloc(1, sizeof(*c));

	if (c)
		c->credit = CREDIT_MAX;
	return c;
}

void
readcache_free(struct readcache *c)
{
	for (size_t i = 0; i < READCACHE_PIECES; i++)
		free(c->piece[i].bytes);
	free(c);
}

static struct piece **
bucket_of(struct readcache *c, const struct readcache_file *f, uint64_t index)
{
	return &c->bucket[((uintptr_t)f / 16 + index) & (BUCKETS - 1)];
}

static void
unlink_piece(struct readcache *c, struct piece *p)
{
	struct piece **link = bucket_of(c, p->file, p->index);

	while (*link != p)
		link = &(*link)->next;
	*link = p->next;
	p->file = NULL;
}

void
readcache_forget(struct readcache *c, const struct readcache_file *f)
{
	for (size_t i = 0; i < READCACHE_PIECES; i++)
		if (c->piece[i].file == f)
			unlink_piece(c, &c->piece[i]);
}

/* Evicts the next piece that nobody has wanted for a round; NULL without memory. */
static struct piece *
evict(struct readcache *c)
{
	struct piece *p;

	for (;;) {
		p = &c->piece[c->hand];
		c->hand = (c->hand + 1) % READCACHE_PIECES;
		if (!p->file || !p->wanted)
			break;
		p->wanted = false;
	}
	if (p->file)
		unlink_piece(c, p);
	if (!p->bytes)
		p->bytes = malloc(READCACHE_PIECE);
	return p->bytes ? p : NULL;
}

static int
read_exactly(const struct readcache_file *f, uint64_t offset, uint8_t *out, size_t len)
{
	ssize_t got = pread(f->fd, out, len, (off_t)offset);

	if (got == (ssize_t)len)
		return 0;
	if (got >= 0)
		errno = ESTALE;
	return -1;
}

/* NULL: cannot be read as a whole, for whatever reason. */
static struct piece *
load_piece(struct readcache *c, const struct readcache_file *f, uint64_t index)
{
	uint64_t offset = index * READCACHE_PIECE, left = f->size - offset;
	struct piece *p = evict(c), **bucket = bucket_of(c, f, index);

	if (!p)
		return NULL;
	p->len = left < READCACHE_PIECE ? (size_t)left : READCACHE_PIECE;
	if (read_exactly(f, offset, p->bytes, p->len) < 0)
		return NULL;
	p->file = f;
	p->index = index;
	p->next = *bucket;
	return *bucket = p;
}

static struct piece *
piece_at(struct readcache *c, const struct readcache_file *f, uint64_t index)
{
	struct piece *p = *bucket_of(c, f, index);

	while (p && !(p->file == f && p->index == index))
		p = p->next;
	if (p || c->credit < COST) {
		c->credit += c->credit < CREDIT_MAX;
	} else {
		c->credit -= COST;
		p = load_piece(c, f, index);
	}
	if (p)
		p->wanted = true;
	return p;
}

int
readcache_read(struct readcache *c, const struct readcache_file *f, uint64_t offset, uint8_t *out, size_t len)
{
	/* large blocks gain nothing by a copy in between */
	if (len > READCACHE_PIECE / 4)
		return read_exactly(f, offset, out, len);
	while (len > 0) {
		size_t at = offset % READCACHE_PIECE, n = READCACHE_PIECE - at < len ? READCACHE_PIECE - at : len;
		struct piece *p = piece_at(c, f, offset / READCACHE_PIECE);

		if (!p)
			return read_exactly(f, offset, out, len);
		memcpy(out, p->bytes + at, n);
		out += n;
		offset += n;
		len -= n;
	}
	return 0;
}

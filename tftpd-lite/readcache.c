#include "readcache.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hashtab.h"

/* Reading a whole piece pays off when several blocks come out of it.  With more
 * readers than pieces, each would be evicted before that: so a piece is paid
 * for with credit that the blocks found in other pieces have earned. */
#define BEHIND 8 /* pieces: a window of 256 KiB */
#define COST 8
#define CREDIT_MAX 256

struct piece {
	struct hashtab_node by_place;
	const struct readcache_file *file; /* NULL: free */
	uint64_t index;
	size_t len;
	bool wanted; /* since the hand last passed (CLOCK) */
	uint8_t *bytes;
};

struct readcache {
	struct hashtab by_place;
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
	hashtab_free(&c->by_place);
	free(c);
}

static uint64_t
hash_place(const struct readcache_file *f, uint64_t index)
{
	return (uintptr_t)f / 16 + index;
}

static void
unlink_piece(struct readcache *c, struct piece *p)
{
	hashtab_remove(&c->by_place, &p->by_place);
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
	ssize_t got = pread(f->fd, out, len, (off_t)(f->at + offset));

	if (got == (ssize_t)len)
		return 0;
	if (got >= 0)
		errno = ESTALE;
	return -1;
}

static struct piece *
find_piece(const struct readcache *c, const struct readcache_file *f, uint64_t index)
{
	struct hashtab_node *node = hashtab_first(&c->by_place, hash_place(f, index));
	struct piece *p = NULL;

	for (; node && !p; node = hashtab_next(node)) {
		p = HASHTAB_ENTRY(node, struct piece, by_place);
		if (p->file != f || p->index != index)
			p = NULL;
	}
	return p;
}

/* Room for a piece.  Behind the only reader of a file a few pieces stay, for what is
 * sent again: fresh memory for each would cost more than the read. */
static struct piece *
room_for(struct readcache *c, const struct readcache_file *f, uint64_t index)
{
	struct piece *p = f->lone && index >= BEHIND ? find_piece(c, f, index - BEHIND) : NULL;

	if (!p)
		return evict(c);
	unlink_piece(c, p);
	return p;
}

/* NULL: cannot be read as a whole, for whatever reason. */
static struct piece *
load_piece(struct readcache *c, const struct readcache_file *f, uint64_t index)
{
	uint64_t offset = index * READCACHE_PIECE, left = f->size - offset;
	struct piece *p = room_for(c, f, index);

	if (!p)
		return NULL;
	p->len = left < READCACHE_PIECE ? (size_t)left : READCACHE_PIECE;
	if (read_exactly(f, offset, p->bytes, p->len) < 0)
		return NULL;
	if (hashtab_add(&c->by_place, &p->by_place, hash_place(f, index)) < 0)
		return NULL;
	p->file = f;
	p->index = index;
	return p;
}

static struct piece *
piece_at(struct readcache *c, const struct readcache_file *f, uint64_t index)
{
	struct piece *p = find_piece(c, f, index);

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

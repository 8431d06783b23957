/* Files read in pieces: the right bytes, whatever is in the cache. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "readcache.h"

#define LONG (READCACHE_PIECE * 3 + 100)

static uint8_t
byte_at(uint64_t seed, uint64_t at)
{
	return (uint8_t)((at * 2654435761u + seed * 40503u) >> 11);
}

/* A nameless file of `size` such bytes. */
static struct readcache_file
make(uint64_t seed, uint64_t size)
{
	char path[] = "/tmp/t_cache.XXXXXX";
	struct readcache_file f = { .fd = mkstemp(path), .size = size };
	uint8_t bytes[4096];

	unlink(path);
	for (uint64_t at = 0; at < size; at += sizeof(bytes)) {
		size_t n = size - at < sizeof(bytes) ? (size_t)(size - at) : sizeof(bytes);

		for (size_t i = 0; i < n; i++)
			bytes[i] = byte_at(seed, at + i);
		CHECK(write(f.fd, bytes, n) == (ssize_t)n);
	}
	return f;
}

static bool
right(struct readcache *c, const struct readcache_file *f, uint64_t seed, uint64_t offset, size_t len)
{
	static uint8_t out[LONG];

	memset(out, 0, len);
	if (readcache_read(c, f, offset, out, len) < 0)
		return false;
	for (size_t i = 0; i < len; i++)
		if (out[i] != byte_at(seed, offset + i))
			return false;
	return true;
}

static void
any_place_and_length(void)
{
	static const uint64_t places[] = { 0, 1, 511, READCACHE_PIECE - 1468, READCACHE_PIECE - 1, READCACHE_PIECE,
		READCACHE_PIECE + 1, 2 * READCACHE_PIECE - 700, 3 * READCACHE_PIECE, LONG - 1, LONG };
	static const size_t lens[] = { 0, 1, 8, 512, 1468, 8192, 8193, READCACHE_PIECE, 65464 };
	const size_t n_places = sizeof(places) / sizeof(places[0]), n_lens = sizeof(lens) / sizeof(lens[0]);
	struct readcache *c = readcache_new();
	struct readcache_file f = make(1, LONG);

	for (size_t i = 0; i < 2 * n_places * n_lens; i++) { /* twice: not cached, then cached */
		uint64_t place = places[i / n_lens % n_places];
		size_t len = lens[i % n_lens];

		CHECK(place + len > LONG || right(c, &f, 1, place, len));
	}
	close(f.fd);
	readcache_free(c);
}

/* More readers, each at a place of its own, than there are pieces. */
static void
more_places_than_pieces(void)
{
	struct readcache *c = readcache_new();
	uint64_t size = (uint64_t)READCACHE_PIECE * READCACHE_PIECES * 2;
	struct readcache_file f = make(2, size), other = make(3, LONG);

	for (uint64_t step = 0; step < 20; step++)
		for (uint64_t reader = 0; reader < READCACHE_PIECES * 2; reader++) {
			CHECK(right(c, &f, 2, reader * READCACHE_PIECE + step * 512, 512));
			CHECK(right(c, &other, 3, (reader * 1468 + step) % (LONG - 1468), 1468));
		}
	close(f.fd);
	close(other.fd);
	readcache_free(c);
}

/* The next file may come to lie at the same address. */
static void
forgotten_with_its_file(void)
{
	struct readcache *c = readcache_new();
	struct readcache_file f = make(4, LONG);

	CHECK(right(c, &f, 4, 0, 512));
	readcache_forget(c, &f);
	close(f.fd);
	f = make(5, LONG);
	CHECK(right(c, &f, 5, 0, 512));
	close(f.fd);
	readcache_free(c);
}

static void
a_file_cut_short_is_an_error_where_it_ends(void)
{
	struct readcache *c = readcache_new();
	struct readcache_file f = make(6, LONG);
	uint8_t out[512];

	CHECK(ftruncate(f.fd, 1000) == 0);
	CHECK(right(c, &f, 6, 0, 512));
	errno = 0;
	CHECK_INT(readcache_read(c, &f, 512, out, 512), -1);
	CHECK_INT(errno, ESTALE);
	close(f.fd);
	CHECK_INT(readcache_read(c, &f, 512, out, 512), -1);
	CHECK_INT(errno, EBADF);
	readcache_free(c);
}

int
main(void)
{
	RUN(any_place_and_length);
	RUN(more_places_than_pieces);
	RUN(forgotten_with_its_file);
	RUN(a_file_cut_short_is_an_error_where_it_ends);
	return TEST_EXIT();
}

/* The block cache: what it gives anywhere in an image, how often it reads, the budget. */
#include "blockcache.h"

#include <stdlib.h>

#include "test.h"

#define SIZE 1000000

static unsigned reads;
static bool fails;

/* Byte i of the image is i * 7, so that neighbours and blocks differ. */
static uint8_t
byte_at(uint64_t at)
{
	return (uint8_t)(at * 7 + (at >> 8));
}

static ssize_t
read_image(void *context, uint64_t at, void *out, size_t len)
{
	(void)context;
	reads++;
	if (fails)
		return -1;
	CHECK(at + len <= SIZE);
	for (size_t i = 0; i < len; i++)
		((uint8_t *)out)[i] = byte_at(at + i);
	return (ssize_t)len;
}

static struct blockcache *
open_image(void)
{
	static const struct blockcache_source from = { read_image, NULL, SIZE };
	struct blockcache *c = blockcache_new(&from);

	reads = 0;
	fails = false;
	if (!c)
		abort();
	return c;
}

static bool
is_right(struct blockcache *c, uint64_t at, size_t len)
{
	const uint8_t *p = blockcache_at(c, at, len);

	for (size_t i = 0; p && i < len; i++)
		if (p[i] != byte_at(at + i))
			return false;
	return p != NULL;
}

static void
anywhere(void)
{
	struct blockcache *c = open_image();

	CHECK_INT(blockcache_size(c), SIZE);
	for (uint64_t at = 0; at + BLOCKCACHE_MAX <= SIZE; at += 4099)
		CHECK(is_right(c, at, BLOCKCACHE_MAX));
	CHECK(is_right(c, SIZE - 1, 1));
	CHECK(is_right(c, SIZE, 0));
	CHECK_STR(blockcache_why(c), "");
	CHECK(!blockcache_at(c, SIZE - 1, 2));
	CHECK(!blockcache_at(c, UINT64_MAX, 1));
	CHECK(!blockcache_at(c, 0, BLOCKCACHE_MAX + 1));
	CHECK_STR(blockcache_why(c), "the image ends before it");
	blockcache_free(c);
}

/* Directories, entries and continuations lie apart: four places stay at hand. */
static void
four_places(void)
{
	struct blockcache *c = open_image();

	for (unsigned turn = 0; turn < 10; turn++)
		for (uint64_t at = 0; at < 4; at++)
			CHECK(is_right(c, at * 200000 + turn * 2048, 2048));
	CHECK_INT(reads, 4);
	CHECK(is_right(c, 900000, 2048)); /* takes the place of the oldest */
	CHECK(is_right(c, 200000, 2048));
	CHECK_INT(reads, 5);
	CHECK(is_right(c, 0, 2048));
	CHECK_INT(reads, 6);
	blockcache_free(c);
}

static void
unreadable(void)
{
	struct blockcache *c = open_image();

	fails = true;
	CHECK(!blockcache_at(c, 5000, 100));
	CHECK_STR(blockcache_why(c), "it cannot be read");
	fails = false;
	CHECK(is_right(c, 5000, 100)); /* a failure is not kept */
	blockcache_free(c);
}

/* As much as the image is long, and 1 MiB for tiny ones. */
static void
budget(void)
{
	struct blockcache *c = open_image();

	CHECK(blockcache_spend(c, SIZE));
	CHECK(blockcache_spend(c, 1048576));
	CHECK(!blockcache_spend(c, 1));
	CHECK_STR(blockcache_why(c), "the directories are longer than the image");
	blockcache_renew(c);
	CHECK(!blockcache_spend(c, UINT64_MAX));
	CHECK(blockcache_spend(c, SIZE + 1048576));
	blockcache_free(c);
}

int
main(void)
{
	RUN(anywhere);
	RUN(four_places);
	RUN(unreadable);
	RUN(budget);
	return TEST_EXIT();
}

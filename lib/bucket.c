#include "bucket.h"

void
bucket_init(struct bucket *b, uint64_t most, uint64_t per_second)
{
	*b = (struct bucket){ .most = most, .per_second = per_second, .room = most };
}

bool
bucket_take(struct bucket *b, int64_t now)
{
	if (now > b->filled && b->room < b->most) {
		const uint64_t seconds = (uint64_t)(now - b->filled), missing = b->most - b->room;

		/* compared first: a clock that jumps must not overflow */
		b->room = seconds > missing / b->per_second ? b->most : b->room + seconds * b->per_second;
	}
	b->filled = now;
	if (b->room < BUCKET_ONE)
		return false;
	b->room -= BUCKET_ONE;
	return true;
}

void
bucket_give(struct bucket *b)
{
	b->room += BUCKET_ONE;
	if (b->room > b->most)
		b->room = b->most;
}

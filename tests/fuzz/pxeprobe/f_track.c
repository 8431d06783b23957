/* Captured frames: a byte for the link type, then frames with their lengths. */
#include <stdlib.h>
#include <string.h>

#include "track.h"
#include "v6seen.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
step(void *ctx, struct track *s, const struct step *st)
{
	(void)ctx;
	(void)s;
	(void)st;
}

static void
over(void *ctx, struct track *s)
{
	struct findings f = { .n = 0 };
	char text[TRACK_TEXT];
	bool boots = track_verdict(ctx, s, &f, text);

	if (boots != (finding_error(&f) == NULL) || !text[0])
		abort();
	track_close(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int links[] = { 1, 113, 276, 12, 0, 108 };
	/* The table is large: one for all inputs, of which each clears what it used. */
	static struct tracks *all;
	struct track_calls calls = { .step = step, .over = over };
	struct v6seen six = { .n = 0 };
	struct rd r = rd_open(data, size);
	int link = links[rd_u8(&r) % 6];
	uint64_t us = 1;

	if (!all && !(all = tracks_new()))
		abort();
	calls.ctx = all;
	while (rd_left(&r) > 2) {
		size_t len = rd_u16(&r);
		struct rd frame = rd_sub(&r, len < rd_left(&r) ? len : rd_left(&r));
		struct packet p;

		if (!packet_read(link, frame.p, rd_left(&frame), &p))
			continue;
		if (p.ip6)
			v6seen_take(&six, &p);
		else
			track_take(all, &p, us += 1000, &calls);
	}
	for (size_t i = 0; i < all->high; i++)
		if (all->at[i].used && !all->at[i].closed)
			over(all, &all->at[i]);
	for (size_t i = 0; i < all->high; i++)
		if (all->at[i].round)
			abort(); /* a closed track has nothing left to free */
	memset(all->at, 0, all->high * sizeof(all->at[0]));
	memset(all->addr, 0, all->high * sizeof(all->addr[0]));
	all->high = all->next = 0;
	all->files_seen = 0;
	return 0;
}

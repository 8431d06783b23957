/* Captured frames: a byte for the link type, then frames with their lengths. */
#include <stdlib.h>

#include "link.h"
#include "sight.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
step(void *ctx, struct sight *s, const struct step *st)
{
	(void)ctx;
	(void)s;
	(void)st;
}

static void
over(void *ctx, struct sight *s)
{
	char text[FINDING_TEXT];

	(void)ctx;
	sight_fault(s);
	sight_text(s, text);
	s->closed = true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int links[] = { 1, 113, 276, 12, 0, 108 };
	static struct sights all;
	struct sight_calls calls = { .step = step, .over = over };
	struct rd r = rd_open(data, size);
	int link = links[rd_u8(&r) % 6];
	uint64_t us = 1;

	for (size_t i = 0; i < SIGHT_MACHINES; i++)
		all.at[i].used = false;
	while (rd_left(&r) > 2) {
		size_t len = rd_u16(&r);
		struct rd frame = rd_sub(&r, len < rd_left(&r) ? len : rd_left(&r));
		struct frame_udp u;

		if (link_udp(link, frame.p, rd_left(&frame), &u))
			sight_take(&all, &u, us += 1000, &calls);
	}
	for (size_t i = 0; i < SIGHT_MACHINES; i++)
		if (all.at[i].used)
			over(NULL, &all.at[i]);
	return 0;
}

/* A transfer fed with any events at any time: what it asks for is always
 * possible, numbers only grow, a forged address gets little, and it ends. */
#include <stdint.h>
#include <stdlib.h>

#include "wire.h"
#include "xfer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(int good)
{
	if (!good)
		abort();
}

static struct xfer_terms
terms_of(struct rd *r)
{
	static const uint32_t intervals[] = { 0, 1000, 255000, 0 };
	uint8_t bits = rd_u8(r);
	struct xfer_terms t = { .upload = bits & 1,
		.oack = bits & 2,
		.sized = bits & 4,
		.blksize = 512,
		.give_up_ms = 30000,
		.last = bits & 8 ? XFER_UNKNOWN : 1 + (uint64_t)rd_u16(r) * 3,
		.interval_ms = intervals[bits >> 4 & 3] };

	t.windowsize = t.oack ? 1 + (uint32_t)rd_u16(r) : 1;
	return t;
}

static void
check(const struct xfer *x, const struct xfer_act *act)
{
	if (act->send == XFER_SEND_DATA) {
		require(!x->terms.upload && act->count >= 1 && act->count <= x->terms.windowsize);
		require(act->block == x->base + 1 && act->block + act->count - 1 <= x->terms.last);
	}
	if (act->send == XFER_SEND_ACK)
		require(x->terms.upload && act->block == x->base);
	if (act->store)
		require(x->terms.upload && x->answered);
	if (!x->answered)
		require(x->unanswered <= XFER_UNANSWERED);
	require(xfer_over(x) || xfer_deadline(x) != XFER_NEVER);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rd r = rd_open(data, size);
	struct xfer_terms t = terms_of(&r);
	struct xfer_event timer = { .kind = XFER_TIMER };
	struct xfer_act act;
	struct xfer x;
	uint64_t now = 5;

	xfer_start(&x, &t, now, &act);
	check(&x, &act);
	while (rd_left(&r) > 0) {
		uint8_t kind = rd_u8(&r);
		struct xfer_event e = { .kind = (enum xfer_event_kind)(kind % 7), .len = kind & 0x40 ? 512 : 100 };
		uint64_t base = x.base;

		e.block = kind & 0x80 ? (uint16_t)(x.base + 1) : rd_u16(&r);
		e.code = e.block;
		e.mute = kind & 0x20;
		now += rd_u8(&r);
		xfer_input(&x, &e, now, &act);
		check(&x, &act);
		require(x.base >= base && x.base - base <= 65535);
		if (act.send == XFER_SEND_DATA && t.last == XFER_UNKNOWN && kind == 0xff)
			xfer_set_last(&x, act.block);
	}
	for (int i = 0; i < 2000 && !xfer_over(&x); i++) {
		now = xfer_deadline(&x);
		xfer_input(&x, &timer, now, &act);
		check(&x, &act);
	}
	require(xfer_over(&x));
	return 0;
}

#include "unlzma.h"

#include <string.h>

enum {
	LITERAL_BITS = 3, /* lc, at most */
	PLACES = 4,       /* 1 << pb, at most */
	PROBABILITY = 1 << 10,
	STATES = 12,
	LENGTHS = 256,
	SLOTS = 64,
	END_OF_MODEL = 14,
	FULL = 128
};

struct length {
	uint16_t choice[2], low[PLACES][8], mid[PLACES][8], high[LENGTHS];
};

struct unlzma {
	const uint8_t *in;
	size_t left;
	uint32_t range, code;
	bool bad;
	uint8_t *out;
	size_t n, room;
	unsigned literal_bits, places;

	uint16_t literal[(1 << LITERAL_BITS) * 0x300];
	uint16_t match[STATES][PLACES], rep[STATES], rep_g0[STATES], rep_g1[STATES], rep_g2[STATES];
	uint16_t rep_long[STATES][PLACES];
	uint16_t slot[4][SLOTS], special[FULL], align[16];
	struct length match_length, rep_length;
};

static void
normalize(struct unlzma *u)
{
	if (u->range >= 1u << 24)
		return;
	u->range <<= 8;
	u->bad |= u->left == 0;
	u->code = u->code << 8 | (u->left ? *u->in : 0);
	u->in += u->left > 0;
	u->left -= u->left > 0;
}

static unsigned
decode_bit(struct unlzma *u, uint16_t *p)
{
	uint32_t bound = (u->range >> 11) * *p;
	unsigned bit = u->code >= bound;

	if (bit) {
		u->range -= bound;
		u->code -= bound;
		*p = (uint16_t)(*p - (*p >> 5));
	} else {
		u->range = bound;
		*p = (uint16_t)(*p + ((2048 - *p) >> 5));
	}
	normalize(u);
	return bit;
}

static unsigned
decode_tree(struct unlzma *u, uint16_t *p, unsigned bits)
{
	unsigned m = 1;

	for (unsigned i = 0; i < bits; i++)
		m = m << 1 | decode_bit(u, &p[m]);
	return m - (1u << bits);
}

/* The lowest bit first. */
static unsigned
decode_reverse(struct unlzma *u, uint16_t *p, unsigned bits)
{
	unsigned m = 1, value = 0;

	for (unsigned i = 0; i < bits; i++) {
		unsigned bit = decode_bit(u, &p[m]);

		m = m << 1 | bit;
		value |= bit << i;
	}
	return value;
}

/* Some probabilities depend on where in the output it is. */
static unsigned
place_of(const struct unlzma *u)
{
	return (unsigned)u->n & (u->places - 1);
}

static unsigned
decode_length(struct unlzma *u, struct length *l)
{
	if (!decode_bit(u, &l->choice[0]))
		return 2 + decode_tree(u, l->low[place_of(u)], 3);
	if (!decode_bit(u, &l->choice[1]))
		return 10 + decode_tree(u, l->mid[place_of(u)], 3);
	return 18 + decode_tree(u, l->high, 8);
}

static uint32_t
decode_distance(struct unlzma *u, unsigned length)
{
	unsigned slot = decode_tree(u, u->slot[length < 6 ? length - 2 : 3], 6), bits = (slot >> 1) - 1;
	uint32_t distance = 2 | (slot & 1);

	if (slot < 4)
		return slot;
	if (slot < END_OF_MODEL) {
		distance <<= bits;
		return distance + decode_reverse(u, u->special + distance - slot, bits);
	}
	for (unsigned i = 0; i < bits - 4; i++) {
		u->range >>= 1;
		distance = distance << 1 | (u->code >= u->range);
		u->code -= u->code >= u->range ? u->range : 0;
		normalize(u);
	}
	return (distance << 4) + decode_reverse(u, u->align, 4);
}

static void
unpack_byte(struct unlzma *u, unsigned byte)
{
	if (u->n == u->room)
		u->bad = true;
	else
		u->out[u->n++] = (uint8_t)byte;
}

static void
decode_literal(struct unlzma *u, unsigned state, uint32_t rep0)
{
	unsigned before = u->n ? u->out[u->n - 1] : 0, symbol = 1;
	uint16_t *p = u->literal + 0x300 * (before >> (8 - u->literal_bits));

	if (state >= 7 && rep0 < u->n) {
		unsigned match = u->out[u->n - rep0 - 1];

		while (symbol < 0x100) {
			unsigned expected = match >> 7 & 1, bit = decode_bit(u, &p[((1 + expected) << 8) + symbol]);

			match <<= 1;
			symbol = symbol << 1 | bit;
			if (bit != expected)
				break;
		}
	}
	while (symbol < 0x100)
		symbol = symbol << 1 | decode_bit(u, &p[symbol]);
	unpack_byte(u, symbol & 0xff);
}

/* One of the last four distances; returns the length, 0 at the end of the stream. */
static unsigned
decode_match(struct unlzma *u, unsigned *state, uint32_t rep[4])
{
	uint32_t distance;
	unsigned length;

	if (!decode_bit(u, &u->rep[*state])) {
		length = decode_length(u, &u->match_length);
		*state = *state < 7 ? 7 : 10;
		distance = decode_distance(u, length);
		memmove(rep + 1, rep, 3 * sizeof(*rep));
		rep[0] = distance;
		return distance == UINT32_MAX ? 0 : length;
	}
	if (!decode_bit(u, &u->rep_g0[*state])) {
		if (!decode_bit(u, &u->rep_long[*state][place_of(u)])) {
			*state = *state < 7 ? 9 : 11;
			return 1;
		}
	} else {
		unsigned which = !decode_bit(u, &u->rep_g1[*state]) ? 1 : 2 + decode_bit(u, &u->rep_g2[*state]);

		distance = rep[which];
		memmove(rep + 1, rep, which * sizeof(*rep));
		rep[0] = distance;
	}
	*state = *state < 7 ? 8 : 11;
	return decode_length(u, &u->rep_length);
}

/* The next literal or match; false at the end of the stream. */
static bool
unpack_next(struct unlzma *u, unsigned *state, uint32_t rep[4])
{
	unsigned length;

	if (!decode_bit(u, &u->match[*state][place_of(u)])) {
		decode_literal(u, *state, rep[0]);
		*state = *state < 4 ? 0 : *state < 10 ? *state - 3 : *state - 6;
		return true;
	}
	length = decode_match(u, state, rep);
	if (length == 0)
		return false;
	u->bad |= rep[0] >= u->n;
	while (length-- > 0 && !u->bad)
		unpack_byte(u, u->out[u->n - rep[0] - 1]);
	return true;
}

size_t
unlzma_raw(const uint8_t *in, size_t len, enum unlzma_form form, uint8_t *out, size_t room)
{
	bool grub = form == UNLZMA_GRUB;
	struct unlzma u = { .in = in,
		.left = len,
		.range = UINT32_MAX,
		.out = out,
		.room = room,
		.literal_bits = grub ? 3 : 2,
		.places = grub ? 4 : 1 };
	uint16_t *first = u.literal, *end = (uint16_t *)(void *)(&u + 1);
	uint32_t rep[4] = { 0 };
	unsigned state = 0;

	if (len < 5 || in[0] != 0)
		return 0;
	while (first < end)
		*first++ = PROBABILITY;
	for (int i = 1; i < 5; i++)
		u.code = u.code << 8 | in[i];
	u.in += 5;
	u.left -= 5;
	/* One without an end marker is over when it has filled the room. */
	while (!(grub && u.n == room) && !u.bad)
		if (!unpack_next(&u, &state, rep))
			return u.bad || grub ? 0 : u.n;
	return u.bad ? 0 : u.n;
}

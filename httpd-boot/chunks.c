#include "chunks.h"

#include "num.h"

/* Blanks may stand before an extension, and nothing else may (RFC 9112, 7.1.1). */
static enum chunks_state
behind_size(struct chunks *c, char byte)
{
	if (byte != '\r' && ++c->extra > CHUNKS_EXTRA)
		return CHUNKS_BAD;
	return byte == '\r'             ? CHUNKS_SIZE_LF :
	    byte == ';'                 ? CHUNKS_EXTENSION :
	    byte == ' ' || byte == '\t' ? CHUNKS_BLANK :
	                                  CHUNKS_BAD;
}

static enum chunks_state
take_size(struct chunks *c, char byte)
{
	int digit = num_hex_digit(byte);

	if (digit >= 0 && c->digits < 15) {
		c->left = c->left * 16 + (uint64_t)digit;
		c->digits++;
		return CHUNKS_SIZE;
	}
	if (digit >= 0 || c->digits == 0)
		return CHUNKS_BAD;
	return behind_size(c, byte);
}

/* Extensions and trailers say nothing to us. */
static enum chunks_state
pass_over(struct chunks *c, char byte, enum chunks_state same, enum chunks_state behind)
{
	if (++c->extra > CHUNKS_EXTRA || byte == '\n')
		return CHUNKS_BAD;
	return byte == '\r' ? behind : same;
}

static enum chunks_state
need(char byte, char want, enum chunks_state then)
{
	return byte == want ? then : CHUNKS_BAD;
}

static enum chunks_state
take_byte(struct chunks *c, char byte)
{
	switch (c->state) {
	case CHUNKS_SIZE:
		return take_size(c, byte);
	case CHUNKS_BLANK:
		return behind_size(c, byte);
	case CHUNKS_EXTENSION:
		return pass_over(c, byte, CHUNKS_EXTENSION, CHUNKS_SIZE_LF);
	case CHUNKS_SIZE_LF:
		c->digits = 0;
		return need(byte, '\n', c->left ? CHUNKS_DATA : CHUNKS_TRAILER);
	case CHUNKS_DATA_CR:
		return need(byte, '\r', CHUNKS_DATA_LF);
	case CHUNKS_DATA_LF:
		return need(byte, '\n', CHUNKS_SIZE);
	case CHUNKS_TRAILER:
		return byte == '\r' ? CHUNKS_LAST_LF : pass_over(c, byte, CHUNKS_TRAILER_LINE, CHUNKS_BAD);
	case CHUNKS_TRAILER_LINE:
		/* the LF is looked at like the start of a line, which it is not */
		if (byte == '\n')
			return ++c->extra > CHUNKS_EXTRA ? CHUNKS_BAD : CHUNKS_TRAILER;
		return ++c->extra > CHUNKS_EXTRA ? CHUNKS_BAD : CHUNKS_TRAILER_LINE;
	case CHUNKS_LAST_LF:
		return need(byte, '\n', CHUNKS_DONE);
	default:
		return c->state;
	}
}

size_t
chunks_take(struct chunks *c, const char *bytes, size_t len, struct http_text *content)
{
	size_t n = 0;

	*content = (struct http_text){ bytes, 0 };
	while (n < len && c->state != CHUNKS_DATA && c->state != CHUNKS_DONE && c->state != CHUNKS_BAD)
		c->state = take_byte(c, bytes[n++]);
	if (c->state != CHUNKS_DATA || n == len)
		return n;
	content->at = bytes + n;
	content->len = len - n < c->left ? len - n : (size_t)c->left;
	c->left -= content->len;
	if (c->left == 0)
		c->state = CHUNKS_DATA_CR;
	return n + content->len;
}

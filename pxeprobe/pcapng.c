#include "pcapng.h"

#include <string.h>

/* Types of blocks and options; numbers are in network order, which the magic says. */
enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, STATISTICS = 5, ENHANCED_PACKET = 6 };
enum { OPT_END = 0, OPT_COMMENT = 1, SHB_USERAPPL = 4, IF_NAME = 2, ISB_IFDROP = 5 };
#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define OPTION_MOST 65535

static void
put_padded(struct wr *w, const void *bytes, size_t n)
{
	wr_bytes(w, bytes, n);
	wr_reserve(w, -n & 3);
}

static void
block_option(struct wr *w, uint16_t code, const void *value, size_t len)
{
	wr_u16(w, code);
	wr_u16(w, (uint16_t)len);
	put_padded(w, value, len);
}

static void
block_text(struct wr *w, uint16_t code, const char *text)
{
	block_option(w, code, text, strnlen(text, OPTION_MOST));
}

/* A block's type, and room for its length, which is known at the end; where it began. */
static size_t
block_begin(struct wr *w, uint32_t type)
{
	size_t at = wr_len(w);

	wr_u32(w, type);
	wr_u32(w, 0);
	return at;
}

/* The length stands at both ends, so that a file can be read backwards. */
static void
block_end(struct wr *w, size_t at)
{
	uint32_t len = (uint32_t)(wr_len(w) - at + 4);
	struct wr head;

	wr_u32(w, len);
	if (w->full)
		return;
	head = wr_open(w->start + at + 4, 4);
	wr_u32(&head, len);
}

void
pcapng_begin(struct wr *w, const char *program, const char *ifname, int link, uint32_t snap)
{
	size_t at = block_begin(w, SECTION);

	wr_u32(w, BYTE_ORDER_MAGIC);
	wr_u16(w, 1); /* version 1.0 */
	wr_u16(w, 0);
	wr_u64(w, UINT64_MAX); /* the section's length is not given */
	block_text(w, SHB_USERAPPL, program);
	wr_u32(w, OPT_END);
	block_end(w, at);

	at = block_begin(w, INTERFACE);
	wr_u16(w, (uint16_t)link);
	wr_u16(w, 0);
	wr_u32(w, snap);
	block_text(w, IF_NAME, ifname);
	wr_u32(w, OPT_END);
	block_end(w, at);
}

void
pcapng_frame(struct wr *w, uint64_t us, const void *frame, size_t len, const char *comment)
{
	size_t at = block_begin(w, ENHANCED_PACKET);

	wr_u32(w, 0); /* the interface */
	wr_u64(w, us);
	wr_u32(w, (uint32_t)len);
	wr_u32(w, (uint32_t)len);
	put_padded(w, frame, len);
	if (comment[0]) {
		block_text(w, OPT_COMMENT, comment);
		wr_u32(w, OPT_END);
	}
	block_end(w, at);
}

void
pcapng_end(struct wr *w, uint64_t us, uint64_t lost)
{
	size_t at = block_begin(w, STATISTICS);
	uint8_t value[8];
	struct wr v = wr_open(value, sizeof(value));

	wr_u64(&v, lost);
	wr_u32(w, 0); /* the interface */
	wr_u64(w, us);
	block_option(w, ISB_IFDROP, value, sizeof(value));
	wr_u32(w, OPT_END);
	block_end(w, at);
}

/* Any datagram: parsed or refused; what it says lies inside it, and an
 * options packet reads back as it was written. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tftp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(int good)
{
	if (!good)
		abort();
}

static void
round_trip(const struct tftp_options *o)
{
	struct tftp_packet p;
	uint8_t out[256];
	size_t n = tftp_write_oack(o, out, sizeof(out));

	require(n > 0);
	require(tftp_parse(out, n, &p) == TFTP_OK);
	require(p.options.has == o->has);
	require(!(o->has & TFTP_HAS_BLKSIZE) || p.options.blksize == o->blksize);
	require(!(o->has & TFTP_HAS_TSIZE) || p.options.tsize == o->tsize);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tftp_packet p;
	enum tftp_error e = tftp_parse(data, size, &p);

	if (e == TFTP_MALFORMED || e == TFTP_BAD_MODE)
		return 0;
	if (p.op == TFTP_RRQ || p.op == TFTP_WRQ)
		require(strlen(p.name) < size);
	require(!p.trailing || (e == TFTP_OK && p.options.has == 0));
	require(strlen(p.message) < (size ? size : 1));
	if (p.op == TFTP_DATA)
		require(p.len == size - 4 && (p.len == 0 || p.data == data + 4));
	if (p.options.has & TFTP_HAS_BLKSIZE)
		require(p.options.blksize >= 8);
	if (p.options.has & TFTP_HAS_WINDOW)
		require(p.options.windowsize >= 1 && p.options.windowsize <= 65535);
	if (p.options.has & TFTP_HAS_TIMEOUT)
		require(p.options.timeout_s >= 1 && p.options.timeout_s <= 255);
	round_trip(&p.options);
	return 0;
}

#include "negotiate.h"

static uint32_t
least_of(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void
negotiate_options(const struct tftp_packet *request, const struct negotiate_limits *limits, struct xfer_terms *terms,
    struct tftp_options *oack)
{
	const struct tftp_options *asked = &request->options;
	bool upload = request->op == TFTP_WRQ;
	struct tftp_options o = { .has = asked->has };
	struct xfer_terms t = { .upload = upload,
		.give_up_ms = limits->give_up_ms,
		.last = XFER_UNKNOWN,
		.blksize = TFTP_BLKSIZE,
		.windowsize = 1 };

	if (asked->has & TFTP_HAS_BLKSIZE)
		t.blksize = least_of(asked->blksize, least_of(limits->blksize, TFTP_BLKSIZE_MAX));
	if (asked->has & TFTP_HAS_WINDOW) {
		/* a window that overflowed the send buffer would lose its end each time */
		uint32_t fits = NEGOTIATE_FLIGHT / (t.blksize + 512); /* what the kernel adds to each */

		t.windowsize = least_of(asked->windowsize, least_of(limits->windowsize, fits ? fits : 1));
	}
	o.blksize = t.blksize;
	o.windowsize = t.windowsize;
	o.timeout_s = asked->timeout_s;
	o.tsize = upload ? asked->tsize : limits->size;
	if (!upload && !limits->size_known)
		o.has &= ~(unsigned)TFTP_HAS_TSIZE;
	if (asked->timeout_s * 1000 >= limits->give_up_ms)
		o.has &= ~(unsigned)TFTP_HAS_TIMEOUT; /* we would give up before we tried again */
	if (o.has & TFTP_HAS_TIMEOUT)
		t.interval_ms = asked->timeout_s * 1000;
	t.oack = o.has != 0;
	t.sized = (o.has & TFTP_HAS_TSIZE) != 0;
	if (!upload && limits->size_known)
		t.last = limits->size / t.blksize + 1;
	*terms = t;
	*oack = o;
}

uint32_t
negotiate_blksize_for_mtu(uint32_t mtu, bool ip6)
{
	uint32_t headers = (ip6 ? 40 : 20) + 8 + TFTP_HEADER;

	if (mtu < headers + TFTP_BLKSIZE)
		return TFTP_BLKSIZE; /* no link of IPv4 need carry less (RFC 791) */
	return least_of(mtu - headers, TFTP_BLKSIZE_MAX);
}

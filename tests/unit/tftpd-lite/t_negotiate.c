/* What is agreed of the options a client asks for. */
#include "test.h"

#include "negotiate.h"

static const struct negotiate_limits limits = {
	.blksize = 1468, .windowsize = 64, .give_up_ms = 30000, .size_known = true, .size = 1468 * 10
};
static struct xfer_terms terms;
static struct tftp_options oack;

static void
agree(struct tftp_options asked, const struct negotiate_limits *l)
{
	struct tftp_packet r = { .op = TFTP_RRQ, .options = asked };

	negotiate_options(&r, l, &terms, &oack);
}

static void
without_options_there_is_no_oack(void)
{
	agree((struct tftp_options){ .has = 0 }, &limits);
	CHECK(!terms.oack);
	CHECK_INT(oack.has, 0);
	CHECK_INT(terms.blksize, 512);
	CHECK_INT(terms.windowsize, 1);
	CHECK_INT(terms.last, 14680 / 512 + 1);
}

static void
exactly_what_was_asked_is_answered(void)
{
	agree((struct tftp_options){ .has = TFTP_HAS_TSIZE }, &limits);
	CHECK_INT(oack.has, TFTP_HAS_TSIZE);
	CHECK_INT(oack.tsize, 14680);
	CHECK(terms.sized);
	agree((struct tftp_options){ .has = TFTP_HAS_BLKSIZE | TFTP_HAS_WINDOW, .blksize = 1024, .windowsize = 8 },
	    &limits);
	CHECK_INT(oack.has, TFTP_HAS_BLKSIZE | TFTP_HAS_WINDOW);
	CHECK_INT(oack.blksize, 1024);
	CHECK_INT(oack.windowsize, 8);
	CHECK(!terms.sized);
}

static void
caps_hold(void)
{
	struct negotiate_limits jumbo = limits;

	jumbo.blksize = TFTP_BLKSIZE_MAX;
	agree((struct tftp_options){ .has = TFTP_HAS_BLKSIZE | TFTP_HAS_WINDOW, .blksize = 65535, .windowsize = 65535 },
	    &limits);
	CHECK_INT(terms.blksize, 1468);
	CHECK_INT(terms.windowsize, 64);
	agree((struct tftp_options){ .has = TFTP_HAS_BLKSIZE | TFTP_HAS_WINDOW, .blksize = 65535, .windowsize = 64 },
	    &jumbo);
	CHECK_INT(terms.blksize, 65464);
	/* a window that the socket's buffer holds */
	CHECK(terms.windowsize >= 1 && terms.windowsize * terms.blksize <= NEGOTIATE_FLIGHT);
}

static void
a_full_last_block_is_followed_by_an_empty_one(void)
{
	agree((struct tftp_options){ .has = TFTP_HAS_BLKSIZE, .blksize = 1468 }, &limits);
	CHECK_INT(terms.last, 11);
}

static void
timeout_is_passed_on_or_left_out(void)
{
	agree((struct tftp_options){ .has = TFTP_HAS_TIMEOUT, .timeout_s = 5 }, &limits);
	CHECK_INT(oack.timeout_s, 5);
	CHECK_INT(terms.interval_ms, 5000);
	agree((struct tftp_options){ .has = TFTP_HAS_TIMEOUT, .timeout_s = 30 }, &limits);
	CHECK_INT(oack.has, 0);
	CHECK_INT(terms.interval_ms, 0);
	CHECK(!terms.oack);
}

static void
a_text_file_has_no_known_size(void)
{
	struct negotiate_limits text = limits;

	text.size_known = false;
	agree((struct tftp_options){ .has = TFTP_HAS_TSIZE | TFTP_HAS_BLKSIZE, .blksize = 600 }, &text);
	CHECK_INT(oack.has, TFTP_HAS_BLKSIZE);
	CHECK(terms.last == XFER_UNKNOWN);
}

static void
an_upload_hears_its_own_size(void)
{
	struct tftp_packet r = { .op = TFTP_WRQ, .options = { .has = TFTP_HAS_TSIZE, .tsize = 777 } };

	negotiate_options(&r, &limits, &terms, &oack);
	CHECK(terms.upload);
	CHECK_INT(oack.tsize, 777);
}

static void
blocks_fit_the_mtu(void)
{
	CHECK_INT(negotiate_blksize_for_mtu(1500, false), 1468);
	CHECK_INT(negotiate_blksize_for_mtu(1500, true), 1448);
	CHECK_INT(negotiate_blksize_for_mtu(1420, false), 1388);
	CHECK_INT(negotiate_blksize_for_mtu(9000, false), 8968);
	CHECK_INT(negotiate_blksize_for_mtu(65536, false), 65464);
	CHECK_INT(negotiate_blksize_for_mtu(576, false), 544);
	CHECK_INT(negotiate_blksize_for_mtu(68, false), 512);
}

int
main(void)
{
	RUN(without_options_there_is_no_oack);
	RUN(exactly_what_was_asked_is_answered);
	RUN(caps_hold);
	RUN(a_full_last_block_is_followed_by_an_empty_one);
	RUN(timeout_is_passed_on_or_left_out);
	RUN(a_text_file_has_no_known_size);
	RUN(an_upload_hears_its_own_size);
	RUN(blocks_fit_the_mtu);
	return TEST_EXIT();
}

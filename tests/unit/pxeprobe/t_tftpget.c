/* The TFTP client of a storm and of a boot: what it asks, what it takes. */
#include "test.h"

#include "tftp.h"
#include "tftpget.h"

static const struct persona_tftp window4 = { .read = "blksize=1024 windowsize=4" };
static const struct persona_tftp edk2 = { .probe = "tsize=0 blksize=1468",
	.read = "blksize=1468",
	.need_tsize = true,
	.need_oack = true,
	.probe_error = 8,
	.probe_text = "User aborted the transfer" };

static enum tftpget_event
feed_data(struct tftpget *g, uint16_t block, size_t len)
{
	static uint8_t packet[TFTP_HEADER + 65535];

	tftp_write_data_header(block, packet, sizeof(packet));
	return tftpget_input(g, packet, TFTP_HEADER + len);
}

static enum tftpget_event
feed_oack(struct tftpget *g, const struct tftp_options *options)
{
	uint8_t packet[512];

	return tftpget_input(g, packet, tftp_write_oack(options, packet, sizeof(packet)));
}

/* The block that g->out acknowledges; -1 when it is not an ACK. */
static int
acked(const struct tftpget *g)
{
	struct tftp_packet p;

	return tftp_parse(g->out, g->out_len, &p) == TFTP_OK && p.op == TFTP_ACK ? p.block : -1;
}

static void
requests(void)
{
	static const char wanted[] = "\0\1a\0octet\0blksize\0001024\0windowsize\0004";
	static const char plain[] = "\0\1a\0octet";
	struct tftpget g;
	char name[TFTPGET_OUT + 1];

	CHECK(tftpget_start(&g, &window4, "a", false, false));
	CHECK_INT(g.out_len, sizeof(wanted));
	CHECK(memcmp(g.out, wanted, sizeof(wanted)) == 0);
	CHECK(tftpget_start(&g, &window4, "a", false, true));
	CHECK_INT(g.out_len, sizeof(plain));
	CHECK(memcmp(g.out, plain, sizeof(plain)) == 0);
	memset(name, 'n', sizeof(name));
	name[TFTPGET_OUT] = '\0';
	CHECK(!tftpget_start(&g, &window4, name, false, false));
}

/* RFC 1350: 512 bytes a block, each acknowledged; a short one ends it. */
static void
without_options(void)
{
	struct tftpget g;

	CHECK(tftpget_start(&g, &persona_tftp_ipxe, "a", false, true));
	CHECK_INT(feed_data(&g, 1, 512), GET_SEND);
	CHECK_INT(acked(&g), 1);
	CHECK_INT(g.len, 512);
	/* A repeat: its ACK was lost. */
	CHECK_INT(feed_data(&g, 1, 512), GET_SEND);
	CHECK_INT(acked(&g), 1);
	CHECK_INT(g.len, 0);
	CHECK_INT(feed_data(&g, 9, 512), GET_IGNORE);
	CHECK_INT(tftpget_input(&g, "\0\3", 2), GET_IGNORE);
	CHECK_INT(feed_data(&g, 2, 0), GET_DONE);
	CHECK_INT(acked(&g), 2);
	CHECK_INT(g.bytes, 512);
}

/* RFC 7440: one ACK for a window, and for the last good block at a gap. */
static void
windows(void)
{
	struct tftp_options o = { .has = TFTP_HAS_BLKSIZE | TFTP_HAS_WINDOW, .blksize = 1024, .windowsize = 2 };
	struct tftpget g;

	CHECK(tftpget_start(&g, &window4, "a", false, false));
	CHECK_INT(feed_oack(&g, &o), GET_SEND);
	CHECK_INT(acked(&g), 0);
	CHECK_INT(feed_data(&g, 1, 1024), GET_SEND);
	CHECK_INT(g.out_len, 0);
	CHECK_INT(feed_data(&g, 2, 1024), GET_SEND);
	CHECK_INT(acked(&g), 2);
	CHECK_INT(feed_data(&g, 4, 1024), GET_SEND);
	CHECK_INT(acked(&g), 2);
	CHECK_INT(feed_data(&g, 2, 1024), GET_IGNORE);
	CHECK_INT(feed_oack(&g, &o), GET_IGNORE);
	CHECK_INT(feed_data(&g, 3, 1025), GET_FAILED);
	CHECK_INT(g.fault, FAULT_TFTP_ERROR);
}

/* Block numbers are of 16 bits: 65535 is followed by 0. */
static void
block_numbers_wrap(void)
{
	struct tftpget g;

	CHECK(tftpget_start(&g, &persona_tftp_ipxe, "a", false, true));
	for (uint32_t n = 1; n <= 65536; n++)
		if (feed_data(&g, (uint16_t)n, 512) != GET_SEND)
			break;
	CHECK_INT(acked(&g), 0);
	CHECK_INT(feed_data(&g, 1, 511), GET_DONE);
	CHECK_INT(g.bytes, 65536 * 512 + 511);
}

/* EDK2: asks for the size, breaks off, and asks again. */
static void
probes(void)
{
	struct tftp_options size = { .has = TFTP_HAS_TSIZE | TFTP_HAS_BLKSIZE, .tsize = 7, .blksize = 1468 };
	struct tftp_options none = { .has = TFTP_HAS_BLKSIZE, .blksize = 1468 };
	struct tftp_packet p;
	struct tftpget g;

	CHECK(tftpget_start(&g, &edk2, "a", true, false));
	CHECK_INT(feed_oack(&g, &size), GET_DONE);
	CHECK(g.has_size && g.size == 7);
	CHECK_INT(tftp_parse(g.out, g.out_len, &p), TFTP_OK);
	CHECK(p.op == TFTP_ERROR && p.code == 8);

	CHECK(tftpget_start(&g, &edk2, "a", true, false));
	CHECK_INT(feed_oack(&g, &none), GET_FAILED);
	CHECK_INT(g.fault, FAULT_TFTP_NO_TSIZE);

	CHECK(tftpget_start(&g, &edk2, "a", true, false));
	CHECK_INT(feed_data(&g, 1, 512), GET_FAILED);
	CHECK_INT(g.fault, FAULT_TFTP_NO_OACK);
}

/* What was not asked for may not be acknowledged (RFC 2348, RFC 7440). */
static void
servers_that_err(void)
{
	struct tftp_options large = { .has = TFTP_HAS_BLKSIZE, .blksize = 1025 };
	struct tftp_options tiny = { .has = TFTP_HAS_BLKSIZE, .blksize = 8 };
	struct tftp_options wide = { .has = TFTP_HAS_WINDOW, .windowsize = 5 };
	uint8_t packet[64];
	struct tftpget g;

	CHECK(tftpget_start(&g, &window4, "a", false, false));
	CHECK_INT(feed_oack(&g, &large), GET_FAILED);
	CHECK(tftpget_start(&g, &window4, "a", false, false));
	CHECK_INT(feed_oack(&g, &wide), GET_FAILED);
	CHECK_INT(g.fault, FAULT_TFTP_ERROR);
	CHECK(tftpget_start(&g, &window4, "a", false, false));
	CHECK_INT(feed_oack(&g, &tiny), GET_SEND);
	CHECK_INT(g.blksize, 8);

	CHECK(tftpget_start(&g, &window4, "a", false, false));
	CHECK_INT(
	    tftpget_input(&g, packet, tftp_write_error(TFTP_E_NOT_FOUND, "gone", packet, sizeof(packet))), GET_FAILED);
	CHECK_INT(g.fault, FAULT_BOOTFILE_NOT_FOUND);
	CHECK_STR(g.message, "gone");
	CHECK_INT(tftpget_input(&g, packet, tftp_write_error(2, "no", packet, sizeof(packet))), GET_FAILED);
	CHECK_INT(g.fault, FAULT_TFTP_ERROR);
	CHECK_INT(g.error, 2);
	/* A server does not send requests or ACKs. */
	CHECK_INT(tftpget_input(&g, packet, tftp_write_ack(1, packet, sizeof(packet))), GET_IGNORE);
}

int
main(void)
{
	RUN(requests);
	RUN(without_options);
	RUN(windows);
	RUN(block_numbers_wrap);
	RUN(probes);
	RUN(servers_that_err);
	return TEST_EXIT();
}

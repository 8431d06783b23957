/* DATA packets that arrive as one: taken apart for our own transfers and in
 * captures of others'. */
#include "test.h"

#include <stdlib.h>

#include "dhcp.h"
#include "dhcp_build.h"
#include "gso.h"
#include "track.h"
#include "tftp.h"

#define BLKSIZE 1468
#define ONE (TFTP_HEADER + BLKSIZE)
#define CLIENT 0x0a000010
#define SERVER 0x0a000001

static uint8_t bytes[4 * ONE];

/* `n` DATA packets from block `first` on, the last with `tail` bytes of data. */
static size_t
train(uint16_t first, unsigned n, size_t tail)
{
	memset(bytes, 0, sizeof(bytes));
	for (unsigned i = 0; i < n; i++)
		tftp_write_data_header((uint16_t)(first + i), bytes + i * ONE, TFTP_HEADER);
	return (n - 1) * ONE + TFTP_HEADER + tail;
}

static void
a_train_is_taken_apart(void)
{
	size_t len = train(1, 4, BLKSIZE);

	CHECK_INT(len, 5888);
	CHECK_INT(gso_first(BLKSIZE, bytes, len), ONE);
	CHECK_INT(gso_first(BLKSIZE, bytes + ONE, len - ONE), ONE);
	CHECK_INT(gso_first(BLKSIZE, bytes + 3 * ONE, ONE), ONE);
	len = train(65535, 2, 0);
	CHECK_INT(gso_first(BLKSIZE, bytes, len), ONE);
	CHECK_INT(gso_first(BLKSIZE, bytes + ONE, len - ONE), TFTP_HEADER);
}

static void
others_stay_whole(void)
{
	size_t len = train(1, 2, 100);

	CHECK_INT(gso_first(512, bytes, len), len);
	CHECK_INT(gso_first(BLKSIZE, bytes, ONE + 3), ONE + 3);
	bytes[ONE + 3] = 9; /* not the next block */
	CHECK_INT(gso_first(BLKSIZE, bytes, len), len);
	bytes[ONE + 3] = 2;
	bytes[1] = TFTP_OACK;
	CHECK_INT(gso_first(BLKSIZE, bytes, len), len);
	CHECK_INT(gso_first(BLKSIZE, bytes, 1), 1);
	CHECK_INT(gso_first(UINT32_MAX, bytes, len), len);
}

static void
on_step(void *ctx, struct track *s, const struct step *step)
{
	(void)s;
	(void)step;
	(*(unsigned *)ctx)++;
}

static void
on_end(void *ctx, struct track *s)
{
	(void)ctx;
	(void)s;
}

static void
see(struct tracks *all, const struct packet *u)
{
	unsigned steps = 0;
	struct track_calls calls = { .step = on_step, .over = on_end, .ctx = &steps };

	track_take(all, u, 1000, &calls);
}

static void
see_tftp(struct tracks *all, bool from_server, const uint8_t *packet, size_t len)
{
	struct packet u = {
		.src = CLIENT, .dst = SERVER, .sport = 2000, .dport = TFTP_PORT, .data = packet, .len = len, .full = len
	};

	if (from_server)
		u = (struct packet){ .src = SERVER,
			.dst = CLIENT,
			.sport = 3000,
			.dport = 2000,
			.data = packet,
			.len = len,
			.full = len };
	see(all, &u);
}

static void
a_captured_train_is_a_whole_file(void)
{
	struct tracks *all = tracks_new();
	struct identity id = { .mac = { 2, 1, 2, 3, 4, 5 } };
	struct dhcp_build m = { .type = DHCP_DISCOVER, .xid = 1 };
	struct tftp_options o = { .has = TFTP_HAS_BLKSIZE, .blksize = BLKSIZE };
	uint8_t packet[1500];
	struct findings f = { .n = 0 };
	char text[TRACK_TEXT];
	struct packet u = { .dst = 0xffffffff, .sport = DHCP_PORT_CLIENT, .dport = DHCP_PORT_SERVER, .data = packet };

	CHECK(all != NULL);
	u.len = u.full = dhcp_build(persona_find("efi-x64"), &id, &m, packet, sizeof(packet));
	see(all, &u);
	all->at[0].addr = all->addr[0] = CLIENT;
	see_tftp(all, false, packet, tftp_write_request(TFTP_RRQ, "x.efi", &o, packet, sizeof(packet)));
	see_tftp(all, true, packet, tftp_write_oack(&o, packet, sizeof(packet)));
	see_tftp(all, true, bytes, train(1, 4, BLKSIZE));
	CHECK_INT(all->at[0].get.bytes, 4 * BLKSIZE);
	CHECK_INT(all->at[0].stage, TRACK_FILE_COMING);
	see_tftp(all, true, bytes, train(5, 3, 7));
	CHECK_INT(all->at[0].bytes, 6 * BLKSIZE + 7);
	CHECK_INT(all->at[0].stage, TRACK_FILE_DONE);
	CHECK_INT(track_verdict(all, &all->at[0], &f, text), VERDICT_UNKNOWN);
	CHECK_INT(f.n, 1);
	tracks_free(all);
}

int
main(void)
{
	RUN(a_train_is_taken_apart);
	RUN(others_stay_whole);
	RUN(a_captured_train_is_a_whole_file);
	return TEST_EXIT();
}

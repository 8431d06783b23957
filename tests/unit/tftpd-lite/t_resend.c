/* When a block is sent again (RFC 6298 fitted to lock-step): soon where one
 * got lost, seldom where the client is slow. */
#include "test.h"

#include "xfer.h"

static struct xfer x;
static struct xfer_act act;

static void
start(uint64_t last)
{
	struct xfer_terms t = { .blksize = 512, .windowsize = 1, .give_up_ms = 30000, .last = last };

	xfer_start(&x, &t, 1000, &act);
}

static void
ack(uint16_t block, uint64_t now_ms)
{
	struct xfer_event e = { .kind = XFER_ACK, .block = block };

	xfer_input(&x, &e, now_ms, &act);
}

static uint64_t
tick(void)
{
	struct xfer_event e = { .kind = XFER_TIMER };
	uint64_t due = xfer_deadline(&x);

	xfer_input(&x, &e, due, &act);
	return due;
}

#define CHECK_SENDS(first) \
	do { \
		CHECK_INT(act.send, XFER_SEND_DATA); \
		CHECK_INT(act.block, (first)); \
	} while (0)

static void
retransmission_follows_the_round_trip(void)
{
	uint64_t now = 1000;

	start(1000);
	CHECK_INT(xfer_deadline(&x), 1000 + XFER_RTO_FIRST_MS);
	for (uint16_t n = 1; n < 100; n++)
		ack(n, now += 200);
	CHECK(xfer_deadline(&x) - now >= 200 && xfer_deadline(&x) - now < 300);
	for (uint16_t n = 100; n < 200; n++)
		ack(n, now += 1);
	CHECK(xfer_deadline(&x) - now >= XFER_FLOOR_MS && xfer_deadline(&x) - now <= XFER_FLOOR_MS + 2);
}

static void
backoff_doubles_and_a_clean_sample_undoes_it(void)
{
	uint64_t now = 1000, first, second, rto;

	start(1000);
	for (uint16_t n = 1; n < 50; n++)
		ack(n, ++now);
	rto = xfer_deadline(&x) - now;
	first = tick();
	CHECK_SENDS(50);
	second = tick();
	CHECK_INT(second - first, 2 * rto);
	ack(50, second + 1);
	/* which of the three was answered is unknown: no sample (Karn) */
	CHECK(xfer_deadline(&x) - (second + 1) > rto);
	ack(51, second + 2);
	CHECK_INT(xfer_deadline(&x) - (second + 2), rto);
}

/* One loss on a near path costs hundredths of a second. */
static void
a_near_clients_loss_is_mended_soon(void)
{
	uint64_t now = 1000;

	start(1000);
	for (uint16_t n = 1; n < 900; n++) {
		if (n % 50 == 0) {
			uint64_t due = tick();

			CHECK_SENDS(n);
			CHECK(due - now <= XFER_FLOOR_MS + 5);
			now = due;
		}
		ack(n, now += 1);
	}
	CHECK_INT(x.resent, 17);
}

/* A client that answers each copy, `late` after it was sent; the copies it gets. */
static uint64_t
copies_for(uint64_t late, uint16_t blocks)
{
	uint64_t now = xfer_deadline(&x) - 1, due[1000] = { now + late }, head = 0, tail = 1;
	uint16_t block[1000] = { (uint16_t)(x.next - 1) }, to = (uint16_t)(x.next + blocks);
	uint64_t resent = x.resent;

	while ((uint16_t)x.base != to && head < tail && tail < 1000) {
		if (due[head] <= xfer_deadline(&x)) {
			now = due[head];
			ack(block[head++], now);
		} else {
			now = tick();
		}
		if (act.send == XFER_SEND_DATA) {
			block[tail] = (uint16_t)act.block;
			due[tail++] = now + late;
		}
	}
	CHECK(head < tail);
	return x.resent - resent;
}

/* Firmware that begins to do something else between two blocks. */
static void
a_client_that_gets_slow_is_not_flooded(void)
{
	static const uint64_t late[] = { 5, 30, 60, 150, 400, 900 };

	for (size_t i = 0; i < sizeof(late) / sizeof(late[0]); i++) {
		uint64_t now = 1000, copies;

		start(30000);
		for (uint16_t n = 1; n < 50; n++)
			ack(n, ++now);
		copies = copies_for(late[i], 300);
		CHECK(copies <= 12);
		if (copies > 12)
			printf("# %d ms: %d copies\n", (int)late[i], (int)copies);
	}
}

/* Both copies arrived: the path loses nothing, and the next one waits longer. */
static void
a_second_ack_proves_that_resending_was_needless(void)
{
	uint64_t now = 1000, rto;

	start(30000);
	for (uint16_t n = 1; n < 50; n++)
		ack(n, ++now);
	rto = xfer_deadline(&x) - now;
	now = tick();
	ack(50, ++now);
	CHECK_SENDS(51);
	ack(50, ++now);
	CHECK_INT(act.send, XFER_SEND_NOTHING);
	ack(51, ++now);
	CHECK(xfer_deadline(&x) - now >= 2 * rto - 2);
	/* a copy proves it once */
	ack(51, now);
	ack(51, now);
	ack(52, ++now);
	CHECK(xfer_deadline(&x) - now < 3 * rto);
	/* ... and in the end it is still soon */
	for (uint16_t n = 53; n < 80; n++) {
		tick();
		ack(n, now = x.sent_ms + 1);
		ack(n, now);
		ack(++n, ++now);
	}
	CHECK(xfer_deadline(&x) - now <= XFER_FLOOR_MAX_MS + 2);
}

int
main(void)
{
	RUN(retransmission_follows_the_round_trip);
	RUN(backoff_doubles_and_a_clean_sample_undoes_it);
	RUN(a_near_clients_loss_is_mended_soon);
	RUN(a_client_that_gets_slow_is_not_flooded);
	RUN(a_second_ack_proves_that_resending_was_needless);
	return TEST_EXIT();
}

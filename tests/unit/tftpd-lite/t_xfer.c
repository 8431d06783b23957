/* A transfer's protocol state: every line of these tables is a rule of RFC
 * 1350, 2347, 7440 or RFC 1123, 4.2.3. */
#include "test.h"

#include "tftp.h"
#include "xfer.h"

static struct xfer x;
static struct xfer_act act;

static struct xfer_terms
terms(bool upload, bool oack, uint32_t blksize, uint32_t windowsize, uint64_t last)
{
	return (struct xfer_terms){ .upload = upload,
		.oack = oack,
		.sized = oack,
		.blksize = blksize,
		.windowsize = windowsize,
		.give_up_ms = 30000,
		.last = last };
}

static void
start(struct xfer_terms t)
{
	xfer_start(&x, &t, 1000, &act);
}

static void
event(enum xfer_event_kind kind, uint16_t block, size_t len, uint64_t now_ms)
{
	struct xfer_event e = { .kind = kind, .block = block, .code = block, .len = len };

	xfer_input(&x, &e, now_ms, &act);
}

static void
ack(uint16_t block, uint64_t now_ms)
{
	event(XFER_ACK, block, 0, now_ms);
}

#define CHECK_NOTHING() CHECK_INT(act.send, XFER_SEND_NOTHING)
#define CHECK_SENDS(first, n) \
	do { \
		CHECK_INT(act.send, XFER_SEND_DATA); \
		CHECK_INT(act.block, (first)); \
		CHECK_INT(act.count, (n)); \
	} while (0)

static void
lock_step_read(void)
{
	start(terms(false, false, 512, 1, 3));
	CHECK_SENDS(1, 1);
	ack(1, 1010);
	CHECK_SENDS(2, 1);
	ack(2, 1020);
	CHECK_SENDS(3, 1);
	ack(3, 1030);
	CHECK_NOTHING();
	CHECK_INT(x.end, XFER_COMPLETE);
	CHECK(xfer_over(&x));
	CHECK_INT(x.resent, 0);
}

static void
oack_waits_for_ack_0(void)
{
	start(terms(false, true, 512, 1, 3));
	CHECK_INT(act.send, XFER_SEND_OACK);
	ack(1, 1005);
	CHECK_NOTHING();
	ack(0, 1010);
	CHECK_SENDS(1, 1);
}

/* The Sorcerer's Apprentice, and uftpd's bug 44: any ACK moved the stream on. */
static void
only_the_due_ack_moves_on(void)
{
	static const uint16_t wrong[] = { 0, 1, 2, 4, 5, 100, 32768, 65535 };

	start(terms(false, false, 512, 1, 9));
	ack(1, 1001);
	ack(2, 1002);
	CHECK_SENDS(3, 1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ack(wrong[i], 1003);
		CHECK_NOTHING();
		CHECK_INT(x.base, 2);
	}
	ack(3, 1005);
	CHECK_SENDS(4, 1);
	CHECK_INT(x.resent, 0);
}

/* uftpd's bug 45: files of more than 65535 blocks. */
static void
numbers_wrap_to_0(void)
{
	start(terms(false, false, 8, 1, 200000));
	for (uint64_t n = 1; n < 200000; n++) {
		ack((uint16_t)n, 1000 + n);
		CHECK(act.send == XFER_SEND_DATA && act.block == n + 1);
	}
	ack((uint16_t)200000, 300000);
	CHECK_INT(x.end, XFER_COMPLETE);
}

static void
window_goes_on_after_its_last_ack(void)
{
	start(terms(false, true, 512, 4, 10));
	ack(0, 1001);
	CHECK_SENDS(1, 4);
	ack(4, 1002);
	CHECK_SENDS(5, 4);
	ack(8, 1003);
	CHECK_SENDS(9, 2);
	ack(10, 1004);
	CHECK_INT(x.end, XFER_COMPLETE);
}

static void
window_is_resumed_from_the_last_block_acknowledged(void)
{
	start(terms(false, true, 512, 4, 20));
	ack(0, 1001);
	ack(2, 1002);
	CHECK_SENDS(3, 4);
	CHECK_INT(x.resent, 2);
	/* each block of the old window that still arrives makes the client say so again */
	ack(2, 1002);
	CHECK_NOTHING();
	ack(2, 1003);
	CHECK_NOTHING();
	ack(6, 1004);
	CHECK_SENDS(7, 4);
}

static void
loss_of_a_windows_first_block_is_answered_once(void)
{
	start(terms(false, true, 512, 4, 20));
	ack(0, 1001);
	ack(4, 1002);
	ack(4, 1003);
	CHECK_SENDS(5, 4);
	CHECK_INT(x.resent, 4);
	ack(4, 1003);
	CHECK_NOTHING();
	ack(8, 1004);
	CHECK_SENDS(9, 4);
	ack(4, 1005);
	CHECK_NOTHING();
}

static void
window_across_the_wrap(void)
{
	start(terms(false, true, 8, 64, 70000));
	ack(0, 1000);
	for (uint64_t base = 64; base < 70000; base += 64)
		ack((uint16_t)base, 1001);
	CHECK_INT(x.base, 69952);
	ack((uint16_t)69960, 1002);
	CHECK_SENDS(69961, 40);
}

static uint64_t
tick(void)
{
	uint64_t due = xfer_deadline(&x);

	event(XFER_TIMER, 0, 0, due);
	return due;
}

static void
an_address_that_never_answers_gets_6_datagrams(void)
{
	unsigned sent = 1;

	start(terms(false, false, 512, 1, 9));
	for (int i = 0; i < 100 && !xfer_over(&x); i++) {
		tick();
		sent += act.send != XFER_SEND_NOTHING;
	}
	CHECK_INT(sent, 6);
	CHECK_INT(x.end, XFER_SILENT);
	start(terms(false, false, 512, 1, 9));
	sent = 1;
	for (int i = 0; i < 100; i++) {
		event(XFER_REPEAT, 0, 0, 1000 + (uint64_t)i);
		sent += act.send != XFER_SEND_NOTHING;
	}
	CHECK_INT(sent, 6);
}

/* The address has had what it may have: the timer goes on, in silence. */
static void
nothing_is_sent_while_mute(void)
{
	struct xfer_event e = { .kind = XFER_TIMER, .mute = true };
	uint64_t due;

	start(terms(false, true, 512, 1, 9));
	for (int i = 0; i < 4; i++) {
		due = xfer_deadline(&x);
		xfer_input(&x, &e, due, &act);
		CHECK_NOTHING();
		CHECK(xfer_deadline(&x) > due);
	}
	e.kind = XFER_REPEAT;
	xfer_input(&x, &e, due + 1, &act);
	CHECK_NOTHING();
	CHECK_INT(x.unanswered, 1);
	tick();
	CHECK_INT(act.send, XFER_SEND_OACK);
	ack(0, due + 10000);
	CHECK_SENDS(1, 1);
	/* who has answered is no longer meant */
	e.kind = XFER_TIMER;
	xfer_input(&x, &e, xfer_deadline(&x), &act);
	CHECK_SENDS(1, 1);
}

static void
silence_ends_it_after_give_up(void)
{
	uint64_t last = 0;

	start(terms(false, false, 512, 1, 9));
	ack(1, 1100);
	for (int i = 0; i < 1000 && !xfer_over(&x); i++)
		last = tick();
	CHECK_INT(x.end, XFER_SILENT);
	CHECK_INT(last, 1100 + 30000);
	CHECK(x.resent >= 12);
}

static void
the_clients_timeout_is_honoured(void)
{
	struct xfer_terms t = terms(false, true, 512, 1, 9);

	t.interval_ms = 3000;
	start(t);
	CHECK_INT(xfer_deadline(&x), 4000);
	ack(0, 1500);
	CHECK_INT(xfer_deadline(&x), 4500);
	CHECK_INT(tick(), 4500);
	CHECK_SENDS(1, 1);
	CHECK_INT(xfer_deadline(&x), 7500);
}

static void
a_size_probe_is_no_error(void)
{
	start(terms(false, true, 512, 1, 9));
	event(XFER_ERROR, TFTP_E_OPTION, 0, 1001);
	CHECK_INT(x.end, XFER_PROBE);
	start(terms(false, true, 512, 1, 9));
	event(XFER_ERROR, TFTP_E_UNDEFINED, 0, 1001);
	CHECK_INT(x.end, XFER_PROBE);
	start(terms(false, true, 512, 1, 9));
	event(XFER_ERROR, TFTP_E_DISK_FULL, 0, 1001);
	CHECK_INT(x.end, XFER_ABORTED);
	start(terms(false, true, 512, 1, 9));
	ack(0, 1001);
	event(XFER_ERROR, TFTP_E_UNDEFINED, 0, 1002);
	CHECK_INT(x.end, XFER_ABORTED);
	start(terms(false, false, 512, 1, 9));
	event(XFER_ERROR, TFTP_E_UNDEFINED, 0, 1002);
	CHECK_INT(x.end, XFER_ABORTED);
}

/* uftpd's bug 41: the request again started the file anew. */
static void
a_repeated_request_repeats_the_first_answer(void)
{
	start(terms(false, true, 512, 1, 9));
	event(XFER_REPEAT, 0, 0, 1100);
	CHECK_INT(act.send, XFER_SEND_OACK);
	ack(0, 1101);
	ack(1, 1102);
	event(XFER_REPEAT, 0, 0, 1103);
	CHECK_NOTHING();
	CHECK_INT(x.base, 1);
	start(terms(true, false, 512, 1, 0));
	CHECK_INT(act.send, XFER_SEND_ACK);
	event(XFER_REPEAT, 0, 0, 1100);
	CHECK_INT(act.send, XFER_SEND_ACK);
	CHECK_INT(act.block, 0);
	event(XFER_DATA, 1, 512, 1101);
	event(XFER_REPEAT, 0, 0, 1102);
	CHECK_NOTHING();
	CHECK(!act.store);
}

static void
one_icmp_error_is_forgiven(void)
{
	start(terms(false, false, 512, 1, 9));
	event(XFER_REFUSED, 0, 0, 1001);
	CHECK_INT(x.end, XFER_RUNNING);
	ack(1, 1002);
	event(XFER_REFUSED, 0, 0, 1003);
	CHECK_INT(x.end, XFER_RUNNING);
	event(XFER_REFUSED, 0, 0, 1004);
	CHECK_INT(x.end, XFER_GONE);
}

static void
what_has_no_place_is_passed_over(void)
{
	start(terms(false, false, 512, 1, 9));
	event(XFER_DATA, 1, 512, 1001);
	CHECK_NOTHING();
	event(XFER_STRAY, 0, 0, 1002);
	CHECK_NOTHING();
	CHECK_INT(x.end, XFER_RUNNING);
	CHECK(!x.answered);
	ack(1, 1003);
	CHECK_SENDS(2, 1);
	start(terms(true, true, 512, 1, 0));
	event(XFER_ACK, 0, 0, 1001);
	event(XFER_STRAY, 0, 0, 1002);
	CHECK_NOTHING();
	CHECK_INT(x.end, XFER_RUNNING);
	event(XFER_DATA, 1, 3, 1003);
	CHECK(act.store && act.last);
}

static void
a_block_that_is_too_long_is_error_4(void)
{
	start(terms(true, false, 512, 1, 0));
	event(XFER_DATA, 1, 513, 1001);
	CHECK_INT(act.code, TFTP_E_ILLEGAL);
	CHECK(!act.store);
	CHECK_INT(x.end, XFER_ILLEGAL);
}

static void
a_text_file_ends_where_it_is_found_to(void)
{
	start(terms(false, true, 512, 8, XFER_UNKNOWN));
	ack(0, 1001);
	CHECK_SENDS(1, 8);
	xfer_set_last(&x, 3);
	ack(5, 1002);
	CHECK_NOTHING();
	ack(3, 1003);
	CHECK_INT(x.end, XFER_COMPLETE);
}

static void
lock_step_upload(void)
{
	start(terms(true, true, 512, 1, 0));
	CHECK_INT(act.send, XFER_SEND_OACK);
	event(XFER_DATA, 1, 512, 1001);
	CHECK(act.store && !act.last);
	CHECK_INT(act.send, XFER_SEND_ACK);
	CHECK_INT(act.block, 1);
	/* our ACK got lost */
	event(XFER_DATA, 1, 512, 1002);
	CHECK(!act.store);
	CHECK_INT(act.block, 1);
	CHECK_INT(act.send, XFER_SEND_ACK);
	event(XFER_DATA, 3, 512, 1003);
	CHECK(!act.store);
	event(XFER_DATA, 2, 100, 1004);
	CHECK(act.store && act.last);
	CHECK_INT(act.block, 2);
	CHECK_INT(x.end, XFER_COMPLETE);
	CHECK(!xfer_over(&x));
}

static void
the_last_ack_of_an_upload_can_be_had_again(void)
{
	start(terms(true, false, 512, 1, 0));
	event(XFER_DATA, 1, 0, 1001);
	CHECK(act.last);
	event(XFER_DATA, 1, 0, 2000);
	CHECK_INT(act.send, XFER_SEND_ACK);
	CHECK(!act.store);
	event(XFER_TIMER, 0, 0, xfer_deadline(&x));
	CHECK(xfer_over(&x));
	CHECK_INT(x.end, XFER_COMPLETE);
}

static void
windowed_upload(void)
{
	start(terms(true, true, 512, 3, 0));
	event(XFER_DATA, 1, 512, 1001);
	CHECK(act.store);
	CHECK_NOTHING();
	event(XFER_DATA, 2, 512, 1001);
	CHECK_NOTHING();
	event(XFER_DATA, 3, 512, 1001);
	CHECK_INT(act.block, 3);
	CHECK_INT(act.send, XFER_SEND_ACK);
	/* 4 is lost: what was last received in order is acknowledged, once */
	event(XFER_DATA, 5, 512, 1002);
	CHECK(!act.store);
	CHECK_INT(act.send, XFER_SEND_ACK);
	CHECK_INT(act.block, 3);
	event(XFER_DATA, 6, 512, 1002);
	CHECK_NOTHING();
	event(XFER_DATA, 4, 512, 1003);
	CHECK(act.store);
	event(XFER_DATA, 5, 10, 1003);
	CHECK(act.last);
	CHECK_INT(act.block, 5);
}

/* Each window loses blocks, so that no round trip is measured: what backed off must come back. */
static void
waits_stay_short_where_windows_lose_blocks(void)
{
	uint64_t now_ms = 1000;
	uint16_t done = 0;

	start(terms(false, true, 512, 8, 1000));
	ack(0, now_ms);
	ack(done += 8, now_ms += 2);
	for (int i = 0; i < 6; i++) {
		now_ms = tick();        /* the last of a window is lost ... */
		ack(done += 4, now_ms); /* ... then one in its middle */
		CHECK_SENDS(done + 1, 8);
	}
	CHECK(xfer_deadline(&x) - now_ms <= 2 * XFER_FLOOR_WINDOW_MS);
}

static void
there_is_no_block_before_the_first(void)
{
	start(terms(true, true, 512, 1, 0));
	event(XFER_DATA, 0, 512, 1001);
	CHECK(!act.store);
	CHECK_NOTHING();
	event(XFER_DATA, 1, 512, 1002);
	CHECK(act.store);
}

static void
upload_past_65535_blocks(void)
{
	start(terms(true, false, 8, 1, 0));
	for (uint64_t n = 1; n <= 70000; n++) {
		event(XFER_DATA, (uint16_t)n, 8, 1000 + n);
		CHECK(act.store && act.send == XFER_SEND_ACK && act.block == n);
	}
}

static void
a_stalled_upload_is_asked_for_again(void)
{
	start(terms(true, true, 512, 8, 0));
	event(XFER_DATA, 1, 512, 1001);
	CHECK_NOTHING();
	CHECK_INT(tick(), 1001 + XFER_ACK_AGAIN_MS);
	CHECK_INT(act.send, XFER_SEND_ACK);
	CHECK_INT(act.block, 1);
}

int
main(void)
{
	RUN(lock_step_read);
	RUN(oack_waits_for_ack_0);
	RUN(only_the_due_ack_moves_on);
	RUN(numbers_wrap_to_0);
	RUN(window_goes_on_after_its_last_ack);
	RUN(window_is_resumed_from_the_last_block_acknowledged);
	RUN(loss_of_a_windows_first_block_is_answered_once);
	RUN(window_across_the_wrap);
	RUN(an_address_that_never_answers_gets_6_datagrams);
	RUN(nothing_is_sent_while_mute);
	RUN(silence_ends_it_after_give_up);
	RUN(the_clients_timeout_is_honoured);
	RUN(a_size_probe_is_no_error);
	RUN(a_repeated_request_repeats_the_first_answer);
	RUN(one_icmp_error_is_forgiven);
	RUN(what_has_no_place_is_passed_over);
	RUN(a_block_that_is_too_long_is_error_4);
	RUN(a_text_file_ends_where_it_is_found_to);
	RUN(lock_step_upload);
	RUN(the_last_ack_of_an_upload_can_be_had_again);
	RUN(windowed_upload);
	RUN(waits_stay_short_where_windows_lose_blocks);
	RUN(there_is_no_block_before_the_first);
	RUN(upload_past_65535_blocks);
	RUN(a_stalled_upload_is_asked_for_again);
	return TEST_EXIT();
}

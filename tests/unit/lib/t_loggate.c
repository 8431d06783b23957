/* How many lines strangers get. */
#include "loggate.h"

#include "log.h"
#include "test.h"

/* Lines of n peers that ask ten times a millisecond, from..to. */
static unsigned
flood(struct loggate *g, unsigned peers, uint64_t from_ms, uint64_t to_ms)
{
	unsigned n = 0;

	for (uint64_t ms = from_ms; ms < to_ms; ms++)
		for (unsigned i = 0; i < 10; i++) {
			unsigned peer = (unsigned)(ms * 10 + i) % peers;

			n += loggate_passes(g, &peer, sizeof(peer), ms);
		}
	return n;
}

static void
one_peer_gets_some_and_then_few(void)
{
	struct loggate g;
	unsigned n;

	loggate_init(&g);
	n = flood(&g, 1, 100000, 105000);
	CHECK(n >= LOGGATE_BURST && n <= LOGGATE_BURST + 6 * LOGGATE_PER_SECOND);
	CHECK_INT(flood(&g, 1, 200000, 200001), 10); /* it was quiet since */
}

static void
all_peers_together_too(void)
{
	struct loggate g;
	unsigned n;

	loggate_init(&g);
	n = flood(&g, 50000, 100000, 105000);
	CHECK(n >= LOGGATE_ALL_BURST && n <= LOGGATE_ALL_BURST + 6 * LOGGATE_ALL_PER_SECOND);
}

static void
others_are_still_heard(void)
{
	struct loggate g;
	unsigned other = 7;

	loggate_init(&g);
	flood(&g, 1, 100000, 105000);
	CHECK(loggate_passes(&g, &other, sizeof(other), 105000));
	CHECK(g.left_out > 0);
	loggate_close(&g);
	CHECK_INT(g.left_out, 0);
}

static void
verbose_shows_all(void)
{
	struct loggate g;

	loggate_init(&g);
	log_open("t", false, true);
	CHECK_INT(flood(&g, 1, 1, 1001), 10000);
}

int
main(void)
{
	RUN(one_peer_gets_some_and_then_few);
	RUN(all_peers_together_too);
	RUN(others_are_still_heard);
	RUN(verbose_shows_all);
	return TEST_EXIT();
}

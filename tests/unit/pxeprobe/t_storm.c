/* One machine of a storm. */
#include "test.h"

#include "storm_private.h"

/* A BIOS ROM, then iPXE. */
static void
record(struct replay *p)
{
	static const struct fetcher f = { .tftp = &persona_tftp_ipxe, .http = &persona_http_ipxe, .addr = 0x0a000005 };
	static const struct fetched got = { .fault = FAULT_NONE, .bytes = 100, .from = "10.0.0.1" };
	struct url u;

	CHECK(url_parse("tftp://10.0.0.1/undionly.kpxe", &u));
	replay_round(p, persona_find("bios"));
	replay_file(p, "bootfile", &f, &u, &got);
	replay_round(p, persona_find("ipxe"));
	replay_file(p, "kernel", &f, &u, &got);
	replay_finish(p);
}

static void
the_program_that_runs_asks(void)
{
	static const char *const who[] = { "bios", "bios", "ipxe", "ipxe", "ipxe" };
	struct storm s = { 0 };
	struct storm_machine m = { 0 };

	record(&s.replay);
	CHECK_INT(s.replay.n, 4);
	/* The last one: a machine that has got everything, and leaves. */
	for (m.item = 0; m.item <= s.replay.n; m.item++)
		CHECK_STR(storm_persona(&s, &m)->name, who[m.item]);
	replay_free(&s.replay);
}

int
main(void)
{
	RUN(the_program_that_runs_asks);
	return TEST_EXIT();
}

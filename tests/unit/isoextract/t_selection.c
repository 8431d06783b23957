/* Which members patterns pick, and which directories are worth reading for them. */
#include "selection.h"

#include "test.h"

static void
nothing_asked_for(void)
{
	struct selection s = { 0 };

	CHECK(selection_picks(&s, "a/b"));
	CHECK(selection_wants(&s, "a/b") && selection_wants(NULL, "a/b"));
	CHECK(selection_enters(&s, "a") && selection_enters(NULL, "a"));
	CHECK(!selection_asks_for_boot_images(&s));
	selection_free(&s);
}

static void
patterns(void)
{
	struct selection s = { 0 };

	CHECK(selection_add(&s, "./boot/vmlinuz*") && selection_add(&s, "/pool/") && selection_add(&s, "none"));
	CHECK_INT(s.n, 3);
	CHECK_STR(s.pattern[0], "boot/vmlinuz*");
	CHECK_STR(s.pattern[1], "pool");
	CHECK(selection_wants(&s, "boot/vmlinuz-6.1") && !selection_wants(&s, "boot/initrd"));
	CHECK(selection_enters(&s, "boot") && selection_enters(&s, "pool/main") && !selection_enters(&s, "dists"));
	CHECK(!s.matched[0] && !s.matched[1]);
	CHECK(selection_picks(&s, "boot/vmlinuz-6.1") && !selection_picks(&s, "boot/initrd"));
	CHECK(s.matched[0] && !s.matched[1]);
	CHECK(selection_picks(&s, "pool/main/a.deb"));
	CHECK(s.matched[1] && !s.matched[2]);
	CHECK(!selection_asks_for_boot_images(&s));
	CHECK(selection_add(&s, "[boot]/*efi*") && selection_asks_for_boot_images(&s));
	selection_free(&s);
	CHECK_INT(s.n, 0);
}

int
main(void)
{
	RUN(nothing_asked_for);
	RUN(patterns);
	return TEST_EXIT();
}

/* What the readers of scripts hold: texts that call one another, variables. */
#include "test.h"

#include "scripts/interp.h"

static void
texts_nest_and_end(void)
{
	static struct interp s;
	struct script_text *t;

	CHECK(!interp_top(&s));
	CHECK(interp_push(&s, "outer\0x", 7, 3));
	t = interp_top(&s);
	CHECK_INT(t->len, 7);
	CHECK_INT(t->line, 3);
	CHECK(t->bytes[5] == '\0' && t->bytes[7] == '\0');
	t->pos = 4;
	CHECK(interp_push(&s, "", 0, 1));
	CHECK_INT(interp_top(&s)->len, 0);
	CHECK_INT(interp_top(&s)->pos, 0);
	interp_pop(&s);
	CHECK_INT(interp_top(&s)->pos, 4);
	interp_pop(&s);
	CHECK(!interp_top(&s));
	interp_free(&s);
}

static void
texts_do_not_nest_for_ever(void)
{
	static struct interp s;

	for (int i = 0; i < INTERP_TEXTS; i++)
		CHECK(interp_push(&s, "x", 1, 1));
	CHECK(!interp_push(&s, "x", 1, 1));
	CHECK_INT(s.depth, INTERP_TEXTS);
	interp_free(&s);
	CHECK(!interp_top(&s));
}

static void
variables(void)
{
	static struct interp s;
	char name[200], value[2 * INTERP_VALUE];

	CHECK(!interp_get(&s, "a"));
	interp_set(&s, "a", "1");
	interp_set(&s, "ab", "2");
	interp_set(&s, "a", "");
	CHECK_STR(interp_get(&s, "a"), "");
	CHECK_STR(interp_get(&s, "ab"), "2");
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	memset(value, 'v', sizeof(value));
	value[sizeof(value) - 1] = '\0';
	interp_set(&s, name, value);
	CHECK_INT(strlen(interp_get(&s, name)), INTERP_VALUE - 1);
	interp_set(&s, name, "short");
	CHECK_STR(interp_get(&s, name), "short");
	CHECK_INT(s.vars, 3);
	for (int i = 0; i < 2 * INTERP_VARS; i++) {
		snprintf(name, sizeof(name), "v%d", i);
		interp_set(&s, name, name);
	}
	CHECK_INT(s.vars, INTERP_VARS);
	CHECK_STR(interp_get(&s, "v7"), "v7");
	CHECK(!interp_get(&s, "v500"));
	interp_set(&s, "v7", "new");
	CHECK_STR(interp_get(&s, "v7"), "new");
	interp_free(&s);
	CHECK(!interp_get(&s, "a"));
}

static void
words_in_lists(void)
{
	CHECK(word_in("linux", "initrd linux linuxefi"));
	CHECK(word_in("linuxefi", "initrd linux linuxefi"));
	CHECK(word_in("[", "test ["));
	CHECK(!word_in("lin", "linux lin16"));
	CHECK(!word_in("inux", "linux inuxefi"));
	CHECK(!word_in("", "a b"));
	CHECK(!word_in("a b", "a b"));
}

int
main(void)
{
	RUN(texts_nest_and_end);
	RUN(texts_do_not_nest_for_ever);
	RUN(variables);
	RUN(words_in_lists);
	return TEST_EXIT();
}

/* What the readers of scripts hold: texts that call one another, variables. */
#include "test.h"

#include "script.h"

static void
texts_nest_and_end(void)
{
	static struct script s;
	struct text *t;

	CHECK(!script_top(&s));
	CHECK(script_push(&s, "outer\0x", 7, 3));
	t = script_top(&s);
	CHECK_INT(t->len, 7);
	CHECK_INT(t->line, 3);
	CHECK(t->bytes[5] == '\0' && t->bytes[7] == '\0');
	t->pos = 4;
	CHECK(script_push(&s, "", 0, 1));
	CHECK_INT(script_top(&s)->len, 0);
	CHECK_INT(script_top(&s)->pos, 0);
	script_pop(&s);
	CHECK_INT(script_top(&s)->pos, 4);
	script_pop(&s);
	CHECK(!script_top(&s));
	script_free(&s);
}

static void
texts_do_not_nest_for_ever(void)
{
	static struct script s;

	for (int i = 0; i < SCRIPT_TEXTS; i++)
		CHECK(script_push(&s, "x", 1, 1));
	CHECK(!script_push(&s, "x", 1, 1));
	CHECK_INT(s.depth, SCRIPT_TEXTS);
	script_free(&s);
	CHECK(!script_top(&s));
}

static void
variables(void)
{
	static struct script s;
	char name[200], value[2 * SCRIPT_VALUE];

	CHECK(!script_get(&s, "a"));
	script_set(&s, "a", "1");
	script_set(&s, "ab", "2");
	script_set(&s, "a", "");
	CHECK_STR(script_get(&s, "a"), "");
	CHECK_STR(script_get(&s, "ab"), "2");
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	memset(value, 'v', sizeof(value));
	value[sizeof(value) - 1] = '\0';
	script_set(&s, name, value);
	CHECK_INT(strlen(script_get(&s, name)), SCRIPT_VALUE - 1);
	script_set(&s, name, "short");
	CHECK_STR(script_get(&s, name), "short");
	CHECK_INT(s.vars, 3);
	for (int i = 0; i < 2 * SCRIPT_VARS; i++) {
		snprintf(name, sizeof(name), "v%d", i);
		script_set(&s, name, name);
	}
	CHECK_INT(s.vars, SCRIPT_VARS);
	CHECK_STR(script_get(&s, "v7"), "v7");
	CHECK(!script_get(&s, "v500"));
	script_set(&s, "v7", "new");
	CHECK_STR(script_get(&s, "v7"), "new");
	script_free(&s);
	CHECK(!script_get(&s, "a"));
}

int
main(void)
{
	RUN(texts_nest_and_end);
	RUN(texts_do_not_nest_for_ever);
	RUN(variables);
	return TEST_EXIT();
}

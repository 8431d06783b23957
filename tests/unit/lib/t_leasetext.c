/* The words of a lease file's line. */
#include "leasetext.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

static size_t
split(const char *line, char *field[LEASETEXT_FIELDS])
{
	static char copy[200];

	snprintf(copy, sizeof(copy), "%s", line);
	return leasetext_split(copy, field);
}

static void
lines_are_cut_at_blanks(void)
{
	char *field[LEASETEXT_FIELDS];

	CHECK_INT(split("duid 00:01:02", field), 2);
	CHECK(strcmp(field[0], "duid") == 0 && strcmp(field[1], "00:01:02") == 0);
	CHECK_INT(split("1 2 3 4 5", field), 5);
	CHECK(strcmp(field[4], "5") == 0);
}

static void
other_lines_are_damaged(void)
{
	char *field[LEASETEXT_FIELDS];

	CHECK_INT(split("1 2 3 4 5 6", field), 0);
	CHECK_INT(split("1  2", field), 0);
	CHECK_INT(split("1 2 ", field), 0);
	CHECK_INT(split("", field), 0);
}

static void
names(void)
{
	char name[LEASETEXT_NAME], longest[LEASETEXT_NAME + 1];

	CHECK(leasetext_name("web-1.rack_2", name) && strcmp(name, "web-1.rack_2") == 0);
	CHECK(leasetext_name("*", name) && !*name);
	CHECK(!leasetext_name("a\"b", name));
	CHECK(!leasetext_name("a*", name));
	memset(longest, 'a', sizeof(longest) - 1);
	longest[LEASETEXT_NAME] = '\0';
	CHECK(!leasetext_name(longest, name)); /* with its NUL there is no room */
	longest[LEASETEXT_NAME - 1] = '\0';
	CHECK(leasetext_name(longest, name) && strlen(name) == LEASETEXT_NAME - 1);
}

int
main(void)
{
	RUN(lines_are_cut_at_blanks);
	RUN(other_lines_are_damaged);
	RUN(names);
	return TEST_EXIT();
}

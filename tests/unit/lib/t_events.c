/* Lines of events. */
#include "events.h"

#include <string.h>

#include "test.h"

static void
a_line(void)
{
	struct event l;

	event_begin(&l, "boot");
	event_put(&l, "mac", "52:54:00:00:00:01");
	event_put(&l, "name", "two words \033[2J");
	event_quote(&l, "file", "pxelinux.0");
	event_put_num(&l, "bytes", 18446744073709551615u);
	CHECK_STR(l.text,
	    "boot mac=52:54:00:00:00:01 name=\"two words \\x1b[2J\" file=\"pxelinux.0\" bytes=18446744073709551615");
	CHECK_INT(l.len, strlen(l.text));
}

/* Whatever comes, a line ends in its bounds. */
static void
what_finds_no_room_is_cut(void)
{
	struct event l;
	char name[2000];

	memset(name, '"', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	event_begin(&l, "put");
	for (int i = 0; i < 4; i++) {
		event_put(&l, "path", name);
		event_put_num(&l, "bytes", 1);
	}
	CHECK_INT(l.len, sizeof(l.text) - 1);
	CHECK_INT(strlen(l.text), l.len);
}

int
main(void)
{
	RUN(a_line);
	RUN(what_finds_no_room_is_cut);
	return TEST_EXIT();
}

/* What the parts of the iPXE script reader share: ipxe.c (settings,
 * lines), ipxe_commands.c. */
#ifndef IPXE_PRIVATE_H
#define IPXE_PRIVATE_H

#include "scripts.h"
#include "interp.h"

#define ITEMS 128
#define WORDS 64
#define LINE 2048
#define COMMANDS 2000 /* a script may loop */

/* The line that a text has come to. */
struct line {
	char buf[LINE]; /* cut into words */
	char *word[WORDS];
	size_t words, at;
	bool on_ok, on_fail; /* when the next command of the line is run */
	bool failed;         /* how the last command went */
};

struct ipxe {
	struct interp script;
	struct line line[INTERP_TEXTS]; /* of each text */
	char item[ITEMS][64];           /* labels of the menu */
	size_t items;
	char default_item[64];
	bool kernel, ended;
	unsigned commands;
	struct script_action *out;
};

enum ran { RAN_OK, RAN_FAILED, RAN_ASKED };

/* A command, its settings put in. */
struct args {
	size_t n;
	char word[WORDS][SCRIPT_VALUE];
};

/* The next line, "\" at an end joining two, cut into words. */
bool ipxe_next_line(struct text *t, struct line *l);
/* The line of the text that runs. */
struct line *ipxe_line(struct ipxe *i);
enum ran ipxe_run(struct ipxe *i, const struct args *a);
enum ran ipxe_stopped(struct ipxe *i, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif

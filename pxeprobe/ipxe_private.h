/* What the parts of the iPXE script reader share: follow_ipxe.c (settings,
 * lines), ipxe_commands.c. */
#ifndef IPXE_PRIVATE_H
#define IPXE_PRIVATE_H

#include "follow.h"

#define FRAMES 8
#define VARS 128
#define ITEMS 128
#define WORDS 64
#define LINE 2048
#define COMMANDS 2000         /* a script may loop */

struct frame {
	char *text;
	size_t len, pos;
	unsigned line;
	char buf[LINE];       /* the line that is run, cut into words */
	char *word[WORDS];
	size_t words, at;
	bool on_ok, on_fail;  /* when the next command of the line is run */
	bool failed;          /* how the last command went */
};

struct var {
	char name[64];
	char *value;
};

struct ipxe {
	struct frame *frame[FRAMES];
	size_t depth;
	struct var var[VARS];
	size_t vars;
	char item[ITEMS][64];      /* labels of the menu */
	size_t items;
	char default_item[64];
	bool kernel, initrd, ended;
	unsigned commands;
	struct follow *out;
};

enum ran { RAN_OK, RAN_FAILED, RAN_ASKED };

/* A command, its settings put in. */
struct args {
	size_t n;
	char word[WORDS][FOLLOW_VALUE];
};

/* The next line, "\" at an end joining two, cut into words. */
bool ipxe_next_line(struct frame *f);
enum ran ipxe_run(struct ipxe *i, const struct args *a);
enum ran ipxe_stopped(struct ipxe *i, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif

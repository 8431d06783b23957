/* What the parts of the grub.cfg reader share: grub.c (texts, menu),
 * grub_words.c (its syntax), grub_commands.c. */
#ifndef GRUB_PRIVATE_H
#define GRUB_PRIVATE_H

#include "scripts.h"
#include "interp.h"

#define ENTRIES 128
#define WORDS 64
#define LINE 2048
#define COMMANDS 20000
#define NESTING 32

/* The open if-blocks of a text: whether a branch was taken, and whether this
 * one runs. */
struct blocks {
	struct {
		bool taken, running;
	} cond[NESTING];
	size_t conds;
};

struct entry {
	char title[128], id[64];
	char *body;
	size_t len;
	unsigned line;
	bool submenu;
};

struct grub {
	struct interp script; /* files, and bodies of menu entries */
	struct blocks blocks[INTERP_TEXTS];
	struct entry entry[ENTRIES];
	size_t entries;
	unsigned commands, menus;
	bool kernel, ended, replaces;
	bool in_condition; /* the command that runs is an if's */
	bool negated;
	char word[WORDS][512];
	size_t words;
	struct script_action *out;
};

enum ran { RAN_OK, RAN_FAILED, RAN_ASKED };

const char *grub_get(const struct grub *g, const char *name);

/* Reads a command's words, up to its end or an opening brace. */
bool grub_read_command(struct grub *g, struct text *f);
/* Passes over a block up to its closing brace; where it began and its length. */
void grub_skip_block(struct text *f, size_t *start, size_t *len);

/* Runs the command in g->word. */
enum ran grub_run(struct grub *g, struct text *f);
enum ran grub_run_initrds(struct grub *g);
enum ran grub_run_boot(struct grub *g);
enum ran grub_stopped(struct grub *g, const char *why, const char *what);
/* Is the command one of these two? */
bool grub_is(const struct grub *g, const char *a, const char *b);

#endif

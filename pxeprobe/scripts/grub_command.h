/* What grub.c, which runs texts, and grub_command.c, which runs commands, share. */
#ifndef GRUB_COMMAND_H
#define GRUB_COMMAND_H

#include "grub_test.h"
#include "grub_text.h"
#include "reader.h"

#define GRUB_ENTRIES 128
#define GRUB_FUNCTIONS 64
#define GRUB_BLOCKS 32 /* if-blocks in one another */
#define GRUB_ARGUMENTS 9
#define GRUB_FILE 512

enum frame_kind { FRAME_FILE, FRAME_FUNCTION, FRAME_FOR, FRAME_WHILE };

/* A text that runs: its open if-blocks, its loop. */
struct frame {
	enum frame_kind kind;
	struct {
		bool taken;   /* a branch of it has run, or none ever will */
		bool running; /* this branch runs */
	} cond[GRUB_BLOCKS];
	size_t conds;
	struct grubwords *list; /* of a for loop its values, of a function its arguments */
	size_t next;            /* the value after the one at hand */
	char variable[INTERP_NAME];
	bool until, over;
	char file[GRUB_FILE]; /* of a file: its name */
};

struct entry {
	char title[128], id[64];
	struct grubwords *args; /* the title and what follows it: $1, $2 ... of the body */
	bool locked;            /* asks for a password, where there are superusers */
	char *body;
	size_t len;
	unsigned line;
	bool submenu;
};

struct function {
	char name[64];
	char *body;
	size_t len;
	unsigned line;
};

struct grub {
	struct script script;
	struct interp interp; /* files, bodies of entries, functions and loops */
	struct frame frame[INTERP_TEXTS];
	struct entry entry[GRUB_ENTRIES];
	size_t entries;
	struct function function[GRUB_FUNCTIONS];
	size_t functions;
	unsigned commands, menus;
	size_t opened; /* the entry that runs; GRUB_ENTRIES: none */
	bool kernel, ended;
	bool no_initrd;         /* it has failed to come since */
	enum script_kind asked; /* what the caller fetches */
	char lacking[32];       /* the first command that this GRUB has not */
	bool replaces;          /* the text asked for last leaves what ran before (configfile) */
	bool status;            /* the last command succeeded */
	bool negated;           /* "!" stands before the one that runs */
	size_t began;           /* where that begins in its text */
	struct grubwords command, skipped;
	/* A test that waits to hear whether a file is there. */
	const char *asked_test;
	struct grub_known known;
	const char *waits, *unsure; /* as in struct script_action */
	struct script_action *out;
};

/* Sets $config_file and $config_directory. */
void grub_set_file(struct script *s, const char *file);
void grub_set(struct script *s, const char *name, const char *value);
enum ran grub_command(struct grub *g, struct script_text *t);
enum ran grub_test(struct grub *g);
/* Several on a line are asked for one by one: the first is cut off. */
enum ran grub_initrd(struct grub *g);
enum ran grub_boot(struct grub *g);
enum ran grub_stop(struct grub *g, const char *why, const char *what);

#endif

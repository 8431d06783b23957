/* What an iPXE script is at: its lines, menu, images, and how it asks or ends. */
#ifndef IPXE_STATE_H
#define IPXE_STATE_H

#include "interp.h"
#include "ipxe_options.h"
#include "reader.h"

#define IPXE_ITEMS 128
#define IPXE_IMAGES 64
#define IPXE_LINE 4096

/* The line that a text has come to. */
struct ipxe_line {
	char buf[IPXE_LINE]; /* cut into words */
	char *word[IPXE_WORDS];
	size_t words, at;
	bool on_ok, on_fail; /* when the next command of the line is run */
	bool failed;         /* how the last command went */
};

/* What was loaded, by the name that other commands know it by. */
struct image {
	char name[128];
	char uri[SCRIPT_VALUE];
	char wants[SCRIPT_VALUE]; /* the initrd= words of its arguments, each after a blank */
	bool kernel;              /* looked at as a kernel */
};

struct ipxe {
	struct script script;
	struct interp interp;
	struct ipxe_line line[INTERP_TEXTS]; /* of each text */
	char item[IPXE_ITEMS][64];           /* labels of the menu */
	size_t items;
	char default_item[64];
	struct image image[IPXE_IMAGES];
	size_t images;
	struct image coming; /* asked for; an image once it has come */
	bool comes;
	char selected[128]; /* the image that "boot" starts; "" none */
	bool ended;
	unsigned commands;
	bool tries;          /* something was fetched, or waited for: a loop may come to an end */
	bool configured;     /* it has asked for an address of its own */
	bool booted_nothing; /* "boot" had no image, which is no failure to iPXE (imgsingle_exec) */
	const char *waits, *unsure;
	char trouble[SCRIPT_WHY]; /* why the last command failed, where that is ours to say; "" */
	struct script_action *out;
};

/* The line of the text that runs; NULL when none does. */
struct ipxe_line *ipxe_line(struct ipxe *i);
/* Reads the next line, "\" at an end joining two, and cuts it into words. */
bool ipxe_read_line(struct script_text *t, struct ipxe_line *l);
/* Does it begin with "net1" or the like?  This machine has one card. */
bool ipxe_other_card(const char *name);
/* The name of a setting for a machine with one card, without what sets its type. */
const char *ipxe_setting(const char *name, char bare[INTERP_NAME]);
enum ran ipxe_ask(struct ipxe *i, enum script_kind kind, const char *name);
enum ran ipxe_stop(struct ipxe *i, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif

/*
 * The scripts and menus that boot loaders read, run far enough to know what
 * boots when nobody touches a key.  Pure: a reader says which file it wants;
 * the caller fetches it and reports how that went.
 */
#ifndef SCRIPTS_H
#define SCRIPTS_H

#include <stdbool.h>
#include <stddef.h>

#define SCRIPT_NAME 1024
#define SCRIPT_WHY 200
#define SCRIPT_VALUE 512 /* of a variable; longer ones are cut */

enum script_kind {
	SCRIPT_CONFIG, /* get this text and script_push it, or report that it failed */
	SCRIPT_TRY,    /* is this file there? */
	SCRIPT_KERNEL,
	SCRIPT_INITRD,
	SCRIPT_FILE,  /* another file that is loaded */
	SCRIPT_CHAIN, /* a program or script that takes over */
	SCRIPT_DISK,  /* is this disk there ("iscsi:...")?  any: then it boots from it */
	SCRIPT_BOOT,  /* the end: boots what was loaded */
	SCRIPT_LOCAL, /* the end: boots from the machine's own disk */
	SCRIPT_STOP,  /* the end: boots nothing; see why */
	SCRIPT_DHCP   /* asks for an address of its own */
};

/* What a script wants done next. */
struct script_action {
	enum script_kind kind;
	char name[SCRIPT_NAME]; /* as the script has it, variables expanded */
	char why[SCRIPT_WHY];
	unsigned line;
	bool any; /* SCRIPT_INITRD, SCRIPT_KERNEL: whatever is in it, as a file or a disk; SCRIPT_LOCAL: it gives up;
	           * SCRIPT_STOP: why says it all, whatever else was missing */
	const char *waits;  /* a menu waits for a key before this, for ever; NULL: none does */
	const char *unsure; /* what the way here depends on and is not known here; NULL: nothing */
};
/* Is that the end of the script?  With SCRIPT_STOP and unsure set, another machine's
 * way may be another. */
bool script_ended(const struct script_action *a);

struct script;
/* A reader of each language; NULL when out of memory. */
struct script *script_ipxe(void); /* ipxe.org/cmd */
struct script *script_grub(void); /* grub.cfg */
struct script *script_pxelinux(void);
void script_free(struct script *s);

/* Sets a variable, where the language has any.  iPXE's settings ("mac",
 * "next-server") go by their name without "net0/". */
void script_set(struct script *s, const char *name, const char *value);
/* What it is set to; "" when it is not, or the language has none. */
const char *script_value(const struct script *s, const char *name);
/* Runs this text next.  When the last action asked for it, it is called from
 * there, or takes the place of what ran before, as that command says.
 * False when texts nest too deep or memory is short. */
bool script_push(struct script *s, const char *text, size_t len);
/* Runs up to the next thing to do. */
void script_next(struct script *s, struct script_action *out);
/* How the last action went; not called after script_push. */
void script_result(struct script *s, bool ok);

/* Names tried for the configuration, in the loader's order; false after the
 * last.  PXELINUX's are below pxelinux.cfg/. */
bool script_grub_config(size_t i, const unsigned char mac[6], unsigned addr, char out[64]);
bool
script_pxelinux_config(size_t i, const unsigned char mac[6], const unsigned char uuid[16], unsigned addr, char out[64]);

#endif

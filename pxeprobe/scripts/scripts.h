/*
 * Scripts and menus that boot loaders read, run as far as it takes to know
 * what would boot when nobody touches a key.  Pure: a reader says which file
 * it wants, the caller gets it and tells how that went.
 */
#ifndef SCRIPTS_H
#define SCRIPTS_H

#include <stdbool.h>
#include <stddef.h>

#define SCRIPT_NAME 1024
#define SCRIPT_WHY 200
#define SCRIPT_VALUE 512

enum script_kind {
	SCRIPT_CONFIG, /* get this text, *_push it, or say that it failed */
	SCRIPT_TRY,    /* is this file there? */
	SCRIPT_KERNEL,
	SCRIPT_INITRD,
	SCRIPT_FILE,  /* another file that is loaded */
	SCRIPT_CHAIN, /* a program or script that takes over */
	SCRIPT_BOOT,  /* the end: boots what was loaded */
	SCRIPT_LOCAL, /* the end: boots from the machine's own disk */
	SCRIPT_STOP,  /* the end: boots nothing; see why */
	SCRIPT_DHCP   /* asks for an address of its own */
};

struct script_action {
	enum script_kind kind;
	char name[SCRIPT_NAME]; /* as the script has it, variables put in */
	char why[SCRIPT_WHY];
	unsigned line;
};

/* ---- iPXE scripts (ipxe.org/cmd) ---- */
struct ipxe;
struct ipxe *ipxe_new(void);
void ipxe_free(struct ipxe *i);
/* A setting: "mac", "next-server" ...; any "net0/" before it is passed over. */
void ipxe_set(struct ipxe *i, const char *name, const char *value);
/* Runs this text next, as a command of the one that is running. */
bool ipxe_push(struct ipxe *i, const char *text, size_t len);
/* Runs up to the next thing to do. */
void ipxe_next(struct ipxe *i, struct script_action *out);
/* How the last one went.  After ipxe_push, the script itself tells. */
void ipxe_result(struct ipxe *i, bool ok);

/* ---- grub.cfg ---- */
struct grub;
struct grub *grub_new(void);
void grub_free(struct grub *g);
void grub_set(struct grub *g, const char *name, const char *value);
/* Runs this text next; `config` leaves what ran before (configfile). */
bool grub_push(struct grub *g, const char *text, size_t len, bool config);
void grub_next(struct grub *g, struct script_action *out);
void grub_result(struct grub *g, bool ok);
/* True when the last SCRIPT_CONFIG was "configfile", not "source". */
bool grub_replaces(const struct grub *g);
/* Names tried for the configuration, in GRUB's order; false after the last. */
bool grub_config_name(size_t i, const unsigned char mac[6], unsigned addr, char out[64]);

/* ---- pxelinux.cfg ---- */
struct pxelinux;
struct pxelinux *pxelinux_new(void);
void pxelinux_free(struct pxelinux *p);
bool pxelinux_push(struct pxelinux *p, const char *text, size_t len);
void pxelinux_next(struct pxelinux *p, struct script_action *out);
void pxelinux_result(struct pxelinux *p, bool ok);
/* Names tried for the configuration (below pxelinux.cfg/); false after the last. */
bool
pxelinux_config_name(size_t i, const unsigned char mac[6], const unsigned char uuid[16], unsigned addr, char out[64]);

#endif

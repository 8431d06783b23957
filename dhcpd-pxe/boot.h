/* What a client is told to boot.  Pure. */
#ifndef BOOT_H
#define BOOT_H

#include "client.h"

#define BOOT_FILE 255 /* 254 and a NUL: what option 67 holds */

struct boot {
	const struct rule *rule; /* the boot or menu line; NULL: nothing to boot */
	char file[BOOT_FILE];
	uint32_t server;             /* to fetch it from */
	const char *server_name;     /* what server= says when that is no address; NULL */
	bool menu;                   /* the client is shown the menu lines */
	const struct rule *refused;  /* a line for an iPXE that has just loaded itself; `server` is its */
	const struct rule *too_long; /* a line whose file is too long once filled in */
};

/* `self` is our address, `ip` the client's (0 when it is not known). */
void boot_choose(const struct rules *rules, const struct client *c, uint32_t self, uint32_t ip, struct boot *out);
/* For a client that chose from the menu (option 43.71), or that another server's
 * menu sent to us while we have none. */
void boot_choose_item(const struct rules *rules, const struct client *c, uint32_t self, uint32_t ip, struct boot *out);

/* What templates are filled in with. */
struct boot_view {
	const struct client *client;
	uint32_t server, ip;       /* {server}, {ip} (0: not known) */
	const char *name;          /* {server}, when server= is no address */
	const struct names *names; /* where its address may be found */
};
/* Fills in a template; false when the result does not fit. */
bool boot_fill(const char *text, const struct boot_view *view, char *out, size_t size);

#endif

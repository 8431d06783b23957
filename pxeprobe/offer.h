/*
 * Offers: how a firmware classifies them, which one it takes, and what it then
 * boots.  Pure.
 */
#ifndef OFFER_H
#define OFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp.h"
#include "fault.h"
#include "persona.h"

#define OFFER_MAX 16
#define OFFER_NAME 512

/* What follows the last byte of option 67, where that is no NUL. */
enum offer_file67 { OFFER_67_ENDED, OFFER_67_BEFORE_OPTION, OFFER_67_BEFORE_END };

/* One reply as it came in. */
struct offer {
	struct dhcp_msg msg;
	uint32_t source; /* IPv4 sender */
	uint16_t sport;
	uint64_t ms; /* since the DISCOVER */
	enum offer_file67 file67;
	bool late; /* came after the choice */
};

enum offer_kind {
	OFFER_BOOTP,
	OFFER_PLAIN,
	OFFER_BINL,
	OFFER_PXE10,
	OFFER_HTTP,
	OFFER_PROXY_BINL,
	OFFER_PROXY_PXE10,
	OFFER_PROXY_HTTP,
	OFFER_PROXY_UNFIT /* a proxy offer that is not for this client */
};

enum offer_kind offer_kind(const struct offer *o);
/* True for an offer of an address that EDK2 takes for "boot from the disk": PXE options
 * without bit 3 of 43.6, and no menu (PxeBcDiscoverBootFile, type 0). */
bool offer_is_local_boot(const struct offer *o);
const char *offer_kind_text(enum offer_kind k);
/* True if it leases an address: yiaddr is not 0. */
bool offer_leases(const struct offer *o);
/* The server's address: option 54, else siaddr, else the sender. */
uint32_t offer_server(const struct offer *o);

/* What a firmware would load. */
struct boot {
	char name[OFFER_NAME];   /* a TFTP name or a URI; "": none */
	const char *name_from;   /* "67" or "file" */
	uint32_t server;         /* 0: not named */
	const char *server_from; /* "siaddr", "54", "43.8" */
};
/* Reads it from a reply as this persona does; false when it names nothing to boot: no
 * file, and no root path.  A Raspberry Pi needs no name, but the words it looks for in
 * option 43; what only wants an address (RULE_ADDRESS) takes any reply. */
bool offer_boot(const struct persona *p, const struct dhcp_msg *m, struct boot *out);
/* The disk of option 17, from which iPXE alone boots (netboot in autoboot.c), with or
 * without a file. */
#define OFFER_ROOT_PATH 256
bool offer_root_path(const struct persona *p, const struct dhcp_msg *m, char out[OFFER_ROOT_PATH]);

#define OFFER_NOBODY (-1)
struct choice {
	int lease;     /* index of the offer whose address it takes */
	int boot;      /* index of the one that says what to boot */
	bool ask;      /* asks ask_server again, on port 4011 */
	bool has_item; /* for this menu entry */
	uint16_t item, layer;
	uint32_t ask_server;
};
/* FAULT_NONE, or why this persona would go no further; *out is set either way. */
enum fault offer_choose(const struct persona *p, const struct offer *offer, size_t n, struct choice *out);
/* True if these offers will do, even if a better one may still come. */
bool offer_settled(const struct persona *p, const struct offer *offer, size_t n);

#endif

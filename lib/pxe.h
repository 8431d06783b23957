/*
 * What PXE, UEFI HTTP Boot and iPXE say inside DHCP: architectures, client
 * kinds, option 43's and 175's parts (RFC 4578, RFC 5970, PXE 2.1, the IANA
 * registry "Processor Architecture Types").  Pure.
 */
#ifndef PXE_H
#define PXE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp.h"

/* One code of the IANA registry. */
struct pxe_arch {
	uint16_t code;
	const char *name; /* of the machine (machine.h): "efi-x64"; several codes may share one */
	const char *text; /* what the registry calls it */
	bool efi;         /* UEFI firmware */
	bool http;        /* boots over HTTP by this code */
};

/* The table, in code order; *n entries. */
const struct pxe_arch *pxe_archs(size_t *n);
/* NULL for a code that the registry does not have. */
const struct pxe_arch *pxe_arch(uint16_t code);
/* The first code of a machine, for boot over TFTP or over HTTP; false: it has none. */
bool pxe_arch_code(const char *name, bool http, uint16_t *code);
/* True when some code has this machine name. */
bool pxe_arch_known(const char *name);

/* What kind of client a message comes from. */
enum pxe_client {
	PXE_CLIENT_OTHER, /* plain DHCP */
	PXE_CLIENT_PXE,   /* option 60 begins PXEClient */
	PXE_CLIENT_HTTP,  /* option 60 begins HTTPClient */
	PXE_CLIENT_IPXE,  /* option 175, or 77 with iPXE, whatever 60 says */
	PXE_CLIENT_BOOTP  /* no option 53 */
};
const char *pxe_client_name(enum pxe_client c); /* "pxe" ... */
bool pxe_client_parse(const char *name, enum pxe_client *out);

#define PXE_ARCHS 8
struct pxe_request {
	enum pxe_client client;
	uint16_t arch[PXE_ARCHS]; /* option 93; {0} implied for PXEClient and BOOTP without it */
	size_t archs;             /* 0: unknown */
	bool has_uuid;
	uint8_t uuid[16];   /* option 97, or chaddr with hlen 16 (EDK2 SendGUID) */
	uint16_t boot_item; /* option 43.71 */
	uint16_t boot_layer;
	bool has_boot_item;
	bool uboot_swapped; /* its 6 and 7 (U-Boot lib/efi_loader/efi_helper.c) are put right in arch */
};
void pxe_read(const struct dhcp_msg *msg, struct pxe_request *out);

/* Sub-options of 43 (PXE 2.1, table 2-1) and of 175 (iPXE dhcp.h). */
enum pxe_sub {
	PXE_DISCOVERY_CONTROL = 6,
	PXE_BOOT_SERVERS = 8,
	PXE_BOOT_MENU = 9,
	PXE_MENU_PROMPT = 10,
	PXE_BOOT_ITEM = 71,
	PXE_END = 255
};
enum pxe_discovery { /* bits of 43.6 */
	PXE_NO_BROADCAST = 1,
	PXE_NO_MULTICAST = 2,
	PXE_ONLY_LISTED = 4,
	PXE_JUST_BOOT = 8
};
#define PXE_IPXE_NO_PROXY 176 /* 175.176 u8=1: do not wait for a proxy offer */

/* Finds sub-option `code` in an encapsulated value (43, 175, 82). */
const uint8_t *pxe_find_sub(const uint8_t *value, size_t len, uint8_t code, size_t *sublen);

/* Does option 77 hold this class, as RFC 3004 list or raw (iPXE sends it raw)? */
bool pxe_user_class(const struct dhcp_msg *msg, const char *class_name);

#endif

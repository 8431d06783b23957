/* Which boot loader a file is, and what it has built in.  Pure. */
#ifndef LOADER_H
#define LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image.h"

#define LOADER_TEXT 4096
#define LOADER_KEEP (16u << 20) /* bytes of a boot file worth looking into */

enum loader {
	LOADER_OTHER, /* cannot be looked into */
	LOADER_IPXE,
	LOADER_IPXE_SCRIPT,
	LOADER_PXELINUX,
	LOADER_LPXELINUX,
	LOADER_SHIM,
	LOADER_GRUB,
	LOADER_KERNEL
};

struct loader_info {
	enum loader kind;
	struct image image;
	char prefix[128];         /* GRUB's $prefix */
	char config[LOADER_TEXT]; /* GRUB's embedded configuration; "" none */
	bool has_config;
	char next[64]; /* what shim starts: "grubx64.efi" */
};

void loader_identify(const void *bytes, size_t len, struct loader_info *out);
/* What shim for this machine ("efi-arm64") starts. */
void loader_shim_next(const char *machine, char out[64]);
const char *loader_name(enum loader l);

#endif

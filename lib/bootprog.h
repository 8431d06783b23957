/*
 * Which boot program a file is, and what it has built in: by what lies in it,
 * or where there is only a name, by that.  Pure.
 */
#ifndef BOOTPROG_H
#define BOOTPROG_H

#include <stdbool.h>
#include <stddef.h>

#include "image.h"
#include "sbat.h"

#define BOOTPROG_TEXT 4096        /* bytes of GRUB's embedded configuration that are kept, with a NUL */
#define BOOTPROG_LACKS 128        /* bytes of names of GRUB's commands, with a NUL */
#define BOOTPROG_KEEP (16u << 20) /* bytes of a boot file worth looking into */

enum bootprog_kind {
	BOOTPROG_OTHER, /* none that is known */
	BOOTPROG_IPXE,
	BOOTPROG_IPXE_SCRIPT,
	BOOTPROG_PXELINUX,
	BOOTPROG_LPXELINUX,    /* PXELINUX with HTTP and FTP */
	BOOTPROG_SYSLINUX_EFI, /* syslinux.efi, PXELINUX's brother for UEFI */
	BOOTPROG_SHIM,
	BOOTPROG_MOK_MANAGER, /* mmx64.efi, which shim brings */
	BOOTPROG_FALLBACK,    /* fbx64.efi, likewise */
	BOOTPROG_GRUB,
	BOOTPROG_SYSTEMD_BOOT,
	BOOTPROG_WINDOWS, /* bootmgfw.efi, bootmgr */
	BOOTPROG_WIMBOOT,
	BOOTPROG_MEMDISK, /* Syslinux's, which starts an image */
	BOOTPROG_MEMTEST,
	BOOTPROG_KERNEL
};

struct bootprog {
	enum bootprog_kind kind;
	struct image image;
	char version[64];     /* "6.04", "2.06-13+deb12u1"; "" where it does not say */
	char vendor[64];      /* who built it, by its SBAT entry (shim's SBAT.md): "Debian"; "" unknown */
	char sbat[SBAT_LIST]; /* components and their generations: "grub,5 grub.debian,5" */
	/* GRUB's: */
	char prefix[128];           /* $prefix, where its menu and modules are */
	char config[BOOTPROG_TEXT]; /* embedded configuration; "" none */
	bool has_config;
	bool network;               /* it has GRUB's TFTP module */
	bool http;                  /* and the one for HTTP */
	bool normal;                /* and its shell, so that it needs no normal.mod */
	char lacks[BOOTPROG_LACKS]; /* commands that load something and are not built in: "linux16 multiboot" */
	bool fw_path;               /* Red Hat's: it looks in the boot file's directory before its prefix */
	/* shim's: */
	char level[SBAT_LIST]; /* what it refuses to start with an older generation: "shim,4 grub,5" */
	char next[64];         /* the file that it starts: "grubx64.efi" */
};

/* `bytes` is the file, or its beginning: the first IMAGE_PEEK bytes tell an EFI
 * program's kind, the rest its version and what is built in. */
void bootprog_identify(const void *bytes, size_t len, struct bootprog *out);

/* True when it is what GRUB for BIOS machines has compressed in it, unpacked; then that is noted. */
bool bootprog_is_grub_core(const void *bytes, size_t len, struct bootprog *out);

/* By a file's name alone: "EFI/BOOT/grubx64.efi". */
enum bootprog_kind bootprog_by_name(const char *path);

/* The file that shim for this machine (machine.h) starts. */
void bootprog_shim_next(const char *machine, char out[64]);

/* For records: "grub", "systemd-boot", "other" ... */
const char *bootprog_word(enum bootprog_kind k);
/* For people: "GRUB", "iPXE script", "program" ... */
const char *bootprog_title(enum bootprog_kind k);

#endif

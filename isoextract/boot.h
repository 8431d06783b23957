/*
 * How an image boots: profiles laid over a catalog give `boot`, `unfit` and
 * `loader` records (pxe-facts(5)).  Pure but for memory.
 */
#ifndef BOOT_H
#define BOOT_H

#include <stdbool.h>
#include <stddef.h>

#include "catalog.h"
#include "profile.h"
#include "release.h"
#include "profile_eval.h"

#define BOOT_TEXT PROFILE_EVAL_TEXT

struct boot_record {
	bool unfit;
	bool netboot;         /* its kernel is not in the image: `take`, `package`, `from` */
	bool beside;          /* of what images carry beside their own system */
	const char *way;      /* static: "multiboot", "memdisk", "sanboot", "httpdisk"; NULL: as a Linux kernel */
	const char *family;   /* "unknown" where no profile fits; borrowed */
	const char *kernel;   /* borrowed from the catalog */
	const char *arch;     /* static: x86_64 i386 arm64 arm riscv64 loong64 unknown */
	const char *firmware; /* static: "bios" or "efi" where only that can start it; else NULL */
	char name[RELEASE_TEXT + 128];
	char version[RELEASE_TEXT]; /* "" where it is not known */
	const char *linux_version;  /* "" where it is not known; borrowed */
	char initrd[2 * BOOT_TEXT], args[2 * BOOT_TEXT], needs[BOOT_TEXT];
	char answers[BOOT_TEXT];                     /* further arguments for an unattended installation */
	char embed[BOOT_TEXT];                       /* SOURCE@NAME,...: files to add to the initial RAM disk */
	const char *with;                            /* what starts it, when that is not in the image; NULL; borrowed */
	char note[BOOT_TEXT];                        /* of a bootable kernel; "": none */
	char take[BOOT_TEXT];                        /* the kernel's path where it comes from */
	char package[RELEASE_TEXT], from[BOOT_TEXT]; /* which has them; "": none */
	char fits[BOOT_TEXT];                        /* kernel versions that the image has modules for, with ',' */
	const char *why;                             /* of an unfit one, or NULL; borrowed */
	bool image;                                  /* the image itself must be served: args hold {iso} or {isopath} */
};

struct boot_records {
	struct boot_record *record;
	size_t n, size;
};

/* "bios" or "efi" if only that firmware can start it, else NULL. */
const char *boot_firmware(const struct image *image);

/* The catalog must be sorted.  False for lack of memory. */
bool boot_find(struct catalog *c, const struct profile *profiles, size_t n, struct boot_records *out);
void boot_free(struct boot_records *b);

#endif

/*
 * Machines, and what each of the programs that boot one calls it (the table is
 * lib/machines.facts): UEFI 2.10, 3.5.1.1 (removable media file names), GRUB's
 * $grub_cpu and $grub_platform, iPXE's ${buildarch} and ${platform}, uname -m,
 * Debian's architectures, PE/COFF machine types.  Pure.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/* A column is NULL where the machine has no such thing, or nobody knows it. */
struct machine {
	const char *name;   /* as rules and personas say it: "efi-x64", "bios" */
	const char *record; /* arch= of a boot record (pxe-facts(5)): "x86_64" */
	const char *efi;    /* in the names of UEFI programs: "x64" of bootx64.efi */
	const char *grub;   /* $grub_cpu: "x86_64" */
	const char *ipxe;   /* ${buildarch}: "x86_64" */
	const char *uname;  /* uname -m: "x86_64" */
	const char *debian; /* dpkg --print-architecture: "amd64" */
	const char *uefi;   /* the same machine when it runs UEFI firmware: a `name`; NULL: none */
	const char *also;   /* more names in use, a comma between two: "x86-64" */
	uint16_t pe;        /* PE/COFF machine type; 0: none */
};

/* By its name; NULL when there is none.  Every name of the IANA registry (pxe.h) has one. */
const struct machine *machine_named(const char *name);

/* By any name of a machine that boot records know, whatever its case: those of the
 * table but GRUB's, which is shared ("powerpc"), and others in use ("x86-64", "i486").
 * NULL for all other words, and for NULL. */
const struct machine *machine_by_any_name(const char *word);

/* By the machine type in a PE/COFF header; NULL for an unknown one. */
const struct machine *machine_by_pe(uint16_t type);

/* The first machine that a path or a line of text names: "boot/x86_64/linux",
 * "Official amd64 NETINST"; NULL: none. */
const struct machine *machine_in_text(const char *text);

/* Does it boot by UEFI firmware? */
bool machine_is_efi(const struct machine *m);
/* $grub_platform: "efi", "pc", "ieee1275" or "uboot"; "" when GRUB has none for it. */
const char *machine_grub_platform(const struct machine *m);
/* iPXE's ${platform}: "efi" or "pcbios". */
const char *machine_ipxe_platform(const struct machine *m);

#endif

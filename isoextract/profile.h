/*
 * Profiles say how the images of a family of systems boot.  They are text, one
 * file per family (pxe-facts(5), PROFILES).  Pure.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include <stdbool.h>
#include <stddef.h>

enum profile_test {
	PROFILE_PATH,    /* a member matches the glob */
	PROFILE_NO,      /* none does */
	PROFILE_VOLUME,  /* the volume identifier matches */
	PROFILE_NAME,    /* the release's name matches */
	PROFILE_VERSION, /* its version matches */
	PROFILE_UNAME,   /* the kernel's own version matches */
	PROFILE_TEXT,    /* "FILE:GLOB": the file's text matches */
	PROFILE_NOT      /* "FILE:GLOB": it does not, or there is no such file */
};

/* A condition may have several globs with '|' between them, with the same
 * templates as a rule. */
struct profile_condition {
	enum profile_test test;
	char *value;      /* the globs; for PROFILE_TEXT and _NOT the file's name, then the globs */
	const char *glob; /* where in `value` the globs start */
};

struct profile_conditions {
	struct profile_condition *item;
	size_t n;
};

/* A `boot`, `unfit` or `netboot` line.  Strings that it does not give are NULL. */
struct profile_rule {
	bool unfit;   /* the kernel cannot boot over a network, for the reason in `why` */
	bool netboot; /* the kernel is not in the image, which is the mirror that it wants */
	bool keep;    /* later rules may take the same kernel */
	char *kernel; /* globs, '|' between them; with netboot, its path where it comes from */
	char *initrd; /* list with ','; each item alternatives with '|', '?' at its end: may be missing */
	char *args, *needs, *label, *arch;
	char *answers;  /* further arguments for an unattended installation */
	char *find;     /* globs: the first member that matches one is {found} */
	char *way;      /* "multiboot"; NULL: as a Linux kernel */
	char *embed;    /* list of SOURCE@NAME with ',': files to add to the initial RAM disk; without a
	                * NAME its own, and '?' for one: it may be missing */
	char *firmware; /* "bios" or "efi", if only that can start it and its first bytes do not say so */
	char *with;     /* what starts it if the image does not hold that: "wimboot", "mboot" */
	char *note;     /* a sentence for the user */
	char *why;
	/* Of netboot alone: what shows that the image is a mirror (globs); the package, URL
	 * or tar archive that has kernel and initrd; what of the mirror fits one kernel only
	 * (a glob), and how its version reads. */
	char *mirror, *package, *from, *udebs, *linux_version;
	struct profile_conditions when;
};

/* Where to find a release's name: a file's first line, after a prefix; its
 * KEY=value lines, put into a text; or parts of the volume identifier. */
struct profile_name {
	char *file, *prefix; /* either file or volume is given */
	char *volume;        /* globs, '|' between them */
	char *text;
};

#define PROFILE_ORDER 5 /* of a profile that gives none */
#define PROFILE_ORDER_MAX 9

struct profile {
	char *family, *title;
	unsigned order;                  /* profiles with a lower one are tried first */
	struct profile_conditions *when; /* one of these groups must hold, if there are any */
	size_t whens;
	struct profile_name *name; /* the first that yields a name wins */
	size_t names;
	struct profile_rule *rule;
	size_t rules;
};

/* Reads a whole file.  `complain` is called for each fault; `key` is the word's
 * key, or the line's first word, or "".  False, and *out is empty, if there was
 * one.  The caller frees *out with profile_free. */
bool profile_parse(const char *text, size_t len, struct profile *out,
    void (*complain)(void *context, unsigned line, const char *key, const char *why), void *context);
void profile_free(struct profile *p);

#endif

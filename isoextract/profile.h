/*
 * Profiles: how the images of a family of systems boot, as text, one family a
 * file (pxe-facts(5), PROFILES).  Pure.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include <stdbool.h>
#include <stddef.h>

enum profile_test {
	PROFILE_PATH,    /* a member fits the glob */
	PROFILE_NO,      /* none does */
	PROFILE_VOLUME,  /* the volume identifier fits */
	PROFILE_NAME,    /* the release's name fits */
	PROFILE_VERSION, /* its version fits */
	PROFILE_TEXT     /* "FILE:GLOB", the file's text fits */
};

/* Globs may be several with '|' between them; templates in them are those of
 * a rule. */
struct profile_condition {
	enum profile_test test;
	char *value;      /* owns the string; of PROFILE_TEXT, the file's name */
	const char *glob; /* inside it */
};

struct profile_conditions {
	struct profile_condition *item;
	size_t n;
};

/* A `boot` or `unfit` line.  Strings that are not given are NULL. */
struct profile_rule {
	bool unfit;   /* the kernel is known not to boot over a network: `why` says more */
	bool keep;    /* the kernel stays open for the rules below */
	char *kernel; /* globs, '|' between them */
	char *initrd; /* list with ','; each item alternatives with '|', '?' at its end: may be missing */
	char *args, *needs, *label, *arch;
	char *embed; /* list with ',' of SOURCE@NAME: files to put into the initial RAM disk */
	char *with;  /* what starts it when that is no part of the image: "wimboot", "mboot" */
	char *note;  /* a sentence for people */
	char *why;
	struct profile_conditions when;
};

/* Where a release's name may stand: a file's first line behind a prefix, its
 * KEY=value lines put into a text, or the parts of the volume identifier. */
struct profile_name {
	char *file, *prefix; /* one of file and volume is given */
	char *volume;        /* globs, '|' between them */
	char *text;
};

#define PROFILE_ORDER 5 /* of a profile that does not say */
#define PROFILE_ORDER_MAX 9

struct profile {
	char *family, *title;
	unsigned order;                  /* those with a lower one are asked first */
	struct profile_conditions *when; /* one of these groups must hold, or there is none */
	size_t whens;
	struct profile_name *name; /* the first that gives one counts */
	size_t names;
	struct profile_rule *rule;
	size_t rules;
};

/* Is told of each fault; `key` is the word's key, or the first word. */
typedef void profile_complain(void *context, unsigned line, const char *key, const char *why);

/* Reads a whole file.  False when something was wrong with it; *out is then
 * empty.  profile_free gives the memory back. */
bool profile_parse(const char *text, size_t len, struct profile *out, profile_complain *complain, void *context);
void profile_free(struct profile *p);

#endif

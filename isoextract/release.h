/*
 * Which system an image holds, from texts in it.  Pure: each function takes a text
 * and what is known so far, and fills in what it finds.
 */
#ifndef RELEASE_H
#define RELEASE_H

#include <stdbool.h>

#define RELEASE_TEXT 160

struct release {
	char name[RELEASE_TEXT];    /* for people: "Debian GNU/Linux 12.5.0 Bookworm"; "": unknown */
	char version[RELEASE_TEXT]; /* "12.5.0" */
	char arch[RELEASE_TEXT];    /* any name of a machine: "x86_64", "aarch64" */
};

/* .disk/info: one line, `Debian GNU/Linux 12.5.0 "Bookworm" - Official amd64
 * NETINST ...` (debian-cd, Ubuntu's cdimage). */
void release_disk_info(const char *text, struct release *out);
/* .treeinfo: an INI file with [general] name, version, arch (productmd). */
void release_treeinfo(const char *text, struct release *out);
/* os-release(5). */
void release_os_release(const char *text, struct release *out);
/* Takes the first line of a text, after a prefix.  False, with *out unchanged, if
 * there is none. */
bool release_line(const char *text, const char *prefix, struct release *out);
/* Takes `form` with each {KEY} replaced from the text's KEY=value lines.  False, with
 * *out unchanged, if one is missing. */
bool release_keys(const char *text, const char *form, struct release *out);

#endif

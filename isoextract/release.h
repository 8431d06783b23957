/*
 * Which system an image holds, from the texts in it.  Pure: each takes a text
 * and what is known so far, and fills what it finds.
 */
#ifndef RELEASE_H
#define RELEASE_H

#include <stdbool.h>

#define RELEASE_TEXT 160

struct release {
	char name[RELEASE_TEXT];    /* as people say it: "Debian GNU/Linux 12.5.0 Bookworm"; "" unknown */
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
/* The first line of a text, behind a prefix.  False, and nothing filled, when
 * that line is empty. */
bool release_line(const char *text, const char *prefix, struct release *out);
/* `form` with each {KEY} in it taken from the text's KEY=value lines.  False,
 * and nothing filled, when one is missing. */
bool release_keys(const char *text, const char *form, struct release *out);

#endif

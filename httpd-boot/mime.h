/*
 * Media types for Content-Type.  UEFI HTTP Boot accepts a file only by its type or a
 * lower-case suffix (EDK2, HttpBootSupport.c, HttpBootCheckImageType), so boot
 * images get the right type whatever their name looks like.
 */
#ifndef MIME_H
#define MIME_H

#include <stdbool.h>
#include <stddef.h>

#define MIME_DEFAULT "application/octet-stream"
#define MIME_ISO "application/vnd.efi-iso"

struct mime_entry {
	const char *suffix; /* lower case, without the dot */
	const char *type;
};

struct mime_table {               /* zero it to start */
	struct mime_entry *entry; /* sorted */
	size_t n;
	char *store; /* what the entries point into */
};

/* Reads text in the form of /etc/mime.types and replaces what was loaded before.
 * False when memory is short: nothing has changed. */
bool mime_load(struct mime_table *t, const char *text, size_t len);
void mime_free(struct mime_table *t);

/* The type of a name: boot files first, then the table, then the few others
 * that are built in.  NULL when only the content can tell. */
const char *mime_of_name(const struct mime_table *t, const char *name);
/* The type of a file that begins like this; never NULL. */
const char *mime_of_bytes(const void *bytes, size_t len);
/* Is it UTF-8, without control characters that no text has?  ESC, by which ISO 2022
 * changes its character sets within ASCII, is one. */
bool mime_is_utf8(const char *text, size_t len);

#endif

/* Addresses of files, and names relative to them (RFC 3986, as iPXE, PXELINUX
 * and GRUB use it).  Pure. */
#ifndef URL_H
#define URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define URL_PATH 1024
#define URL_HOST 256
#define URL_TEXT (URL_PATH + URL_HOST + 32)

struct url {
	char scheme[8]; /* "tftp", "http", "https" */
	char host[URL_HOST];
	uint16_t port; /* 0: the scheme's own */
	/* TFTP: the name as it is asked for; HTTP: from the first '/' on. */
	char path[URL_PATH];
};

/* Reads an absolute URI with one of those schemes. */
bool url_parse(const char *text, struct url *out);
/* A TFTP name on a server, taken to the letter. */
bool url_tftp(uint32_t server, const char *name, struct url *out);
/* What `name` means when it is met in the file at `base`: a URI, an absolute
 * path on the same server, or a path beside that file. */
bool url_join(const struct url *base, const char *name, struct url *out);
/* The directory of the file: path up to and with its last '/'. */
void url_directory(const struct url *file, struct url *out);
/* True when a URI's host is not an IPv4 address. */
bool url_needs_dns(const char *uri);
/* An HTTP header line from `len` bytes of its form, without its end: %a stands
 * for host and port (a port that is not the scheme's), %h for the host alone. */
void url_header(const struct url *u, const char *form, size_t len, struct wr *w);
const char *url_text(const struct url *u, char out[URL_TEXT]);

#endif
